"""How validated fields read strings, and what a rule sees of that."""

from __future__ import annotations

import math
from typing import Any

import pytest

from llem_rules.rules import Config, compile_predicate, parse_predicate
from llem_rules.rules.reading import Declared, Kind, read_as, readings_of

SAME = object()


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("bool", "1", True),
        ("bool", "OFF", False),
        ("bool", "yes", True),
        ("bool", "2", SAME),
        ("bool", " true", SAME),
        ("bool", "", SAME),
        ("int", "7", 7),
        ("int", " 007 ", 7),
        ("int", "1_000", 1000),
        ("int", "-3.0", -3),
        ("int", "1.5", SAME),
        ("int", "a", SAME),
        ("float", "1.5", 1.5),
        ("float", "-inf", -math.inf),
        ("float", "1e3", 1000.0),
        ("float", "0x5", SAME),
    ],
)
def test_strings(kind: Kind, text: str, wanted: Any) -> None:
    found = read_as(kind, text)
    assert found == (text if wanted is SAME else wanted)
    assert type(found) is (str if wanted is SAME else type(wanted))


DECLARED = Declared({"n": 1, "m": 4, "on": False, "word": "x"}, {"n": "int", "m": "int", "on": "bool"})


@pytest.mark.parametrize(
    ("match", "kwargs", "wanted"),
    [
        ({"n": {">": "@m"}}, {"n": "5"}, True),
        ({"n": {">": "@m"}}, {"n": "5", "m": "6"}, False),
        ({"n": {"type_is": "str"}}, {"n": "5"}, False),
        ({"n": {"type_is": "str"}}, {"n": "five"}, True),
        ({"on": True}, {"on": "t"}, True),
        ({"on": {"present": True}}, {"on": "t"}, True),
        ({"word": {"type_is": "str"}}, {"word": "5"}, True),
    ],
)
def test_a_rule_sees_what_the_field_makes_of_a_string(
    match: dict[str, Any], kwargs: dict[str, Any], wanted: bool
) -> None:
    assert compile_predicate(parse_predicate(match))(Config.of(kwargs, DECLARED)) is wanted
    plain = Config.of(kwargs, dict(DECLARED))
    assert plain.read == plain.given


def about(shape: dict[str, Any], accepted: list[Any]) -> dict[str, Any]:
    tried: list[dict[str, Any]] = [
        {"value": value, "errors": [] if value in accepted else [{}]} for value in ("1", "a", "true", 1)
    ]
    return {"given_as": "x", "shape": shape, "tried": tried}


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (about({"type": "int"}, ["1", 1]), {"x": "int"}),
        (about({"type": "default", "schema": {"type": "nullable", "schema": {"type": "bool"}}}, ["1", "true"]), {"x": "bool"}),
        (about({"type": "int", "strict": True}, [1]), {}),
        (about({"type": "function-before", "schema": {"type": "int"}}, ["1", "a"]), {}),
        (about({"type": "union", "choices": [{"type": "int"}, {"type": "str"}]}, ["1", "a"]), {}),
        (about({"type": "str"}, ["1", "a"]), {}),
        ({"given_as": "x", "shape": {"type": "int"}, "tried": []}, {}),
    ],
)  # fmt: skip
def test_which_fields_read(one: dict[str, Any], wanted: dict[str, Kind]) -> None:
    assert readings_of({"fields": [one]}) == wanted
