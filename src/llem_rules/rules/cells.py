"""Cells: finitely many values that stand for all values, as far as some tests can tell values apart.

A cell whose answer to a test is not the same for everything it stands for answers "either", so that what is refuted
over the cells is refuted over all values. Exact answers come from the evaluator itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import Fires, compile_predicate, literal
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import COMPARISONS, Field, Test, asks_for_files
from llem_rules.rules.values import TYPE_NAMES, Dtype, NativeValue, Opaque, PairsValue, SetValue, items_of

ORDERINGS = COMPARISONS[2:]
EQUALITIES = ("==", "!=", "in", "not_in")
_NUMBERS = frozenset({"bool", "int", "float"})
_LISTS = frozenset({"list", "tuple", "set"})
# The kinds of value on which an operator can be true at all.
_NEEDS: dict[str, frozenset[str]] = {
    **{name: _NUMBERS | {"str"} for name in ORDERINGS},
    "multiple_of": _NUMBERS,
    "not_multiple_of": _NUMBERS,
    "matches": frozenset({"str"}),
    "length": _LISTS | {"str", "dict"},
    "each": _LISTS,
    "any_item": _LISTS,
    "distinct": _LISTS,
    "ordered": _LISTS,
    "path_is": frozenset({"str"}),
    "holds": frozenset({"str"}),
    "keys": frozenset({"dict", "native"}),
    "values": frozenset({"dict", "native"}),
    "lower": frozenset({"str"}),
    "parent": frozenset({"str"}),
    "contains": _LISTS | {"str", "dict", "native"},
    "required_key": frozenset({"dict", "native"}),
}
_OTHER = "\0other"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, its kind, and whether every value that it stands for answers every constant test as it does."""

    kind: str
    value: Any
    exact: bool = False


def may(cell: Cell, test: Test, wanted: bool) -> bool:
    """Whether some value of the cell could give the test this answer."""
    needs = _NEEDS.get(test.operator)
    if needs is not None and cell.kind not in needs:
        return not wanted
    if not _decided(cell, test) and not _a_multiple_anyway(cell, test):
        return True
    return (_compiled(test)(Config({"x": cell.value})) is True) == wanted


def _a_multiple_anyway(cell: Cell, test: Test) -> bool:
    """Every whole number is a multiple of one."""
    return test.operator in {"multiple_of", "not_multiple_of"} and cell.kind in {"bool", "int"} and test.operand == 1


def _decided(cell: Cell, test: Test) -> bool:
    if test.operator in {"required_key", "given"} or has_reference(test.operand) or asks_for_files((test,)):
        return False
    if test.operator in {"type_is", "type_is_not"}:
        return cell.kind != "native" or all(name in TYPE_NAMES for name in test.operand)
    if test.operator in EQUALITIES:
        return not (_opaque(cell.value) and _opaque(literal(test.operand)))
    return test.operator == "present" or test.operator in ORDERINGS or cell.exact


def _opaque(value: Any) -> bool:
    """Whether equality with the value is not transitive: a native type may be named in full or by its last part."""
    if isinstance(value, NativeValue | Opaque):
        return True
    if isinstance(value, dict):
        return any(map(_opaque, value.values()))
    if isinstance(value, PairsValue):
        return any(_opaque(item) for pair in value.pairs for item in pair)
    return any(map(_opaque, items_of(value) or ()))


def has_reference(operand: Any) -> bool:
    """Whether a reference stands in the operand, at any depth."""
    if isinstance(operand, Test):
        return has_reference(operand.operand)
    return isinstance(operand, Expression) or (isinstance(operand, tuple) and any(map(has_reference, operand)))


@lru_cache(maxsize=4096)
def _compiled(test: Test) -> Fires:
    return compile_predicate(Field("x", (test,)))


def cells_for(tests: Iterable[Test], numbers: Iterable[int] = ()) -> Iterator[Cell]:
    """Cells that cover all values, split at the constants of the tests (and at the numbers given)."""
    constants = [*numbers, *(value for test in tests for value in _constants(test))]
    yield Cell("none", None, True)
    yield from (Cell("bool", value, True) for value in (True, False))
    yield from _numbers({value + 0 for value in constants if isinstance(value, int | float) and _finite(value)})
    yield from _strings({value for value in constants if isinstance(value, str)})
    for value in constants:
        yield from _other(value)
    yield Cell("list", [_OTHER])
    yield Cell("tuple", (_OTHER,))
    yield Cell("dict", {_OTHER: 0})
    yield Cell("set", SetValue((_OTHER,)))
    yield Cell("native", NativeValue(_OTHER, {}))
    yield Cell("dtype", Dtype(_OTHER))
    yield Cell("object", Opaque(_OTHER))


def _constants(test: Test) -> Iterator[Any]:
    operand = test.operand
    if test.operator in {"in", "not_in"} and isinstance(operand, tuple):
        yield from (literal(item) for item in operand if not has_reference(item))
    elif test.operator in COMPARISONS and not has_reference(operand):
        yield literal(operand)


def _finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def _numbers(constants: set[int | float]) -> Iterator[Cell]:
    yield from (Cell("float", value, True) for value in (math.inf, -math.inf, math.nan))
    for value in constants:
        if value == math.floor(value):
            yield Cell("int", math.floor(value), True)
        if (near := _float_near(value)) == value:
            yield Cell("float", near, True)
    edges: list[int | float] = [-math.inf, *sorted(constants), math.inf]
    for low, high in pairwise(edges):
        yield from _gap(low, high)


def _gap(low: float, high: float) -> Iterator[Cell]:
    """An int and a float strictly between, where there are any."""
    below = 0 if high == math.inf else math.ceil(high) - 1
    whole = below if low == -math.inf else math.floor(low) + 1
    if low < whole < high:
        yield Cell("int", whole)
    start = -1.7976931348623157e308 if low == -math.inf else _float_near(low)
    while start <= low:
        start = math.nextafter(start, math.inf)
    if low < start < high:
        yield Cell("float", start)


def _float_near(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _strings(constants: set[str]) -> Iterator[Cell]:
    yield Cell("str", "", "" in constants)
    for value in constants:
        yield Cell("str", value, True)
        yield Cell("str", value + "\0")  # the next string there is: it stands for all up to the next constant


def _other(value: Any) -> Iterator[Cell]:
    match value:
        case list() | tuple():
            yield Cell("list", list(value))
            yield Cell("tuple", tuple(value))
        case dict() | PairsValue():
            yield Cell("dict", value)
        case SetValue():
            yield Cell("set", value)
        case NativeValue():
            yield Cell("native", value)
        case Dtype():
            yield Cell("dtype", value, True)
        case Opaque():
            yield Cell("object", value)
