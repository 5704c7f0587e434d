"""How the condition of a rule moved: on which configs only the old one fires, and on which only the new one.

A witness is evaluated, so what it shows is certain. That there is none is proved by interval, set and type reasoning, or,
where that cannot decide, only sampled; the answer says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from llem_rules.graph.points import Point, grid, natural
from llem_rules.graph.within import surely_within
from llem_rules.mining.fingerprint import normal_form
from llem_rules.mining.ground import Ground
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.predicates import AllOf, Not, Predicate

Word = Literal["same", "widened", "narrowed", "shifted", "undecided"]
Basis = Literal["proved", "sampled"]


@dataclass(frozen=True)
class Relation:
    """``basis``: whether the absence of a witness is proved, on each side that has none.

    ``undecided``: the two are written differently, nothing is proved, and no config was found that tells them apart.
    """

    word: Word
    basis: Basis
    only_old: Point | None = None
    only_new: Point | None = None


@dataclass(frozen=True)
class _Half:
    witness: Point | None
    proved: bool


def relate(old: Predicate, new: Predicate, ground: Ground, samples: Sequence[Point] = ()) -> Relation:
    """Compare the conditions of one rule before and after.

    ``ground`` says what is known of the native type; ``samples`` are configs worth trying first.
    """
    if old == new or _one_form(old, new):
        return Relation("same", "proved")
    lost = _difference(old, new, ground, samples)
    gained = _difference(new, old, ground, samples)
    basis: Basis = "proved" if lost.proved and gained.proved else "sampled"
    return Relation(_word(lost, gained), basis, lost.witness, gained.witness)


def _word(lost: _Half, gained: _Half) -> Word:
    if lost.witness is not None:
        return "shifted" if gained.witness is not None else "narrowed"
    if gained.witness is not None:
        return "widened"
    return "same" if lost.proved and gained.proved else "undecided"


def _one_form(old: Predicate, new: Predicate) -> bool:
    form = normal_form(old)
    return form is not None and form == normal_form(new)


def _difference(one: Predicate, other: Predicate, ground: Ground, samples: Sequence[Point]) -> _Half:
    """Where the one fires and the other does not."""
    tell = _teller(one, other, ground.defaults)
    found = next(filter(tell, samples), None)
    if found is None and surely_within(one, other, ground.defaults):
        return _Half(None, True)
    if found is None:
        found = next(filter(tell, _points(one, other, ground)), None)
    return _Half(found, found is not None)


def _teller(one: Predicate, other: Predicate, defaults: Mapping[str, Any]) -> Callable[[Point], bool]:
    fires, silent = compile_predicate(one), compile_predicate(other)

    def tell(point: Point) -> bool:
        config = point.config(defaults)
        return fires(config) is True and silent(config) is False

    return tell


def _points(one: Predicate, other: Predicate, ground: Ground) -> Iterator[Point]:
    return chain(natural(AllOf((one, Not(other))), ground), grid((one, other), ground))
