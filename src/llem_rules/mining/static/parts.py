"""What formulas are made of: single tests, what cannot be said, and their joins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from llem_rules.rules.predicates import AtMostOneOf, Field, Predicate, Test


@dataclass(frozen=True, slots=True)
class Said:
    """A single test, or its denial."""

    predicate: Predicate
    wanted: bool = True
    known_hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known_hash", hash((self.predicate, self.wanted)))

    def __hash__(self) -> int:
        return self.known_hash


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something that the predicate language cannot say: source text, and why. Neither it nor its denial is known."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Whether a collection of issues has any entry."""

    collection: int
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Some:
    """Some item of the list in ``path`` makes the formula true; the item is the field named ``item`` in it."""

    path: str
    item: str
    inner: Formula
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class _Joined:
    """Several parts; its size and hash, which are asked for all the time, are reckoned once."""

    parts: tuple[Formula, ...]
    weight: int = field(init=False, compare=False, repr=False)
    known_hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", sum(map(size, self.parts)))
        object.__setattr__(self, "known_hash", hash((type(self).__name__, self.parts)))

    def __hash__(self) -> int:
        return self.known_hash


@dataclass(frozen=True, slots=True, eq=False)
class Both(_Joined):
    """Every part; the empty one is true."""


@dataclass(frozen=True, slots=True, eq=False)
class Either(_Joined):
    """Some part; the empty one is false."""


def size(formula: Formula) -> int:
    """How many single parts it has."""
    match formula:
        case Both() | Either():
            return formula.weight
        case Some(inner=inner):
            return 1 + size(inner)
    return 1


Formula: TypeAlias = Said | Unsaid | Gathered | Some | Both | Either
TRUE = Both(())
FALSE = Either(())


def test(path: str, operator: str, operand: Any) -> Said:
    """One test on one field."""
    return Said(Field(path, (Test(operator, operand),)))


def at_most_one(paths: tuple[str, ...]) -> Said:
    """At most one of the fields was given."""
    return Said(AtMostOneOf(paths))
