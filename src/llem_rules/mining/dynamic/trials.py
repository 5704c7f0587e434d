"""Points to test a hypothesis on: near its borders and at random, none of them asked before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from llem_rules.mining.dynamic.axes import Labelled, type_name
from llem_rules.mining.dynamic.oracle import Oracle, key_of
from llem_rules.mining.dynamic.pools import Pools, around, distinct, is_plain
from llem_rules.mining.dynamic.signatures import Point

_TEXT = "abcxyzABZ019-_./ "
_TRIES = 40  # for each point that is wanted


class Trials:
    """Makes test points for one aim. ``usable``: values of any field that the library takes."""

    def __init__(self, oracle: Oracle, pools: Pools, usable: Mapping[str, Sequence[Any]], random: Random) -> None:
        self._oracle = oracle
        self._pools = pools
        self._usable = usable
        self._random = random

    def points(self, most: int, fields: Sequence[str], data: Sequence[Labelled], plain: Any) -> list[Point]:
        """Fresh points, half of them next to hits. ``plain``: the predicate, for the constants in it."""
        hits = [seen.point for seen, label in data if label]
        misses = [seen.point for seen, label in data if not label]
        edges = distinct(near for value in constants_of(plain) if is_plain(value) for near in around(value))
        types = {name: {type_name(seen.config.value(name)) for seen, _ in data} for name in fields}
        others = [name for name in self._usable if name not in fields and self._usable[name]]
        found: dict[str, Point] = {}
        for turn in range(most * _TRIES):
            if len(found) >= most:
                break
            start = self._random.choice(hits if turn % 2 or not misses else misses)
            point = dict(start)
            for name in self._random.sample(list(fields), self._random.randint(1, len(fields))):
                value = self._value(name, point, fields, edges)
                if type_name(value) in types[name] or isinstance(value, dict):
                    point[name] = value
            if others and self._random.random() < 0.35:
                extra = self._random.choice(others)
                point[extra] = self._random.choice(self._usable[extra])
            key = key_of(point)
            if key not in found and not self._oracle.knows(point):
                found[key] = point
        return list(found.values())

    def _value(self, name: str, point: Point, fields: Sequence[str], edges: Sequence[Any]) -> Any:
        chance = self._random.random()
        if chance < 0.25:
            return self._random.choice(self._pools.of(name))
        if chance < 0.5 and edges:
            return self._random.choice(edges)
        config = self._oracle.config(point)
        near = [one for other in fields if other != name for one in around(config.value(other)) if is_plain(one)]
        if chance < 0.65 and near:
            return self._random.choice(near)
        own = point.get(name)
        if chance < 0.8 and own is not None and is_plain(own):
            return self._random.choice(around(own))
        return self._anything(name)

    def _anything(self, name: str) -> Any:
        random = self._random
        texts = [value for value in self._pools.constants[name] if isinstance(value, str) and value]
        match random.randrange(8):
            case 0:
                return random.randint(-40, 140)
            case 1:
                return random.choice((-1, 1)) * int(math.exp(random.uniform(0, 16)))
            case 2:
                return random.uniform(-2.0, 2.0)
            case 3:
                return random.uniform(-300.0, 300.0)
            case 4 if texts:
                return random.choice(around(random.choice(texts)))
            case 5:
                return [random.choice((random.randint(-9, 99), "a", "zq", None)) for _ in range(random.randint(0, 5))]
            case 6:
                return {random.choice(_TEXT[:6]): random.randint(-9, 99) for _ in range(random.randint(0, 3))}
        return "".join(random.choice(_TEXT) for _ in range(random.randint(0, 8)))


def constants_of(plain: Any) -> Iterator[Any]:
    """Every constant in a predicate as written."""
    if isinstance(plain, Mapping):
        for key, value in plain.items():
            if key not in {"type_is", "type_is_not", "present", "absent", "given"}:
                yield from constants_of(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from constants_of(value)
    elif not (isinstance(plain, str) and plain.startswith("@")):
        yield plain
