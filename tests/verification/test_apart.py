"""Values built to tell two lists of tests apart: on either side, at any depth."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import Field, Test
from llem_rules.rules.values import decode
from llem_rules.verification.apart import apart

WHOLE = r"^\s*[+-]?[0-9]+\s*\Z"
# What is asked, the same with a change, and whether the first alone and the second alone can hold.
CASES: list[tuple[str, dict[str, Any], dict[str, Any], tuple[bool, bool]]] = [
    ("a bound", {">": 3}, {">=": 3}, (False, True)),
    ("another type", {"type_is": "int", ">": 10**20}, {"type_is": ["int", "float"], ">": 10**20}, (False, True)),
    ("a pattern without its end", {"matches": WHOLE}, {"matches": WHOLE.removesuffix("\\Z")}, (False, True)),
    ("a pattern without its start", {"matches": WHOLE}, {"matches": WHOLE.removeprefix("^")}, (False, True)),
    ("some item or each", {"any_item": {">": 3}}, {"each": {">": 3}}, (True, True)),
    ("an item of items", {"any_item": {"each": {">": 3}}}, {"any_item": {"each": {">": 4}}}, (True, False)),
    (
        "a list in a mapping",
        {"values": {"any_item": {"any_item": {"type_is": "int", ">": 9}}}},
        {"values": {"any_item": {"any_item": {"type_is": ["int", "float"], ">": 9}}}},
        (False, True),
    ),
    (
        "a key's type",
        {"keys": {"any_item": {"type_is_not": "str"}}},
        {"keys": {"any_item": {"type_is_not": ["str", "tuple"]}}},
        (True, False),
    ),
    ("a length", {"length": {">": 2}}, {"length": {">": 1}}, (False, True)),
    (
        "a length beside items",
        {"length": {"==": 3}, "each": {">": 5}},
        {"length": {"==": 3}, "each": {">": 6}},
        (True, False),
    ),
    ("a word in any case", {"lower": {"in": ["on", "off"]}}, {"lower": {"in": ["on"]}}, (True, False)),
    ("a whole number that is odd", {"multiple_of": 1, "<": -1}, {"multiple_of": 2, "<": -1}, (True, False)),
    (
        "keys and entries",
        {"keys": {"contains": "a"}, "values": {"each": {">": 1}}},
        {"keys": {"contains": "b"}, "values": {"each": {">": 1}}},
        (True, True),
    ),
]


@pytest.mark.parametrize(("name", "one", "other", "sides"), CASES, ids=[case[0] for case in CASES])
def test_both_sides_are_found_where_there_are_any(
    name: str, one: dict[str, Any], other: dict[str, Any], sides: tuple[bool, bool]
) -> None:
    tests, others = _tests(one), _tests(other)
    first, second = (compile_predicate(Field("x", each)) for each in (tests, others))
    found = set()
    for value in apart(tests, others, Config({})):
        config = Config({"x": decode(value)})
        found.add((first(config) is True, second(config) is True))
    assert ((True, False) in found, (False, True) in found) == sides, name


def _tests(plain: dict[str, Any]) -> tuple[Test, ...]:
    field = parse_predicate({"x": plain})
    assert isinstance(field, Field)
    return field.tests
