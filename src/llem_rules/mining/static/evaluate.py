"""Expressions of the source to symbolic values."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeVar

from llem_rules.mining.static import arithmetic, asking, implicit
from llem_rules.mining.static.attributes import attribute
from llem_rules.mining.static.calls import call
from llem_rules.mining.static.choices import choice, lift
from llem_rules.mining.static.comprehensions import comprehension
from llem_rules.mining.static.conditions import ALWAYS, Cond
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.messages import text_from
from llem_rules.mining.static.operations import as_items, binary, operation
from llem_rules.mining.static.subscripts import subscript
from llem_rules.mining.static.symbols import (
    ClassValue,
    Collection,
    Const,
    Function,
    Items,
    Pairs,
    Truth,
    Unknown,
    Value,
)

T = TypeVar("T")
_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def condition(node: ast.expr, frame: Frame) -> Cond:
    """When the expression is true, and when it is false."""
    match node:
        case ast.BoolOp(op=op, values=values):
            return _chain(values, isinstance(op, ast.And), frame)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return condition(operand, frame).negated
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _comparison(left, ops, comparators, frame)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            asked = condition(test, frame)
            one = _under(asked, body, frame, condition)
            other = _under(asked.negated, orelse, frame, condition)
            return asked.also(one).otherwise(asked.negated.also(other))
    return asking.truth(evaluate(node, frame), ast.unparse(node))


def _chain(values: list[ast.expr], conjunction: bool, frame: Frame) -> Cond:
    result = condition(values[0], frame)
    for value in values[1:]:
        following = _under(result if conjunction else result.negated, value, frame, condition)
        result = result.also(following) if conjunction else result.otherwise(following)
    return result


def _under(asked: Cond, node: ast.expr, frame: Frame, run: Callable[[ast.expr, Frame], T]) -> T:
    """Evaluate a part that is only reached when something was true."""
    path = frame.path
    frame.path = (*path, asked.yes)
    try:
        return run(node, frame)
    finally:
        frame.path = path


def _comparison(left: ast.expr, ops: list[ast.cmpop], comparators: list[ast.expr], frame: Frame) -> Cond:
    result = ALWAYS
    one, text = evaluate(left, frame), ast.unparse(left)
    for op, node in zip(ops, comparators, strict=True):
        other = evaluate(node, frame)
        symbol = _SYMBOLS[type(op)]
        written = ast.unparse(node)
        path, frame.path = frame.path, frame.path if result == ALWAYS else (*frame.path, result.yes)
        implicit.compared(symbol, one, other, frame)
        frame.path = path
        result = result.also(asking.compare(symbol, one, other, f"{text} {symbol} {written}"))
        one, text = other, written
    return result


def evaluate(node: ast.expr, frame: Frame) -> Value:  # noqa: PLR0912 - one case a kind of expression
    """What the expression stands for on this path."""
    if not frame.world.spend(frame.function):
        return Unknown(ast.unparse(node)[:80], "the budget is spent")
    match node:
        case ast.Constant(value=value):
            return Const(value) if value is None or isinstance(value, str | int | float) else Unknown(repr(value), "…")
        case ast.Name(id=name):
            return _name(name, frame)
        case ast.Attribute(value=value, attr=name):
            return lift(lambda one: attribute(one, name, frame, ast.unparse(node)), evaluate(value, frame))
        case ast.Call():
            return call(node, frame)
        case ast.BoolOp(op=op, values=values):
            return _either_value(values, isinstance(op, ast.And), frame)
        case ast.UnaryOp(op=ast.Not()) | ast.Compare():
            return Truth(condition(node, frame))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return lift(lambda one: binary("-", Const(0), one), evaluate(operand, frame))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in arithmetic.OPERATORS:
            return operation(node, op, evaluate(left, frame), evaluate(right, frame))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            asked = condition(test, frame)
            one = _under(asked, body, frame, evaluate)
            return choice([(asked.yes, one), (asked.no, _under(asked.negated, orelse, frame, evaluate))])
        case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
            return _items(node, elts, frame)
        case ast.Dict(keys=keys, values=values):
            return _mapping(keys, values, frame)
        case ast.JoinedStr(values=values):
            return text_from(
                [_shown(one.value, frame) if isinstance(one, ast.FormattedValue) else one for one in values]
            )
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            frame.names[name] = evaluate(value, frame)
            return frame.names[name]
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
            return comprehension(node, frame)
        case ast.Subscript(value=value, slice=index):
            return lift(
                lambda one, key: subscript(one, key, ast.unparse(node)), evaluate(value, frame), evaluate(index, frame)
            )
        case ast.Lambda():
            return Function(frame.module, node, "<lambda>", frame.owner, dict(frame.names))
    return Unknown(" ".join(ast.unparse(node).split())[:120], f"{type(node).__name__} is not followed")


def _shown(node: ast.expr, frame: Frame) -> Value:
    """What an f-string shows. A member of an enum is read as its value, but prints as its Python version has it."""
    match node:
        case ast.Attribute(value=ast.Name() | ast.Attribute() as holder, attr=name):
            cls = evaluate(holder, frame)
            if isinstance(cls, ClassValue) and name in (frame.world.names.members(cls) or ()):
                return Unknown(ast.unparse(node), "how a member of an enum is printed")
    return evaluate(node, frame)


def _name(name: str, frame: Frame) -> Value:
    if name in frame.names:
        return frame.names[name]
    return frame.world.names.in_module(frame.module, name)


def _either_value(values: list[ast.expr], conjunction: bool, frame: Frame) -> Value:
    """``a or b`` gives a value, not a truth."""
    one = evaluate(values[0], frame)
    if len(values) == 1:
        return one
    asked = asking.truth(one, ast.unparse(values[0]))
    stays = asked.negated if conjunction else asked
    rest = _under(stays.negated, values[1], frame, lambda _node, inner: _either_value(values[1:], conjunction, inner))
    return choice([(stays.yes, one), (stays.no, rest)])


def _items(node: ast.expr, elts: list[ast.expr], frame: Frame) -> Value:
    kind = {ast.List: "list", ast.Tuple: "tuple"}.get(type(node), "set")
    found: list[Value] = []
    for one in elts:
        if isinstance(one, ast.Starred):
            inner = as_items(evaluate(one.value, frame))
            if inner is None:
                return Unknown(ast.unparse(node)[:80], "a list that is unpacked into another")
            found += inner.items
        else:
            found.append(evaluate(one, frame))
    if not found and kind == "list":
        return Collection(frame.world.next_number())
    return Items(tuple(found), kind)


def _mapping(keys: list[ast.expr | None], values: list[ast.expr], frame: Frame) -> Value:
    if not keys:
        return Collection(frame.world.next_number(), "dict")
    pairs: list[tuple[object, Value]] = []
    for key, value in zip(keys, values, strict=True):
        made = evaluate(key, frame) if key is not None else None
        if not isinstance(made, Const):
            return Unknown("{…}", "a mapping whose keys are computed")
        pairs.append((made.value, evaluate(value, frame)))
    return Pairs(tuple(pairs))
