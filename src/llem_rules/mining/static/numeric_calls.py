"""Python's functions of numbers: sums, extremes, finiteness."""

from __future__ import annotations

import math
from collections.abc import Callable

from llem_rules.mining.static import arithmetic
from llem_rules.mining.static.conditions import ALWAYS, Cond
from llem_rules.mining.static.formulas import Said, both, deny, test
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.iteration import items_in, iterated
from llem_rules.mining.static.symbols import (
    Choice,
    Const,
    Count,
    Extent,
    FieldValue,
    Mapped,
    Truth,
    Unknown,
    Value,
)
from llem_rules.rules.predicates import Field, Test

Builtin = Callable[[list[Value], Frame, str], Value]


def total(args: list[Value], frame: Frame, text: str) -> Value:
    found = items_in(args[0], frame) if len(args) == 1 else None
    if found is None:
        return Unknown(text, "a sum over something that is not written out")
    if found and all(isinstance(one, Truth) for one in found):
        return Count(tuple(one.cond for one in found if isinstance(one, Truth)))
    total: Value = Const(0)
    for one in found:
        total = arithmetic.combine("+", total, one) if not _constant(total, one) else _added(total, one)
    return total


def _constant(*values: Value) -> bool:
    return all(isinstance(value, Const) for value in values)


def _added(one: Value, two: Value) -> Value:
    assert isinstance(one, Const)
    assert isinstance(two, Const)
    return Const(one.value + two.value)


def extreme_by_name(name: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, text: str) -> Value:
    """``max`` or ``min`` with its keyword arguments."""
    default = kwargs.get("default")
    match args:
        case [Mapped(path=path, item=item, value=value)] if set(kwargs) <= {"default"}:
            return Extent(name, path, item, value, default)
        case [FieldValue(path=own)] if set(kwargs) <= {"default"}:
            item = f"$item{frame.world.next_number()}"
            return Extent(name, iterated(frame.world, own), item, FieldValue(item), default)
    return extreme(name)(args, frame, text) if not kwargs else Unknown(text, "an extreme by a key")


def extreme(name: str) -> Builtin:
    def run(args: list[Value], frame: Frame, text: str) -> Value:
        if len(args) == 1 and isinstance(args[0], Mapped | FieldValue):
            return extreme_by_name(name, args, {}, frame, text)
        if len(args) == 1:
            args = items_in(args[0], frame) or []
        if len(args) > 1 and _constant(*args):
            pick: Callable[..., object] = {"min": min, "max": max}[name]
            return Const(pick(*(one.value for one in args if isinstance(one, Const))))
        match args:
            case [FieldValue(path=path), Const(value=int() | float() as bound)]:
                return _bounded(name, path, bound)
            case [Const(value=int() | float() as bound), FieldValue(path=path)]:
                return _bounded(name, path, bound)
        return arithmetic.call(name, tuple(args)) if args else Unknown(text, "of a list that is not written out")

    return run


def finite(args: list[Value], _frame: Frame, text: str) -> Value:
    match args:
        case [FieldValue(path=path)]:
            finite = both(test(path, ">", -math.inf), test(path, "<", math.inf))
            return Truth(Cond(finite, both(arithmetic.is_number(path), deny(finite))))
        case [Const(value=int() | float() as value)]:
            return Truth(ALWAYS if math.isfinite(value) else ALWAYS.negated)
    return Unknown(text, "of something that is not a field")


def nan(args: list[Value], _frame: Frame, text: str) -> Value:
    match args:
        case [FieldValue(path=path)]:
            yes = both(test(path, "type_is", ("float",)), Said(Field(path, (Test("<=", math.inf),)), False))
            return Truth(Cond(yes, test(path, "<=", math.inf)))
    return Unknown(text, "of something that is not a field")


def infinite(args: list[Value], _frame: Frame, text: str) -> Value:
    match args:
        case [FieldValue(path=path)]:
            yes = test(path, "in", (math.inf, -math.inf))
            return Truth(Cond(yes, both(arithmetic.is_number(path), deny(yes))))
    return Unknown(text, "of something that is not a field")


def _bounded(name: str, path: str, bound: float) -> Value:
    """``max(field, bound)``: the field itself where it lies beyond the bound."""
    cond = arithmetic.guarded(path, test(path, ">" if name == "max" else "<", bound), bound)
    return Choice(((cond.yes, FieldValue(path)), (cond.no, Const(bound))))
