"""Predicates taken apart: the conjunctions of single tests under which one is true, and what contradicts what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
)

_GIVEN = Test("present", True)


class Signed(NamedTuple):
    """A single test on a field (domain ``field``), a variable, a fact or a package; or a count of fields."""

    domain: str
    name: str
    test: Test
    wanted: bool = True


Branch: TypeAlias = tuple[Signed, ...]
Conflict: TypeAlias = Callable[[Branch], "Branch | None"]


def branches(predicate: Predicate, wanted: bool, conflict: Conflict) -> Iterator[Branch]:
    """The conjunctions under which the predicate is true (or false), without those that contradict themselves."""
    match predicate:
        case Not(part=part):
            yield from branches(part, not wanted, conflict)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            if isinstance(predicate, AllOf) == wanted:
                yield from _together(parts, wanted, conflict)
            else:
                for part in parts:
                    yield from branches(part, wanted, conflict)
        case _:
            signed = [Signed(*one, wanted) for one in _tests_of(predicate)]
            for branch in [tuple(signed)] if wanted else [(one,) for one in signed]:
                if conflict(branch) is None:
                    yield branch


def _together(parts: Sequence[Predicate], wanted: bool, conflict: Conflict, taken: Branch = ()) -> Iterator[Branch]:
    if not parts:
        yield taken
        return
    for branch in branches(parts[0], wanted, conflict):
        joined = tuple(dict.fromkeys(taken + branch))
        if conflict(joined) is None:
            yield from _together(parts[1:], wanted, conflict, joined)


def _tests_of(predicate: Predicate) -> Iterator[tuple[str, str, Test]]:
    match predicate:
        case Field(path=path, tests=tests):
            yield from (("field", path, test) for test in tests)
        case Surrounding(domain=domain, name=name, tests=tests):
            yield from ((domain, name, test) for test in tests)
        case RequiredKey(path=None, keys=keys):
            yield from (("field", key, _GIVEN) for key in keys)
        case RequiredKey(path=str() as path, keys=keys):
            yield from (("field", path, Test("required_key", key)) for key in keys)
        case AtMostOneOf(paths=paths):
            yield "count", "", Test("at_most_one_of", paths)
