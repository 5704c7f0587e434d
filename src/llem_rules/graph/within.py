"""Whether it is proved that one condition holds wherever another does, with what is known of presence and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, islice
from typing import Any

from llem_rules.graph.lemmas import lemmas
from llem_rules.mining.tidy import implies
from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Test,
    walk,
)

_MOST_LEMMAS = 6


def surely_within(one: Predicate, other: Predicate, defaults: Mapping[str, Any]) -> bool:
    """Whether the other is proved to be true wherever the one is, of configs with these (decoded) defaults."""
    left, right = _in_pairs(one), _in_pairs(other)
    if implies(left, right):
        return True
    known = (
        *islice(lemmas(left, right), _MOST_LEMMAS),
        *(_presence(name, defaults.get(name)) for name in _asked_for_presence(left, right)),
    )
    return bool(known) and implies(AllOf((left, *known)), right)


def _in_pairs(predicate: Predicate) -> Predicate:
    """``at_most_one_of`` as what it says of every pair: that can be compared."""
    match predicate:
        case AllOf(parts=parts):
            return AllOf(tuple(map(_in_pairs, parts)))
        case AnyOf(parts=parts):
            return AnyOf(tuple(map(_in_pairs, parts)))
        case Not(part=part):
            return Not(_in_pairs(part))
        case AtMostOneOf(paths=paths):
            return AllOf(tuple(Not(RequiredKey(None, pair)) for pair in combinations(dict.fromkeys(paths), 2)))
    return predicate


def _asked_for_presence(*predicates: Predicate) -> list[str]:
    found = (name for predicate in predicates for part in walk(predicate) for name in _presence_asked(part))
    return sorted({name for name in found if "." not in name})


def _presence_asked(part: Predicate) -> Iterator[str]:
    match part:
        case Field(path=path, tests=tests) if any(test.operator == "present" for test in tests):
            yield path
        case RequiredKey(path=None, keys=keys):
            yield from keys


def _presence(name: str, default: Any) -> Predicate:
    """What is true of every field: it was given and is not None, or its value is None or the default."""
    present = Field(name, (Test("present", True), Test("!=", None)))
    absent: tuple[Test, ...] = (Test("present", False),)
    if default is None or isinstance(default, bool | int | float | str):
        value = f"@{default}" if isinstance(default, str) and default.startswith("@") else default
        absent = (*absent, Test("in", (None, value)))
    return AnyOf((present, Field(name, absent)))
