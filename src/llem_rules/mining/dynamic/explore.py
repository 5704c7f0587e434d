"""The first look: one field at a time, then fields that occur together, then a few at random."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from random import Random
from typing import Any

from llem_rules.mining.dynamic.axes import type_name
from llem_rules.mining.dynamic.hints import Hints
from llem_rules.mining.dynamic.oracle import BudgetSpent, Oracle
from llem_rules.mining.dynamic.pools import STRANGE, Pools, distinct, same
from llem_rules.mining.dynamic.signatures import Seen, Signature
from llem_rules.rules.values import decode

_SHARE = 0.4  # of the budget that the first look may take
_FEW_FIELDS = 5  # up to so many, every pair is tried
_SMALL = 12  # up to so many, each is tried on top of every start
_READ = 20  # messages about one field that are read
_RANDOM = 80
_STEPS = 8  # values of one field that are tried on top of a start


class Explorer:
    """Looks around one native type. ``usable`` holds, a field, values that the library takes when they come alone.

    ``types``: the types of all values that it takes. ``elsewhere``: a few values that it refuses when they come alone, and may
    take beside another field's.
    """

    def __init__(self, oracle: Oracle, pools: Pools, hints: Hints, random: Random) -> None:
        self._oracle = oracle
        self._pools = pools
        self._hints = hints
        self._random = random
        self._limit = oracle.used + int((oracle.budget - oracle.used) * _SHARE)
        self.usable: dict[str, list[Any]] = {}
        self.types: dict[str, frozenset[str]] = {}
        self.elsewhere: dict[str, list[Any]] = {}

    def look(self) -> bool:
        """Ask; False where its share of the budget ended before everything was tried."""
        try:
            starts = self._ask(dict(start) for start in self._hints.starts)
            self._singles()
            self._onwards(starts)
            self._learn_what_is_said()
            for group in self._groups():
                self._together(group)
            self._at_random()
        except BudgetSpent:
            return False
        return True

    def _ask(self, points: Iterable[dict[str, Any]]) -> list[Seen]:
        listed = [point for point in points if set(point) <= set(self._oracle.fields)]
        if self._oracle.used + len(listed) > self._limit:
            raise BudgetSpent
        return self._oracle.ask(listed)

    def _singles(self) -> None:
        for name in self._oracle.fields:
            values = list(self._pools.of(name))
            seen = self._ask({name: value} for value in values)
            texts = [text for one in seen for text in one.shown.values()]
            fresh = self._pools.learn(name, dict.fromkeys(texts))
            seen += self._ask({name: value} for value in fresh)
            values += fresh
            taken = [value for value, one in zip(values, seen, strict=True) if _taken(one)]
            self.usable[name] = self._chosen(name, taken)
            self.elsewhere[name] = _refused_alone(name, zip(values, seen, strict=True))
            self.types[name] = frozenset(type_name(decode(value)) for value in taken)

    def _learn_what_is_said(self) -> None:
        """Values that a message quotes are values of the fields that it names."""
        said: dict[str, dict[str, None]] = {}
        for seen in self._oracle.memory.values():
            for signature, text in seen.shown.items():
                for name in signature.mentions if len(seen.point) > 1 else ():
                    said.setdefault(name, {})[text] = None
        for name, texts in sorted(said.items()):
            self._pools.learn(name, list(texts)[:_READ])

    def _onwards(self, starts: Sequence[Seen]) -> None:
        """From kwargs that go some way to a site: what they give, and what is read beside it, one field at a time."""
        for start in starts:
            if start.point and not start.observation.unchecked:
                beside = [one for name in start.point for one in self._hints.beside(name)]
                few = self._oracle.fields if len(self._oracle.fields) <= _SMALL else ()
                names = dict.fromkeys([*start.point, *beside, *few])
                self._ask(
                    {**start.point, name: value} for name in names for value in self.usable.get(name, ())[:_STEPS]
                )

    def _chosen(self, name: str, values: Sequence[Any]) -> list[Any]:
        """A few values for contexts: constants of the source and their neighbours, extremes, one or two of each type."""
        constants = self._pools.constants[name]
        known = [value for value in values if any(same(value, one) for one in constants)][:4]
        whole = sorted(value for value in values if type(value) is int)
        parts = sorted(value for value in values if type(value) is float and math.isfinite(value))
        spread: list[Any] = [
            *whole[-1:],
            *[v for v in whole if v == 2],
            *whole[:1],
            *[v for v in values if v is None or isinstance(v, bool)],
        ]
        spread += [*[v for v in parts if 0 < v < 1][:1], *parts[-1:], *[v for v in values if v == STRANGE], *known]
        near = [value for value in whole if any(type(k) is int and abs(value - k) == 1 for k in known)]
        return distinct([*known, *spread, *near[:4], *[v for v in whole if abs(v) < 3], *parts[:1], *values])[:14]

    def _groups(self) -> list[tuple[str, ...]]:
        """Fields of one condition in the source, fields that one message names, and all pairs where there are few."""
        found = dict.fromkeys(self._hints.together)
        for one in list(self._oracle.memory.values()):
            for signature in one.shown:
                names = tuple(dict.fromkeys([*one.point, *signature.mentions]))
                if 1 < len(names) <= 4 and set(names) <= set(self._oracle.fields):
                    found[tuple(sorted(names))] = None
        if len(self._oracle.fields) <= _FEW_FIELDS:
            found.update(dict.fromkeys(combinations(self._oracle.fields, 2)))
        return list(found)

    def _together(self, group: Sequence[str]) -> None:
        for first, second in combinations(group, 2):
            one, two = self.usable.get(first, [])[:9], self.usable.get(second, [])[:9]
            values = [*product(one, two), *product(self.elsewhere[first], two), *product(one, self.elsewhere[second])]
            self._ask({first: a, second: b} for a, b in values)
        if len(group) > 2:
            self._ask(self._some(group) for _ in range(20 * len(group)))

    def _some(self, names: Sequence[str]) -> dict[str, Any]:
        return {name: self._random.choice(self.usable[name]) for name in names if self.usable.get(name)}

    def _at_random(self) -> None:
        names = [name for name in self._oracle.fields if self.usable.get(name)]
        sizes = [min(len(names), self._random.randint(2, 5)) for _ in range(_RANDOM if len(names) > 1 else 0)]
        self._ask([self._some(sorted(self._random.sample(names, size))) for size in sizes])


def _refused_alone(name: str, tried: Iterable[tuple[Any, Seen]]) -> list[Any]:
    """Values for every way of being refused; more of them where the refusal speaks of another field."""
    found: dict[Signature, list[Any]] = {}
    for value, seen in tried:
        for signature in seen.shown if seen.refused else ():
            found.setdefault(signature, []).append(value)
    most = {signature: 4 if set(signature.mentions) - {name} else 1 for signature in found}
    return distinct(value for signature, values in found.items() for value in values[: most[signature]])[:8]


def _taken(seen: Seen) -> bool:
    return not (seen.refused or seen.observation.unchecked)
