"""What one test of a field says of another test of the same field: only equality and membership among plain values."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from llem_rules.mining.static.parts import Formula, Said
from llem_rules.rules.predicates import Field

_NAMES = {"==", "!=", "in", "not_in"}
_PLAIN = (str, int, float, bool, type(None))


def implies(one: Formula, other: Formula) -> bool:
    """Whether a field that passes the first test passes the second."""
    return _verdict(one, other) is True


def excludes(one: Formula, other: Formula) -> bool:
    """Whether a field that passes the first test fails the second."""
    return _verdict(one, other) is False


def _verdict(one: Formula, other: Formula) -> bool | None:
    first, second = _test(one), _test(other)
    if first is None or second is None or first[0] != second[0]:
        return None
    return _among(first[1], first[2], second[1], second[2])


def by_path(formulas: Iterable[Formula]) -> dict[str, list[Formula]]:
    """The tests that can say something of each other, by field."""
    found: dict[str, list[Formula]] = defaultdict(list)
    for one in formulas:
        test = _test(one) if isinstance(one, Said) else None
        if test is not None:
            found[test[0]].append(one)
    return found


def path_of(formula: Formula) -> str:
    """The field that a test of plain values is about; empty where it is no such test."""
    test = _test(formula) if isinstance(formula, Said) else None
    return "" if test is None else test[0]


@lru_cache(maxsize=65536)
def _test(formula: Formula) -> tuple[str, bool, tuple[Any, ...]] | None:
    """Path, whether the value is among the plain values (or outside of them), and these."""
    match formula:
        case Said(predicate=Field(path=path, tests=(test,)), wanted=wanted) if test.operator in _NAMES:
            values = test.operand if test.operator in {"in", "not_in"} else (test.operand,)
            if isinstance(values, tuple) and all(type(value) in _PLAIN and not _nan(value) for value in values):
                return path, (test.operator in {"==", "in"}) is wanted, values
    return None


def _among(inside: bool, values: tuple[Any, ...], other_inside: bool, others: tuple[Any, ...]) -> bool | None:
    if inside:
        known = [value in others for value in values]
        if all(known) or not any(known):
            return (not values or known[0]) is other_inside
        return None
    # Outside of some values: what is among a part of these is excluded, and outside of such a part implied.
    return not other_inside if all(value in values for value in others) else None


def _nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
