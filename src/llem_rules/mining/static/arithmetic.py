"""Arithmetic over fields as references write it, and comparisons of its results."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.formulas import Formula, Said, both, either, test
from llem_rules.mining.static.symbols import Const, FieldValue, Number, Remainder, Unknown, Value
from llem_rules.mining.static.views import is_view
from llem_rules.rules.expressions import Expression, ExpressionError, parse_expression
from llem_rules.rules.predicates import Field, Test

OPERATORS: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.BitOr: ("|", operator.or_),
    ast.BitAnd: ("&", operator.and_),
}
_SAYABLE = frozenset(["+", "-", "*", "/", "//", "%"])
_NUMBER = re.compile(r"\d+(\.\d*)?([eE][+-]?\d+)?")
_LONE = re.compile(r"@[\w.]+")
_NUMBERS = ("int", "float")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def is_number(path: str) -> Said:
    """The field holds a number."""
    return test(path, "type_is", _NUMBERS)


def number_of(value: Value) -> Number | None:
    """A value as an operand of arithmetic."""
    match value:
        case FieldValue(path=path) if not path.startswith("$") and not is_view(path):
            return Number(f"@{path}", (path,))
        case Number():
            return value
        case Remainder(number=number):
            return number
        case Const(value=bool() as flag):
            return Number(str(int(flag)), ())
        case Const(value=int() | float() as plain) if math.isfinite(plain):
            text = repr(abs(plain))
            if _NUMBER.fullmatch(text):
                return Number(text if plain >= 0 else f"(0 - {text})", ())
    return None


def combine(symbol: str, left: Value, right: Value) -> Value:
    """``left symbol right`` where at least one is not a constant."""
    one, two = number_of(left), number_of(right)
    if one is None or two is None or symbol not in _SAYABLE:
        return Unknown(f"… {symbol} …", "arithmetic on what is no number")
    made = Number(
        f"{_enclosed(one.text)} {symbol} {_enclosed(two.text)}",
        tuple(dict.fromkeys(one.fields + two.fields)),
        tuple(dict.fromkeys(one.sized + two.sized)),
    )
    if symbol == "%" and isinstance(left, FieldValue):
        return Remainder(left.path, operand_of(right), made)
    return made


def call(name: str, args: tuple[Value, ...]) -> Value:
    """``min``, ``max``, ``abs`` of numbers."""
    numbers = [number_of(arg) for arg in args]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return Unknown(f"{name}(…)", "arithmetic on what is no number")
    fields = tuple(dict.fromkeys(name for number in known for name in number.fields))
    sized = tuple(dict.fromkeys(name for number in known for name in number.sized))
    return Number(f"{name}({', '.join(number.text for number in known)})", fields, sized)


def length_of(path: str) -> Number:
    """``len`` of a field."""
    return Number(f"len(@{path})", (), (path,))


def _enclosed(text: str) -> str:
    return f"({text})" if " " in text and not re.fullmatch(r"\w+\([^()]*\)|\([^()]*\)", text) else text


def expression(text: str) -> Expression | None:
    """The reference for an arithmetic text; None where the language cannot write it."""
    written = (
        text if text.startswith("@") else f"@{text}" if text.startswith(("(", "len(", "min(", "max(", "abs(")) else ""
    )
    try:
        return parse_expression(written or f"@({text})")
    except ExpressionError:
        return None


def operand_of(value: Value) -> Any:
    """A right side for a test: a plain value or a reference; None where there is none."""
    match value:
        case Const(value=plain):
            return plain
        case FieldValue(path=path):
            return expression(f"@{path}")
        case Number(text=text):
            return expression(text)
    return None


def defined(number: Number) -> list[Formula]:
    """What must hold so that the arithmetic can be done."""
    sizes = ("str", "list", "tuple", "set", "dict")
    return [*map(is_number, number.fields), *(test(name, "type_is", sizes) for name in number.sized)]


def compare_numbers(symbol: str, left: Value, right: Value) -> Cond | None:
    """A comparison in which at least one side is arithmetic; None where it cannot be said."""
    one, two = number_of(left), number_of(right)
    if one is None or two is None:
        return None
    if isinstance(left, Remainder) and symbol in {"==", "!="} and isinstance(right, Const) and right.value == 0:
        return _divides(left, symbol)
    if not (one.fields or one.sized) or (isinstance(right, FieldValue) and not isinstance(left, FieldValue)):
        return _compared(_MIRRORED[symbol], right, two, one)
    return _compared(symbol, left, one, two)


def _divides(left: Remainder, symbol: str) -> Cond:
    names = ("multiple_of", "not_multiple_of")
    yes, no = (test(left.path, name, left.step) for name in names)
    return Cond(yes, no) if symbol == "==" else Cond(no, yes)


def _compared(symbol: str, left: Value, one: Number, two: Number) -> Cond | None:
    parts = (
        [one, two] if symbol not in {"==", "!="} else [side for side in (one, two) if not _LONE.fullmatch(side.text)]
    )
    sides = both(*(formula for part in parts for formula in defined(part)))
    if isinstance(left, FieldValue):
        return _against(left.path, symbol, two.text, sides)
    lone = re.fullmatch(r"len\(@([$\w.]+)\)", one.text)
    if lone:
        operand = _operand(two.text)
        if operand is None:
            return None
        yes: Formula = Said(Field(lone[1], (Test("length", (Test(symbol, operand),)),)))
        return Cond(yes, both(sides, Said(Field(lone[1], (Test("length", (Test(symbol, operand),)),)), False)))
    if not one.fields:
        return None
    # Neither side is a lone field: ``left < right`` is ``field < right - left + field``.
    field = one.fields[0]
    moved = f"{_enclosed(two.text)} - {_enclosed(one.text)} + @{field}"
    return _against(field, symbol, moved, sides)


def _operand(text: str) -> Any:
    negative = re.fullmatch(r"\(0 - ([^()@ ]+)\)", text)
    if negative:
        return -ast.literal_eval(negative[1])
    return ast.literal_eval(text) if _NUMBER.fullmatch(text) else expression(text)


def _against(path: str, symbol: str, text: str, sides: Formula) -> Cond | None:
    operand = _operand(text)
    if operand is None:
        return None
    yes = test(path, symbol, operand)
    other = Said(yes.predicate, False)
    if symbol in {"==", "!="}:
        return Cond(both(yes, sides), both(other, sides))
    return Cond(yes, both(sides, other))


def guarded(path: str, yes: Said, operand: Any) -> Cond:
    """An ordering of a field against a plain value or another field: it is false only where Python can tell."""
    if isinstance(operand, Expression):
        name = operand.text.removeprefix("@")
        numbers = both(is_number(path), is_number(name))
        strings = both(test(path, "type_is", ("str",)), test(name, "type_is", ("str",)))
        return Cond(yes, both(either(numbers, strings), Said(yes.predicate, False)))
    kinds = ("str",) if isinstance(operand, str) else _NUMBERS
    return Cond(yes, both(test(path, "type_is", kinds), Said(yes.predicate, False)))
