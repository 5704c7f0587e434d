"""What is true of every field: it was given and is not None, or it is None or the default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llem_rules.rules.predicates import AnyOf, Field, Predicate, RequiredKey, Test, walk


def presences(predicates: Sequence[Predicate], defaults: Mapping[str, Any]) -> Iterator[Predicate]:
    """For every field of whose presence some predicate speaks, what its (decoded) default makes sure."""
    found = (name for predicate in predicates for part in walk(predicate) for name in presence_asked(part))
    for name in sorted(set(found)):
        yield _presence(name, defaults.get(name))


def presence_asked(part: Predicate) -> Iterator[str]:
    """The fields of which a part of a predicate asks whether they are given; paths into fields aside."""
    match part:
        case Field(path=path, tests=tests) if "." not in path and any(test.operator == "present" for test in tests):
            yield path
        case RequiredKey(path=None, keys=keys):
            yield from (key for key in keys if "." not in key)


def _presence(name: str, default: Any) -> Predicate:
    """What is true of every field: it was given and is not None, or its value is None or the default."""
    present = Field(name, (Test("present", True), Test("!=", None)))
    absent: tuple[Test, ...] = (Test("present", False),)
    if default is None or isinstance(default, bool | int | float | str):
        value = f"@{default}" if isinstance(default, str) and default.startswith("@") else default
        absent = (*absent, Test("in", (None, value)))
    return AnyOf((present, Field(name, absent)))
