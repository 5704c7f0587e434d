"""Formulas: predicates joined with parts that cannot be said, kept in negation normal form and simplified as they grow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

from llem_rules.mining.static.entails import by_path, excludes, implies, path_of
from llem_rules.mining.static.parts import (
    FALSE,
    TRUE,
    Both,
    Either,
    Formula,
    Gathered,
    Said,
    Some,
    Unsaid,
    at_most_one,
    size,
    test,
)
from llem_rules.rules.cells import has_reference
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import Field, Predicate, Surrounding, Test

_PAIRS = (("==", "!="), ("in", "not_in"), ("type_is", "type_is_not"), ("present", "present"))
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_MOST_FACTORED = 12
_LARGEST = 120  # single parts; what is larger is left to guided probing
TOO_LARGE = Unsaid("…", "the condition is too large")
_LONE = re.compile(r"@[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@lru_cache(maxsize=1 << 16)
def deny(formula: Formula) -> Formula:
    """The complement; the unsaid stays unsaid."""
    match formula:
        case Said(predicate=predicate, wanted=wanted):
            turned = _turned(predicate) if wanted else None
            return Said(predicate, not wanted) if turned is None else Said(turned)
        case Unsaid(text=text, why=why):
            return Unsaid(text.removeprefix("not ") if text.startswith("not ") else f"not {text}", why)
        case Gathered(collection=collection, wanted=wanted):
            return Gathered(collection, not wanted)
        case Some(path=path, item=item, inner=inner, wanted=wanted):
            return Some(path, item, inner, not wanted)
        case Both(parts=parts):
            return either(*map(deny, parts))
    return both(*map(deny, formula.parts))


def _turned(predicate: Predicate) -> Predicate | None:
    """The same with the opposite operator, where the language has one that is its exact denial."""
    match predicate:
        case Field(path=path, tests=(Test(operator=name, operand=operand),)) if _OPPOSITE.get(name):
            if name == "present":
                return Field(path, (Test(name, not operand),))
            return Field(path, (Test(_OPPOSITE[name], operand),)) if _plain(operand) else None
        case Surrounding(domain=domain, name=field, tests=(Test(operator="present", operand=operand),)):
            return Surrounding(domain, field, (Test("present", not operand),))
    return None


def _plain(operand: Any) -> bool:
    """Whether the operand can always be computed: one that cannot makes both a test and its opposite false."""
    lone = isinstance(operand, Expression) and _LONE.fullmatch(operand.text) is not None
    return lone or not has_reference(operand)


def both(*parts: Formula) -> Formula:
    """The conjunction, simplified: contradictions are false, and what the others say already is dropped."""
    return _joined(parts, conjunction=True)


def either(*parts: Formula) -> Formula:
    """The disjunction, simplified likewise."""
    return _joined(parts, conjunction=False)


@lru_cache(maxsize=1 << 17)
def _joined(parts: tuple[Formula, ...], conjunction: bool) -> Formula:
    own: type[Both] | type[Either] = Both if conjunction else Either
    other: type[Both] | type[Either] = Either if conjunction else Both
    flat: dict[Formula, None] = {}
    for part in parts:
        for one in part.parts if isinstance(part, own) else (part,):
            if one == other(()):
                return other(())
            flat[one] = None
    without = _without_said(flat, conjunction)
    if without is None:
        return other(())
    kept = list(dict.fromkeys(without)) if conjunction else _factored(list(dict.fromkeys(without)))
    told = _told_once(kept, conjunction)
    if told is None:
        return other(())
    kept = told
    singles = {one for one in kept if not isinstance(one, Both | Either)}
    if any(deny(one) in singles for one in singles if not isinstance(one, Unsaid)):
        return other(())
    if len(kept) == 1:
        return kept[0]
    if sum(map(size, kept)) > _LARGEST:
        if not conjunction:
            return TOO_LARGE
        kept = within(kept)
    merged = [inner for one in kept for inner in (one.parts if isinstance(one, own) else (one,))]
    return own(tuple(dict.fromkeys(merged)))


def _without_said(flat: dict[Formula, None], conjunction: bool) -> list[Formula] | None:
    """The parts, each joined part of the other kind without what the others say; None where one contradicts them."""
    own: type[Both] | type[Either] = Both if conjunction else Either
    other: type[Both] | type[Either] = Either if conjunction else Both
    kept: list[Formula] = []
    for one in flat:
        reduced = _reduced(one, flat, conjunction) if isinstance(one, other) else one
        if isinstance(one, other) and reduced == other(()):
            return None
        if reduced is not None:
            kept.extend(reduced.parts if isinstance(one, other) and isinstance(reduced, own) else (reduced,))
    return kept


def within(parts: Sequence[Formula]) -> list[Formula]:
    """The smaller parts of a conjunction that is too large, as far as half the limit goes; that there is more is unsaid."""
    kept: set[Formula] = set()
    left = _LARGEST // 2
    for part in sorted(parts, key=size):
        left -= size(part)
        if left >= 0:
            kept.add(part)
    return [*(part for part in parts if part in kept), TOO_LARGE]


def _factored(parts: list[Formula]) -> list[Formula]:
    """Alternatives that differ in one part and its denial are joined; what all alternatives share is moved out."""
    groups = [frozenset(part.parts) if isinstance(part, Both) else frozenset((part,)) for part in parts]
    if len(groups) < 2 or len(groups) > _MOST_FACTORED:
        return parts
    for place, one in enumerate(groups):
        for other in groups[place + 1 :]:
            mine, theirs = one - other, other - one
            if len(mine) == len(theirs) == 1 and deny(next(iter(mine))) in theirs and not _unsaid(mine):
                shared = both(*(part for part in _ordered(parts[place]) if part in other))
                rest = [part for part, group in zip(parts, groups, strict=True) if group not in (one, other)]
                return [either(shared, *rest)] if rest else [shared]
    common = frozenset.intersection(*groups)
    if not common:
        return parts
    shared = both(*(part for part in _ordered(parts[0]) if part in common))
    return [both(shared, either(*(both(*(one for one in _ordered(part) if one not in common)) for part in parts)))]


def _ordered(part: Formula) -> tuple[Formula, ...]:
    return part.parts if isinstance(part, Both) else (part,)


def _unsaid(parts: Iterable[Formula]) -> bool:
    return any(isinstance(part, Unsaid) for part in parts)


def _reduced(part: Both | Either, siblings: Iterable[Formula], conjunction: bool) -> Formula | None:
    """A nested part without what its siblings decide; None where they imply it.

    Beside A, ``A and B or C`` is ``B or C``; with A and B both there it says nothing more. An unsaid sibling decides only
    a part that is the same in words: what is left stays partial, for the sibling is still there.
    """
    beside: set[Formula] = {one for one in siblings if one is not part and not isinstance(one, Both | Either)}
    tests = by_path(beside)
    left: list[Formula] = []
    changed = False
    for one in part.parts:
        inner = one.parts if isinstance(one, Both | Either) else (one,)
        open_parts = [single for single in inner if not _decided(single, beside, tests, conjunction)]
        if not open_parts:
            return None
        if any(_opposed(single, beside, tests, conjunction) for single in inner):
            changed = True
            continue
        changed = changed or len(open_parts) < len(inner)
        left.append(both(*open_parts) if conjunction else either(*open_parts))
    if not changed:
        return part
    return either(*left) if conjunction else both(*left)


_Tests = dict[str, list[Formula]]


def _decided(single: Formula, beside: set[Formula], tests: _Tests, conjunction: bool) -> bool:
    """Whether the siblings make the part true (in a conjunction), or false (in a disjunction)."""
    if single in beside:
        return True
    if not isinstance(single, Said):
        return False
    near = tests.get(path_of(single), ())
    return any(implies(one, single) if conjunction else implies(single, one) for one in near)


def _opposed(single: Formula, beside: set[Formula], tests: _Tests, conjunction: bool) -> bool:
    """Whether the siblings make the part false (in a conjunction), or true (in a disjunction)."""
    if isinstance(single, Both | Either | Unsaid):
        return False
    denied = deny(single)
    if denied in beside:
        return True
    near = tests.get(path_of(single), ())
    return any(excludes(one, single) if conjunction else implies(denied, one) for one in near)


def _told_once(kept: list[Formula], conjunction: bool) -> list[Formula] | None:
    """Without tests that another test of the field implies; None where two exclude each other."""
    dropped: set[int] = set()
    for group in by_path(kept).values():
        for one, other in combinations(group, 2):
            if conjunction and excludes(one, other):
                return None
            for strong, weak in ((one, other), (other, one)):
                if implies(strong, weak) and not {id(one), id(other)} & dropped:
                    dropped.add(id(weak if conjunction else strong))
    return [one for one in kept if id(one) not in dropped]


__all__ = [
    "FALSE",
    "TRUE",
    "Both",
    "Either",
    "Formula",
    "Gathered",
    "Said",
    "Some",
    "Unsaid",
    "at_most_one",
    "both",
    "deny",
    "either",
    "size",
    "test",
]
