"""Values that may be one of several: spread, joined, and computed with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from llem_rules.mining.static.formulas import FALSE, TRUE, Formula, both
from llem_rules.mining.static.symbols import Choice, Raising, Unknown, Value

_MOST_LEAVES = 12


def leaves(value: Value) -> list[tuple[Formula, Value]]:
    """The values that it may be, each with its condition; one Unknown where there are too many."""
    found = [leaf for leaf in _leaves(value, TRUE) if leaf[0] != FALSE]
    if len(found) > _MOST_LEAVES:
        return [(TRUE, Unknown("…", "it may have too many values"))]
    return found


def _leaves(value: Value, guard: Formula) -> Iterator[tuple[Formula, Value]]:
    if not isinstance(value, Choice):
        yield guard, value
        return
    for own, inner in value.options:
        yield from _leaves(inner, both(guard, own))


def choice(options: list[tuple[Formula, Value]]) -> Value:
    """One of the options; the value itself where there is only one."""
    left = [(guard, value) for guard, value in options if guard != FALSE]
    if left and all(value == left[0][1] for _, value in left) and (len(left) > 1 or left[0][0] == TRUE):
        return left[0][1]
    return Choice(tuple(left)) if left else Unknown("…", "no value reaches this place")


def lift(function: Callable[..., Value], *values: Value) -> Value:
    """Apply a function of plain values to values that may be choices."""
    spread: list[tuple[Formula, tuple[Value, ...]]] = [(TRUE, ())]
    for value in values:
        spread = [(both(g, own), (*taken, leaf)) for g, taken in spread for own, leaf in leaves(value)]
        spread = [one for one in spread if one[0] != FALSE]
        if len(spread) > _MOST_LEAVES:
            return Unknown("…", "it may have too many values")
    return choice([(guard, _applied(function, taken)) for guard, taken in spread])


def _applied(function: Callable[..., Value], values: tuple[Value, ...]) -> Value:
    return next((one for one in values if isinstance(one, Raising)), None) or function(*values)
