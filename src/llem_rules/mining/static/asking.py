"""Tests on symbolic values: truth, comparison, membership, types. Each answers when it is true and when it is false."""

from __future__ import annotations

from typing import Any

from llem_rules.mining.static.arithmetic import compare_numbers, guarded, operand_of
from llem_rules.mining.static.choices import leaves
from llem_rules.mining.static.conditions import ALWAYS, NEITHER, NEVER, Cond
from llem_rules.mining.static.extents import compare_extent, mirrored
from llem_rules.mining.static.formulas import Formula, both, either, test
from llem_rules.mining.static.items import some_item
from llem_rules.mining.static.membership import contained
from llem_rules.mining.static.operands import exactly, listed, written
from llem_rules.mining.static.sets import combined, is_set
from llem_rules.mining.static.symbols import (
    Chosen,
    ClassValue,
    Collection,
    Const,
    Count,
    Distinct,
    Extent,
    FieldValue,
    Function,
    Handed,
    Instance,
    Items,
    Method,
    ModuleValue,
    Number,
    Outer,
    Pairs,
    Raising,
    Remainder,
    Text,
    Truth,
    TypeOf,
    Unknown,
    Value,
)
from llem_rules.mining.static.tallies import compare_count
from llem_rules.mining.static.views import holds_items, is_view, kind_of
from llem_rules.rules.comparisons import OPERATIONS
from llem_rules.rules.predicates import Literal, Test
from llem_rules.rules.values import decode

FALSY = (None, False, "", (), Literal({}), Literal({"$set": []}))
_OBJECTS = (Instance, ClassValue, Function, Method, ModuleValue, Outer, Text)
_IS = {"is": "==", "is not": "!="}


def spread(value: Value, ask: Any, text: str) -> Cond:
    """Ask each value that it may be, and join the answers."""
    yes: list[Formula] = []
    no: list[Formula] = []
    for guard, leaf in leaves(value):
        cond: Cond = NEITHER if isinstance(leaf, Raising) else ask(leaf, text)
        yes.append(both(guard, cond.yes))
        no.append(both(guard, cond.no))
    return Cond(either(*yes), either(*no))


def truth(value: Value, text: str) -> Cond:
    """``bool(value)``."""
    return spread(value, _truth, text)


def _truth(value: Value, text: str) -> Cond:  # noqa: PLR0912 - one case a kind of value
    match value:
        case Const(value=plain):
            return ALWAYS if decode(plain) else NEVER
        case Truth(cond=cond):
            return cond
        case FieldValue(path=path) if holds_items(path):
            return Cond(*(test(path, "length", (Test(symbol, 0),)) for symbol in (">", "==")))
        case FieldValue(path=path) if kind_of(path) == "str":
            return Cond.of(test(path, "!=", ""))
        case FieldValue(path=path):
            return Cond.of(test(path, "not_in", FALSY))
        case Handed():
            return ALWAYS
        case Items(items=items) | Pairs(pairs=items):
            return ALWAYS if items else NEVER
        case Collection(number=number):
            from llem_rules.mining.static.formulas import Gathered

            return Cond.of(Gathered(number))
        case Chosen():
            return some_item(value)
        case Number() | Remainder():
            return _compare("!=", value, Const(0), text)
        case Count():
            return compare_count(">=", value, 1)
        case _ if isinstance(value, _OBJECTS):
            return ALWAYS
        case Unknown(why=why):
            return Cond.unsaid(text, why)
    return Cond.unsaid(text, "its truth cannot be said")


def compare(symbol: str, left: Value, right: Value, text: str) -> Cond:
    """One comparison of Python's: the symbols, ``in``, ``not in``, ``is``, ``is not``."""
    return spread(left, lambda one, _: spread(right, lambda two, _: _compare(symbol, one, two, text), text), text)


def _compare(symbol: str, left: Value, right: Value, text: str) -> Cond:
    if symbol in {"not in", "is not", "!="}:
        return _compare({"not in": "in", "is not": "is", "!=": "=="}[symbol], left, right, text).negated
    for value in (left, right):
        if isinstance(value, Unknown):
            return Cond.unsaid(text, value.why)
    if symbol == "in":
        return contained(left, right, text)
    if symbol == "is":
        return _identical(left, right, text)
    return _ordered(symbol, left, right, text)


