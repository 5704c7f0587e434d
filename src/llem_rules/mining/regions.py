"""Sets of values as the scalar tests of the language cut them out, each set in exactly one form.

Every order (whole numbers, floats, strings) is a line that starts at its least value. Each value has a next one (the next
int, the next float, the string with a NUL more), so an open end is a closed one a step further.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llem_rules.rules.cells import has_reference
from llem_rules.rules.evaluate import literal
from llem_rules.rules.predicates import COMPARISONS, MEMBERSHIP, TYPES, Test
from llem_rules.rules.values import TYPE_NAMES, Dtype, NativeValue, Opaque, PairsValue, SetValue, equal

Combine = Callable[[bool, bool], bool]
_OTHERS = ("dict", "dtype", "list", "native", "object", "set", "tuple")
_CLASSES: dict[str, tuple[type, ...]] = {
    "dict": (dict, PairsValue),
    "dtype": (Dtype,),
    "list": (list,),
    "native": (NativeValue,),
    "object": (Opaque,),
    "set": (SetValue,),
    "tuple": (tuple,),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A set on an ordered line: whether its least value is in, and the values at which that changes."""

    first: bool = False
    cuts: tuple[Any, ...] = ()

    def holds(self, value: Any) -> bool:
        """Whether a value of the line is in the set."""
        return self.first ^ (bisect_right(self.cuts, value) % 2 == 1)

    def joined(self, other: Line, combine: Combine) -> Line:
        """Union, intersection and the like."""
        first = now = combine(self.first, other.first)
        cuts = []
        for cut in sorted({*self.cuts, *other.cuts}):
            after = combine(self.holds(cut), other.holds(cut))
            if after != now:
                cuts.append(cut)
                now = after
        return Line(first, tuple(cuts))


@dataclass(frozen=True, slots=True)
class Region:
    """A set of values of all kinds. ``others``: kinds of value that are in as a whole."""

    none: bool
    false: bool
    true: bool
    ints: Line
    floats: Line
    nan: bool
    strs: Line
    others: frozenset[str]

    def holds(self, value: Any) -> bool:
        """Whether a decoded value is in the set."""
        if value is None:
            return self.none
        if isinstance(value, bool):
            return self.true if value else self.false
        if isinstance(value, int):
            return self.ints.holds(value)
        if isinstance(value, float):
            return self.nan if math.isnan(value) else self.floats.holds(value)
        if isinstance(value, str):
            return self.strs.holds(value)
        return any(isinstance(value, _CLASSES[kind]) for kind in self.others)

    def joined(self, other: Region, combine: Combine) -> Region:
        """Union, intersection and the like."""
        return Region(
            combine(self.none, other.none),
            combine(self.false, other.false),
            combine(self.true, other.true),
            self.ints.joined(other.ints, combine),
            self.floats.joined(other.floats, combine),
            combine(self.nan, other.nan),
            self.strs.joined(other.strs, combine),
            frozenset(kind for kind in _OTHERS if combine(kind in self.others, kind in other.others)),
        )

    def __and__(self, other: Region) -> Region:
        return self.joined(other, lambda one, two: one and two)

    def __or__(self, other: Region) -> Region:
        return self.joined(other, lambda one, two: one or two)

    def __invert__(self) -> Region:
        return self.joined(NOTHING, lambda one, _none: not one)

    @property
    def words(self) -> str:
        """The set as text: equal for equal sets, and for no others."""
        lines = ((line.first, *line.cuts) for line in (self.ints, self.floats, self.strs))
        return repr((self.none, self.false, self.true, self.nan, *lines, *sorted(self.others)))


NOTHING = Region(False, False, False, Line(), Line(), False, Line(), frozenset())
ANYTHING = ~NOTHING
NONE = Region(True, False, False, Line(), Line(), False, Line(), frozenset())
_TEXT = Region(False, False, False, Line(), Line(), False, Line(True), frozenset())
NONE_OR_TEXT = NONE | _TEXT
_TYPE_REGIONS: dict[str, Region] = {
    "none": NONE,
    "NoneType": NONE,
    "bool": Region(False, True, True, Line(), Line(), False, Line(), frozenset()),
    "int": Region(False, True, True, Line(True), Line(), False, Line(), frozenset()),
    "float": Region(False, False, False, Line(), Line(True), True, Line(), frozenset()),
    "str": _TEXT,
    **{
        kind: Region(False, False, False, Line(), Line(), False, Line(), frozenset({kind}))
        for kind in ("list", "tuple", "set", "dict")
    },
}


def region_of(test: Test) -> Region | None:
    """The values of which a test is true; None where it is not decided by scalar constants and built-in types alone."""
    operand = test.operand
    if test.operator in TYPES:
        if not all(name in TYPE_NAMES for name in operand):
            return None
        return _either(test.operator == "type_is", [_TYPE_REGIONS[name] for name in operand])
    if test.operator in MEMBERSHIP and isinstance(operand, tuple) and not has_reference(operand):
        items = [literal(item) for item in operand]
        if all(map(_scalar, items)):
            return _either(test.operator == "in", [_point(item) for item in items])
    if test.operator in COMPARISONS and not has_reference(operand) and _scalar(value := literal(operand)):
        if test.operator in {"==", "!="}:
            return _either(test.operator == "==", [_point(value)])
        return _ordered(test.operator, value)
    return None


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str)


def _either(wanted: bool, regions: list[Region]) -> Region:
    found = NOTHING
    for region in regions:
        found = found | region
    return found if wanted else ~found


def _point(value: Any) -> Region:
    return NONE if value is None else _ordered("<=", value) & _ordered(">=", value)


def _ordered(operator: str, value: Any) -> Region:
    """Values that stand to a number or a string as the operator says."""
    if isinstance(value, float) and math.isnan(value):
        return NOTHING
    upward = operator in {">", ">="}
    beyond = operator in {">", "<="}  # the line is cut after the value, not before it
    if isinstance(value, str):
        cut = value + "\0" if beyond else value
        return Region(False, False, False, Line(), Line(), False, _line(cut, "", upward), frozenset())
    number = value + 0
    low, high = (_compares(operator, bit, number) for bit in (0, 1))
    ints, floats = _line(_whole(number, beyond), -math.inf, upward), _line(_float(number, beyond), -math.inf, upward)
    return Region(False, low, high, ints, floats, False, Line(), frozenset())


def _compares(operator: str, one: int, two: float) -> bool:
    below = operator in {"<", "<="}
    return (one < two if below else one > two) or (operator in {"<=", ">="} and equal(one, two))


def _line(cut: Any, least: Any, upward: bool) -> Line:
    """From a cut up, or down from it. A cut of +inf that no value reaches is given as None."""
    if cut is None:
        return Line(not upward)
    return Line(upward) if cut == least else Line(not upward, (cut,))


def _whole(number: float, beyond: bool) -> Any:
    """The least int at (or beyond) a number."""
    if isinstance(number, float) and math.isinf(number):
        return None if number > 0 else -math.inf
    return math.floor(number) + 1 if beyond else math.ceil(number)


def _float(number: float, beyond: bool) -> float | None:
    """The least float at (or beyond) a number; None where there is none."""
    try:
        near = float(number)
    except OverflowError:
        near = math.inf if number > 0 else math.nextafter(-math.inf, 0)
    if near < number:
        near = math.nextafter(near, math.inf)
    if beyond and near == number:
        if near == math.inf:
            return None
        near = math.nextafter(near, math.inf)
    return near + 0.0
