"""Conditions as a person reads them."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.check.load import validated_document
from llem_rules.reporting.condition import clause, sentence
from llem_rules.rules.parse import parse_predicate

SENTENCES = [
    ({"n": {">": 1}}, "n > 1"),
    ({"n": {">=": 0, "<": 2.5}}, "n ≥ 0 and < 2.5"),
    ({"n": 1}, "n is 1"),
    ({"n": {"==": "@m"}}, "n is m"),
    ({"n": {"<": "@a * @b"}}, "n < a * b"),
    ({"n": {"!=": "@n"}}, "n is not a number (NaN)"),
    ({"n": {"!=": "@m"}}, "n is not m"),
    ({"n": {"present": True}}, "n is given"),
    ({"n": {"present": False}}, "n is not given"),
    ({"n": {"absent": True}}, "n is not given"),
    ({"n": {"absent": False}}, "n is given"),
    ({"n": {"in": [1, "a", None]}}, 'n is one of [1, "a", null]'),
    ({"n": {"not_in": []}}, "n is none of []"),
    ({"n": {"type_is": ["int", "float"]}}, "n is of type int or float"),
    ({"n": {"type_is_not": "str"}}, "n is not of type str"),
    ({"n": {"multiple_of": 8}}, "n is a multiple of 8"),
    ({"n": {"not_multiple_of": "@m"}}, "n is no multiple of m"),
    ({"n": {"length": 2}}, "n has a length that is 2"),
    ({"n": {"length": {">": 2}}}, "n has a length > 2"),
    ({"n": {"each": {"type_is": "int", ">": 0}}}, "n in each item is of type int and > 0"),
    ({"n": {"any_item": {"<": 0}}}, "n in some item < 0"),
    ({"n": {"matches": "^a"}}, "n matches /^a/"),
    ({"n": {"given": True}}, "n is given, if only as null"),
    ({"n": {"given": False}}, "n is not given at all"),
    ({"n": {"distinct": False}}, "n has an item twice"),
    ({"n": {"distinct": True}}, "n has no item twice"),
    ({"n": {"ordered": "strictly_rising"}}, "n is strictly rising"),
    ({"n": {"path_is": "nothing"}}, "n leads to nothing"),
    ({"n": {"path_is": "repository"}}, "n leads to a repository in the hub's cache"),
    ({"n": {"holds": "a.json"}}, 'n is a folder that holds "a.json"'),
    ({"n": {"parent": {"path_is": "folder"}}}, "n lies in a folder that leads to a folder"),
    ({"n": {"lower": {"==": "a"}}}, 'n in lower case is "a"'),
    ({"n": {"contains": "x"}}, 'n contains "x"'),
    ({"a": 1, "b": 2}, "a is 1 and b is 2"),
    ({"any_of": [{"a": 1}, {"b": 2}]}, "a is 1, or b is 2"),
    ({"c": 3, "any_of": [{"a": 1}, {"b": 2}]}, "c is 3 and (a is 1, or b is 2)"),
    ({"all_of": [{"a": 1}, {"all_of": [{"b": 2}, {"c": 3}]}]}, "a is 1 and b is 2 and c is 3"),
    ({"not": {"a": 1}}, "not (a is 1)"),
    ({"any_of": []}, "never"),
    ({"at_most_one_of": ["a", "b"]}, "at most one is given of [a, b]"),
    ({"required_key": {"a": ["x", "y"]}}, 'a has the keys ["x", "y"]'),
    ({"env": {"HOME": {"present": True}}}, "the variable HOME is given"),
    ({"platform": {"device": "cpu"}}, 'the platform\'s device is "cpu"'),
    ({"packages": {"torch": {"absent": True}}}, "the package torch is not given"),
]


@pytest.mark.parametrize(("plain", "said"), SENTENCES, ids=[said for _, said in SENTENCES])
def test_sentences(plain: dict[str, Any], said: str) -> None:
    assert sentence(clause(parse_predicate(plain))) == said


def test_every_committed_condition_has_one() -> None:
    for entry in validated_document("transformers")["rules"]:
        for part in ("match", "given", "require"):
            if entry["rule"].get(part):
                assert sentence(clause(parse_predicate(entry["rule"][part]))), entry["id"]
