"""The smallest disjunction of conjunctions of atoms that is true of every hit and of no miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from llem_rules.mining.dynamic.atoms import Atom
from llem_rules.mining.dynamic.axes import Labelled
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.parse import parse_predicate

_LONGEST = 5  # atoms in a conjunction
_MOST = 4  # conjunctions
_TERMS = 60  # kept for one hit
_BUDGET = 4000  # nodes of one search
_OR = 1.5  # what one more conjunction costs


@dataclass(frozen=True)
class Hypothesis:
    """Conjunctions of atoms, OR-ed."""

    terms: tuple[tuple[Atom, ...], ...]
    cost: float

    @property
    def plain(self) -> dict[str, Any]:
        """The predicate as people write it."""
        joined = [_joined(term) for term in self.terms]
        return joined[0] if len(joined) == 1 else {"any_of": joined}


def _joined(term: Sequence[Atom]) -> dict[str, Any]:
    """Conditions on one field in one mapping where no operator is there twice."""
    parts: list[dict[str, Any]] = [{}]
    for name, condition in (item for atom in term for item in atom.plain.items()):
        for part in parts:
            if name not in part:
                part[name] = dict(condition)
                break
            if name != "not" and not part[name].keys() & condition.keys():
                part[name].update(condition)
                break
        else:
            parts.append({name: dict(condition)})
    short = [{name: _short(name, condition) for name, condition in part.items()} for part in parts]
    return short[0] if len(short) == 1 else {"all_of": short}


def _short(name: str, condition: Mapping[str, Any]) -> Any:
    if name == "not":
        return {inner: _short(inner, one) for inner, one in condition.items()}
    match condition:
        case {"==": value} if len(condition) == 1 and not isinstance(value, dict):
            return value
    return condition


@dataclass(frozen=True)
class _Term:
    atoms: tuple[Atom, ...]
    mask: int
    cost: float


@dataclass
class Learner:
    """Answers of atoms over a list of labelled cases, as bit masks."""

    data: Sequence[Labelled]
    atoms: Sequence[Atom]
    hits: int = 0
    misses: int = 0
    masks: list[tuple[int, Atom]] = field(default_factory=list)
    left: int = 0

    def __post_init__(self) -> None:
        for index, (_, label) in enumerate(self.data):
            if label:
                self.hits |= 1 << index
            else:
                self.misses |= 1 << index
        cheapest: dict[int, Atom] = {}
        for atom in sorted(self.atoms, key=lambda one: one.cost):
            fires = compile_predicate(parse_predicate(atom.plain))
            mask = 0
            for index, (seen, _) in enumerate(self.data):
                if fires(seen.config) is True:
                    mask |= 1 << index
            if mask & self.hits and self.misses & ~mask:
                cheapest.setdefault(mask, atom)
        self.masks = list(cheapest.items())

    def best(self, most: int = 4) -> list[Hypothesis]:
        """The cheapest hypotheses, the cheapest first; empty where none was found."""
        if not self.hits:
            return []
        found: dict[int, Hypothesis] = {}
        self._bound = float("inf")
        self._cache: dict[int, list[_Term]] = {}
        for terms, cost in self._covers(self.hits, _MOST, 0.0, ()):
            made = Hypothesis(tuple(term.atoms for term in terms), cost)
            key = 0
            for term in terms:
                key = hash((key, term.mask, len(term.atoms), tuple(map(repr, term.atoms))))
            found[key] = made
            self._bound = min(self._bound, cost + 2.0)
            if len(found) > 400:
                break
        return sorted(found.values(), key=lambda one: (one.cost, repr(one.plain)))[:most]

    def _covers(
        self, left: int, most: int, spent: float, chosen: tuple[_Term, ...]
    ) -> Iterator[tuple[tuple[_Term, ...], float]]:
        if not left:
            yield chosen, spent
            return
        if most == 0 or spent >= self._bound:
            return
        width = 24 if not chosen else 6
        extra = _OR if chosen else 0.0
        terms = sorted(
            self._terms(left),
            key=lambda term: term.cost + 1.5 * (left & ~term.mask).bit_count() / max(1, left.bit_count()) * 4,
        )
        for term in islice(terms, width):
            if spent + term.cost + extra < self._bound:
                yield from self._covers(left & ~term.mask, most - 1, spent + term.cost + extra, (*chosen, term))

    def _terms(self, left: int) -> list[_Term]:
        """Conjunctions that are true of the first of these hits and of no miss."""
        seed = left & -left
        if seed not in self._cache:
            self.left = _BUDGET
            usable = [(mask, atom) for mask, atom in self.masks if mask & seed]
            found: dict[int, _Term] = {}
            for term in self._extend(_Term((), self.hits | self.misses, 0.0), usable):
                old = found.get(term.mask)
                if old is None or term.cost < old.cost:
                    found[term.mask] = term
            ranked = sorted(
                found.values(),
                key=lambda term: (
                    term.cost - 4 * (term.mask & self.hits).bit_count() / self.hits.bit_count(),
                    term.cost,
                ),
            )
            self._cache[seed] = ranked[:_TERMS]
        return self._cache[seed]

    def _extend(self, term: _Term, usable: Sequence[tuple[int, Atom]]) -> Iterator[_Term]:
        self.left -= 1
        wrong = term.mask & self.misses
        if not wrong:
            yield term
            return
        if len(term.atoms) >= _LONGEST or self.left <= 0:
            return
        # The miss that the fewest atoms exclude decides first: whatever is chosen has to exclude it.
        first = wrong & -wrong
        choices = [(mask, atom) for mask, atom in usable if not mask & first]
        choices.sort(
            key=lambda one: (
                one[1].cost
                + 3 * (one[0] & wrong).bit_count() / wrong.bit_count()
                - 3 * (one[0] & term.mask & self.hits).bit_count() / self.hits.bit_count()
            )
        )
        width = (30, 10, 5, 3, 2)[len(term.atoms)]
        for mask, atom in choices[:width]:
            yield from self._extend(_Term((*term.atoms, atom), term.mask & mask, term.cost + atom.cost), usable)
