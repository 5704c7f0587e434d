"""Where the border of one field lies at another field's value: comparisons, sums, multiples and remainders of siblings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from llem_rules.rules.config import Config
from llem_rules.rules.values import equal

_LONGEST_RATIO = 64


def crossings(
    points: Sequence[tuple[Any, bool]], context: Config, others: Sequence[str]
) -> Iterator[tuple[str, str, float]]:
    """Operator, reference and cost of every cross-field condition that one axis suggests."""
    known = {name: context.value(name) for name in others}
    for name, value in known.items():
        if value is not None:
            where = {label for own, label in points if equal(own, value)}
            if where:
                yield "==" if True in where else "!=", f"@{name}", 2.4
    sizes = {name: value for name, value in known.items() if _is_number(value)}
    for name, value in sizes.items():
        if value != 0:
            yield from _remainders(name, value, points)
    for kind in (int, float):
        line = sorted((value, label) for value, label in points if type(value) is kind and value == value)  # noqa: PLR0124
        steps = [(low, high, label) for (low, label), (high, other) in pairwise(line) if label is not other]
        for low, high, below in steps if len(steps) <= 10 else []:
            for op, edge in (("<=", low), ("<", high)) if below else ((">", low), (">=", high)):
                for text, cost in references(edge, sizes):
                    yield op, text, cost


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def references(edge: float, sizes: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Every short expression over other fields that has this value here."""
    for name, value in sizes.items():
        if edge == value:
            yield f"@{name}", 2.0
        elif isinstance(edge, int) and isinstance(value, int) and abs(edge - value) <= 2:
            yield f"@{name} {'+' if edge > value else '-'} {abs(edge - value)}", 3.0
        if value not in (0, 1) and edge != value and edge % value == 0 and 2 <= edge / value <= _LONGEST_RATIO:
            ratio = edge / value
            yield f"@{name} * {int(ratio) if ratio == int(ratio) else ratio}", 3.2
    names = sorted(sizes)
    for first in names:
        for second in names:
            a, b = sizes[first], sizes[second]
            if first < second and edge == a * b:
                yield f"@{first} * @{second}", 3.4
            if first < second and edge == a + b:
                yield f"@{first} + @{second}", 3.4
            if first != second and edge == a - b:
                yield f"@{first} - @{second}", 3.4


def _remainders(name: str, value: Any, points: Sequence[tuple[Any, bool]]) -> Iterator[tuple[str, str, float]]:
    whole = [(own, label) for own, label in points if type(own) is int]
    multiples = {label for own, label in whole if own % value == 0}
    rest = {label for own, label in whole if own % value != 0}
    if True in rest and False in multiples:
        yield "not_multiple_of", f"@{name}", 2.6
    if True in multiples and False in rest:
        yield "multiple_of", f"@{name}", 2.6
