"""Configs of a native type, the same for the same seed: most of them near-legal, a share wild.

Drawn with Python's own generator and not with hypothesis: its draws depend on the constants of whatever modules are
loaded, so that one seed would mean other configs after every edit, and nothing remembered would serve again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

from llem_rules.verification.pools import Pools, key_of

Kwargs = dict[str, Any]
_PATIENCE = 400  # draws in a row without a new config after which there is none left
_LEAST = 40  # samples a native type, however few fields it has


def shares(sizes: Mapping[str, int], samples: int) -> dict[str, int]:
    """How many samples each native type gets: by its size, and never next to none."""
    whole = sum(sizes.values()) or 1
    least = min(_LEAST, samples // (len(sizes) or 1))
    spare = samples - least * len(sizes)
    found = {name: least + spare * size // whole for name, size in sizes.items()}
    for name in sorted(sizes, key=lambda one: (-sizes[one], one))[: samples - sum(found.values())]:
        found[name] += 1
    return found


class Sampler:
    """Distinct configs of one native type. The empty one comes first."""

    def __init__(self, pools: Pools, seed: int) -> None:
        self._pools = pools
        self._rng = random.Random(f"{seed} {pools.native_type} configs")
        self._seen: set[str] = set()
        self._singles = self._shuffled_singles()
        self._pairs = self._endless_pairs()

    def draw(self, count: int, *, legal: bool = False) -> Iterator[Kwargs]:
        """At most ``count`` configs that were not drawn before. ``legal``: without the wild ones."""
        misses = 0
        while count > 0 and misses < _PATIENCE:
            kwargs = self._one(legal=legal)
            key = key_of(kwargs)
            if key in self._seen:
                misses += 1
                continue
            self._seen.add(key)
            misses, count = 0, count - 1
            yield kwargs

    def _one(self, *, legal: bool) -> Kwargs:
        if not self._seen:
            return {}
        way = self._rng.random() * (0.85 if legal else 1.0)
        if way < 0.25:
            field, value, plausible = next(self._singles, ("", None, False))
            if field and (plausible or not legal):
                return {field: value}
        if way < 0.5:
            return self._filled(next(self._pairs, ()), wild=0.0 if legal else 0.15)
        if way < 0.65 and self._pools.points:
            return self._beside_a_rule(legal=legal)
        if way < 0.85:
            return self._filled(self._some_fields(2, 6), wild=0.0)
        return self._filled(self._some_fields(1, 6, any_field=True), wild=0.6)

    def _filled(self, fields: tuple[str, ...], wild: float) -> Kwargs:
        return {name: self._value(name, wild) for name in fields}

    def _value(self, field: str, wild: float) -> Any:
        pool = self._pools.of(field)
        return self._rng.choice(pool.wild if self._rng.random() < wild or not pool.plausible else pool.plausible)

    def _some_fields(self, least: int, most: int, *, any_field: bool = False) -> tuple[str, ...]:
        fields = self._pools.fields if any_field else self._pools.usable
        count = min(self._rng.randint(min(least, len(fields)), most), len(fields))
        return tuple(self._rng.sample(fields, count))

    def _beside_a_rule(self, *, legal: bool) -> Kwargs:
        kwargs = dict(self._rng.choice(self._pools.points))
        for name in self._some_fields(0 if not legal else 1, 2):
            kwargs[name] = self._value(name, 0.0 if legal else 0.1)
        return kwargs

    def _shuffled_singles(self) -> Iterator[tuple[str, Any, bool]]:
        singles = []
        for name in self._pools.fields:
            pool = self._pools.of(name)
            plausible = {key_of(value) for value in pool.plausible}
            singles += [(name, value, key_of(value) in plausible) for value in pool.wild]
        self._rng.shuffle(singles)
        return iter(singles)

    def _endless_pairs(self) -> Iterator[tuple[str, str]]:
        """Fields that rules speak of together, and any two, in turn."""
        fields = self._pools.usable
        anyhow = [(one, two) for i, one in enumerate(fields) for two in fields[i + 1 :]]
        related = list(self._pools.related)
        self._rng.shuffle(anyhow)
        self._rng.shuffle(related)
        if not anyhow:
            return
        ways = cycle(related) if related else cycle(anyhow)
        for pair in cycle(anyhow):
            yield next(ways)
            yield pair
