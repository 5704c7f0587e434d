"""Along one field, everything else being equal: every value of its pool, then the exact place of each change of label."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from llem_rules.mining.dynamic.axes import changes
from llem_rules.mining.dynamic.oracle import Oracle
from llem_rules.mining.dynamic.pools import Pools, around, distinct
from llem_rules.mining.dynamic.signatures import Point, Seen

_PARTS = 8  # an interval is cut into so many at once: a question costs less than a turn
_ROUNDS = 40  # of cutting; 22 find any border between floats
_SIMPLE_EVERY = 2


class Scanner:
    """Scans for one aim, of which ``label`` tells whether it shows."""

    def __init__(self, oracle: Oracle, label: Callable[[Seen], bool | None], pools: Pools) -> None:
        self._oracle = oracle
        self._label = label
        self._pools = pools

    def scan(self, point: Point, field: str, others: Sequence[str]) -> None:
        """Ask the library along a field. ``others``: fields whose values may be where a border lies."""
        rest = {name: value for name, value in point.items() if name != field}
        config = self._oracle.config(rest)
        crossing = list(_crossing([config.value(name) for name in others if name != field]))
        labels: dict[str, tuple[Any, bool | None]] = {}

        def ask(values: Iterable[Any]) -> None:
            fresh = [value for value in distinct(values) if _name(value) not in labels]
            seen = self._oracle.ask([{**rest, field: value} for value in fresh])
            labels.update({_name(v): (v, self._label(one)) for v, one in zip(fresh, seen, strict=True)})

        def line(kind: type) -> list[tuple[Any, bool]]:
            known = [(value, label) for value, label in labels.values() if label is not None]
            return sorted((value, label) for value, label in known if type(value) is kind and value == value)  # noqa: PLR0124

        self._oracle.ask([rest])
        ask([*self._pools.of(field), *crossing])
        _bisect(ask, lambda: line(int), _middle_int)
        edges = [edge for low, high, _ in changes(line(int)) for edge in (low, high) if abs(edge) < 2**53]
        if any(kind is float for kind in map(type, (value for value, _ in line(float)))):
            ask([near for edge in edges for near in around(float(edge))])
            _bisect(ask, lambda: line(float), _middle_float)
            edges = [edge for low, high, _ in changes(line(float)) for edge in (low, high) if abs(edge) < 2**53]
            ask([whole for edge in edges for whole in (math.floor(edge), math.ceil(edge))] if line(int) else [])


def minimise(oracle: Oracle, point: Point, holds: Callable[[Seen], bool]) -> Point:
    """Leave out fields, one after the other, as long as it still holds."""
    kept = dict(point)
    for name in list(point):
        fewer = {own: value for own, value in kept.items() if own != name}
        if holds(oracle.ask([fewer])[0]):
            kept = fewer
    return kept


def _crossing(values: Sequence[Any]) -> Iterable[Any]:
    """Values at which a border would lie if it followed the other fields."""
    sizes = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    for value in sizes:
        yield from around(value)
        if abs(value) < 2**31:
            yield from (2 * value, 3 * value, 2 * value + 1)
    for index, first in enumerate(sizes):
        for second in sizes[index + 1 :]:
            if abs(first) < 2**31 and abs(second) < 2**31:
                for value in (first * second, first + second, first - second, second - first):
                    yield from around(value)
    yield from (value for value in values if isinstance(value, str))


def _name(value: Any) -> str:
    return f"{type(value).__name__} {value!r}"


def _bisect(
    ask: Callable[[Iterable[Any]], None],
    line: Callable[[], list[tuple[Any, bool]]],
    middle: Callable[[Any, Any, int], list[Any]],
) -> None:
    asked: set[str] = set()
    for turn in range(_ROUNDS):
        wanted = [value for low, high, _ in changes(line(), 8) for value in middle(low, high, turn)]
        fresh = [value for value in wanted if _name(value) not in asked]
        if not fresh:
            return
        asked.update(map(_name, fresh))
        ask(fresh)


def _middle_int(low: int, high: int, _turn: int) -> list[int]:
    return _cut(low, high)


def _cut(low: int, high: int) -> list[int]:
    """Whole numbers strictly between, evenly spread."""
    return list(dict.fromkeys(at for n in range(1, _PARTS) if low < (at := low + (high - low) * n // _PARTS) < high))


def _middle_float(low: float, high: float, turn: int) -> list[float]:
    if math.nextafter(low, math.inf) >= high:
        return []
    middles = [_from_ordinal(ordinal) for ordinal in _cut(_ordinal(low), _ordinal(high))]
    if turn % _SIMPLE_EVERY:
        return middles
    return [*middles, *(one for one in around(_simplest(low, high)) if low < one < high)]


def _simplest(low: float, high: float) -> float:
    """The number with the fewest digits in an interval."""
    if math.isfinite(low) and math.isfinite(high):
        for digits in range(17):
            rounded = float(f"{low / 2 + high / 2:.{digits}g}") if low or high else 0.0
            for one in (0.0, round(low, digits), round(high, digits), rounded):
                if low < one < high:
                    return one
    return low / 2 + high / 2 if math.isfinite(low / 2 + high / 2) else 0.0


def _ordinal(value: float) -> int:
    """Floats in order as whole numbers."""
    bits: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def _from_ordinal(ordinal: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<q", abs(ordinal)))[0]
    return value if ordinal >= 0 else -value