def _ordered(symbol: str, left: Value, right: Value, text: str) -> Cond:  # noqa: PLR0912 - one case a kind of value
    match left, right:
        case Const(value=one), Const(value=two):
            return _constants(symbol, one, two)
        case Truth(), Const(value=bool() as wanted) if symbol == "==":
            return left.cond if wanted else left.cond.negated
        case Count(), Const(value=int() as number):
            return compare_count(symbol, left, number)
        case Extent(), _:
            return compare_extent(symbol, left, right, text)
        case _, Extent():
            return compare_extent(mirrored(symbol), right, left, text)
        case Distinct(path=path), Number(text=counted) if counted == f"len(@{path})":
            return _doubled(path, symbol, text)
        case Number(), Distinct():
            return _ordered(mirrored(symbol), right, left, text)
        case _ if symbol in {"<=", ">="} and is_set(left) and is_set(right):
            found = combined(symbol, left, right, text)
            return found.cond if isinstance(found, Truth) else Cond.unsaid(text, "set algebra that is not followed")
        case ((Chosen() | Collection()), Const(value=int() as number)):
            return _sized(symbol, left, number, text)
        case TypeOf(path=path), (ClassValue() | Outer()) if symbol == "==":
            return exactly(path, right, text)
        case ((Number() | Remainder()), _):
            return compare_numbers(symbol, left, right) or Cond.unsaid(
                text, "arithmetic that has no name in the language"
            )
        case _, (Number() | Remainder()):
            return compare_numbers(symbol, left, right) or Cond.unsaid(
                text, "arithmetic that has no name in the language"
            )
        case ((Const() | Items()), FieldValue()):
            return _ordered({"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(symbol, symbol), right, left, text)
        case FieldValue(path=path), _:
            return _field(symbol, path, right, text)
        case Items(items=items), Items(items=others) if symbol == "==" and len(items) != len(others):
            return NEVER
    if symbol == "==" and left == right:
        return ALWAYS
    return Cond.unsaid(text, "a comparison of values that are not fields")


def _doubled(path: str, symbol: str, text: str) -> Cond:
    """The number of distinct items against the number of items."""
    distinct = Cond(test(path, "distinct", True), test(path, "distinct", False))
    if symbol in {"==", ">="}:
        return distinct
    return distinct.negated if symbol == "<" else Cond.unsaid(text, "a number of distinct items")


def _sized(symbol: str, value: Chosen | Collection, number: int, text: str) -> Cond:
    """The length of what passed a test, or of a collection of issues: only whether there is any can be said."""
    if (symbol, number) in {(">", 0), (">=", 1)}:
        return _truth(value, text)
    if (symbol, number) in {("==", 0), ("<", 1), ("<=", 0)}:
        return _truth(value, text).negated
    return Cond.unsaid(text, "it counts items that pass a test")


def _field(symbol: str, path: str, right: Value, text: str) -> Cond:
    if is_view(path) and right == Const(None):
        return NEVER
    plain = listed(right)
    operand = plain if plain is not None else operand_of(right)
    if operand is None and right != Const(None):
        return Cond.unsaid(text, "a comparison with something that cannot be written")
    if symbol == "==":
        return Cond.of(test(path, "==", written(operand)))
    if isinstance(operand, str) and operand.startswith("@"):
        operand = f"@{operand}"
    if operand is None or isinstance(operand, list | tuple | dict):
        return Cond.unsaid(text, "an ordering of what has no order")
    return guarded(path, test(path, symbol, operand), operand)


def _constants(symbol: str, one: Any, two: Any) -> Cond:
    return ALWAYS if OPERATIONS[symbol](decode(one), decode(two)) else NEVER


def _identical(left: Value, right: Value, text: str) -> Cond:
    match left, right:
        case FieldValue(path=path), Const(value=None):
            return NEVER if is_view(path) else Cond.of(test(path, "==", None))
        case FieldValue(path=path), Const(value=bool() as flag):
            return Cond.of(both(test(path, "type_is", ("bool",)), test(path, "==", flag)))
        case FieldValue(path=path), Const(value=str() | int() as plain):
            return Cond.of(test(path, "==", written(plain)))
        case TypeOf(path=path), (ClassValue() | Outer()):
            return exactly(path, right, text)
        case Const(value=one), Const(value=two):
            return ALWAYS if one == two and type(one) is type(two) else NEVER
        case Truth(cond=cond), Const(value=bool() as wanted):
            return cond if wanted else cond.negated
        case _, Const(value=None | bool()):
            return NEVER
        case Const(), _:
            return _identical(right, left, text) if not isinstance(right, Const) else NEVER
    return ALWAYS if left == right else Cond.unsaid(text, "identity of objects")
