"""Operators between symbolic values."""

from __future__ import annotations

import ast

from llem_rules.mining.static import arithmetic, sets
from llem_rules.mining.static.choices import lift
from llem_rules.mining.static.messages import text_from
from llem_rules.mining.static.symbols import (
    ClassValue,
    Const,
    Items,
    Outer,
    Text,
    Unknown,
    Value,
)


def operation(node: ast.BinOp, op: ast.operator, left: Value, right: Value) -> Value:
    symbol, function = arithmetic.OPERATORS[type(op)]
    if symbol == "%" and isinstance(left, Text | Const) and (isinstance(left, Text) or isinstance(left.value, str)):
        from llem_rules.mining.static.messages import percent

        return percent(left, right)

    def apply(one: Value, two: Value) -> Value:
        if isinstance(one, Const) and isinstance(two, Const):
            try:
                return Const(function(one.value, two.value))
            except (TypeError, ValueError, ArithmeticError):
                return Unknown(ast.unparse(node)[:80], "it cannot be computed")
        return binary(symbol, one, two)

    return lift(apply, left, right)


def binary(symbol: str, one: Value, two: Value) -> Value:
    if symbol == "-" and isinstance(one, Const) and isinstance(two, Const) and not isinstance(two.value, str):
        return Const(-two.value if one.value == 0 else one.value - two.value)
    if symbol in {"-", "&"} and sets.is_set(one) and sets.is_set(two):
        return sets.combined(symbol, one, two, f"… {symbol} …")
    if symbol == "|" and all(isinstance(side, Outer | ClassValue | Items | Const) for side in (one, two)):
        return Items((one, two), "tuple")  # a union of types
    if symbol == "+":
        from llem_rules.mining.static.messages import is_text

        if isinstance(one, Const | Items) and isinstance(two, Const | Items) and not is_text(one):
            left, right = as_items(one), as_items(two)
            if left is not None and right is not None:
                return Items((*left.items, *right.items), left.kind)
        if is_text(one) or is_text(two):
            return text_from([one, two])
    return arithmetic.combine(symbol, one, two)


def as_items(value: Value) -> Items | None:
    if isinstance(value, Items):
        return value
    if isinstance(value, Const) and isinstance(value.value, list | tuple):
        return Items(tuple(Const(item) for item in value.value), "tuple")
    return None
