"""Mutants: one small change each, of every kind, and none that is the predicate itself."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.rules import rule_from, to_plain
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.mutants import mutants_of


def rule(match: dict[str, Any], positive: dict[str, Any] | None = None) -> RuleBase:
    return rule_from(
        {
            "id": "a.B.row",
            "kind": "invalidity",
            "native_type": "a.B",
            "match": match,
            "expected": {"effect": "error", "channel": "exception"},
            "kwargs_positive": positive or {},
            "kwargs_negative": {},
        }
    )


TABLE: list[tuple[str, dict[str, Any], list[dict[str, Any]]]] = [
    (
        "a bound by one, and its operator",
        {"x": {"<": 3}},
        [{"x": {"<=": 3}}, {"x": {">=": 3}}, {"x": {"<": 2}}, {"x": {"<": 4}}],
    ),
    (
        "a float by the next float",
        {"x": {">": 0.5}},
        [{"x": {">": 0.5000000000000001}}, {"x": {">": 0.49999999999999994}}],
    ),
    ("a reference by one", {"x": {">": "@y"}}, [{"x": {">": "@y + 1"}}, {"x": {">": "@y - 1"}}, {"x": {">=": "@y"}}]),
    (
        "an element left out, one more",
        {"x": {"in": [1, 2]}},
        [{"x": {"in": [2]}}, {"x": {"in": [1, 2, 3]}}, {"x": {"not_in": [1, 2]}}],
    ),
    ("a text that is no member", {"x": {"not_in": ["a"]}}, [{"x": {"not_in": ["a", "ax"]}}]),
    (
        "a type left out, one more",
        {"x": {"type_is": ["int", "str"]}},
        [{"x": {"type_is": ["int"]}}, {"x": {"type_is": ["int", "str", "none"]}}],
    ),
    ("a dropped test", {"x": {">": 1, "<": 3}}, [{"x": {">": 1}}, {"x": {"<": 3}}]),
    ("a dropped part", {"x": {">": 1}, "y": True}, [{"x": {">": 1}}, {"y": True}]),
    ("a dropped choice", {"any_of": [{"x": 1}, {"y": 2}]}, [{"x": 1}, {"y": 2}]),
    ("presence", {"x": {"present": True}}, [{"x": {"present": False}}]),
    ("what is denied", {"not": {"x": "a"}}, [{"x": "a"}]),
    ("items", {"x": {"each": {"type_is": "int"}}}, [{"x": {"any_item": {"type_is": ["int"]}}}]),
    ("an inner bound", {"x": {"length": {">": 2}}}, [{"x": {"length": {">": 3}}}, {"x": {"length": {">=": 2}}}]),
    ("the edges of a pattern", {"x": {"matches": r"\Aa\Z"}}, [{"x": {"matches": r"a\Z"}}, {"x": {"matches": r"\Aa"}}]),
    ("strictness of an order", {"x": {"ordered": "rising"}}, [{"x": {"ordered": "strictly_rising"}}]),
    (
        "what is at a path",
        {"x": {"path_is": "file"}},
        [{"x": {"path_is": "repository"}}, {"x": {"path_is": "nothing"}}],
    ),
    ("the name of a file", {"x": {"holds": "a.json"}}, [{"x": {"holds": "a.jsonx"}}]),
    ("multiples", {"x": {"multiple_of": 8}}, [{"x": {"multiple_of": 7}}, {"x": {"not_multiple_of": 8}}]),
    ("a field fewer", {"at_most_one_of": ["x", "y", "z"]}, [{"at_most_one_of": ["x", "y"]}]),
]


@pytest.mark.parametrize(("match", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_changes(match: dict[str, Any], wanted: list[dict[str, Any]]) -> None:
    found = [to_plain(one.predicate) for one in mutants_of(rule(match))]
    assert all(one in found for one in wanted)
    assert to_plain(rule(match).predicate) not in found


def test_one_more_condition_is_a_mutant_too() -> None:
    added = [one for one in mutants_of(rule({"x": {">": 3}}, {"x": 5}), ["y"]) if one.change == "added"]
    assert [one.text for one in added] == ["x is int", "y is not given"]


@pytest.mark.parametrize("match", [{"platform": {"device": "cpu"}}, {"env": {"A": "1"}}])
def test_surroundings_are_left_as_they_are(match: dict[str, Any]) -> None:
    assert mutants_of(rule(match)) == []


def test_nothing_is_asked_to_be_a_multiple_of_nothing() -> None:
    found = [to_plain(one.predicate) for one in mutants_of(rule({"x": {"multiple_of": 1}}, {"x": 5}))]
    assert {"x": {"multiple_of": 2}} in found
    assert {"x": {"multiple_of": 0}} not in found
