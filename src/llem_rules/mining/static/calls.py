"""Calls: effects, Python's own functions, methods of plain values, and functions of the package."""

from __future__ import annotations

import ast
import re

from llem_rules.mining.static import effects, implicit
from llem_rules.mining.static.attributes import attribute
from llem_rules.mining.static.builtin_calls import BUILTINS
from llem_rules.mining.static.choices import lift
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.messages import substituted
from llem_rules.mining.static.methods import plain_method
from llem_rules.mining.static.numeric_calls import extreme_by_name
from llem_rules.mining.static.surroundings import literal_arguments, platform
from llem_rules.mining.static.symbols import (
    ClassValue,
    Const,
    Function,
    Given,
    Instance,
    Method,
    ModuleValue,
    Outer,
    Super,
    Unknown,
    Value,
)

_LOGGER = re.compile(r"(^|\.|_)log(ger|ging)?$", re.IGNORECASE)


def call(node: ast.Call, frame: Frame) -> Value:
    """The value of a call; what it does is recorded."""
    text = " ".join(ast.unparse(node).split())[:120]
    if isinstance(node.func, ast.Attribute):
        level = effects.level_of(node.func.attr)
        if level is not None and _LOGGER.search(ast.unparse(node.func.value)):
            _log(node, level, frame)
            return Const(None)
    args, kwargs = _arguments(node, frame)
    if isinstance(node.func, ast.Name) and node.func.id == "super" and frame.owner is not None:
        receiver = next(iter(frame.names.values()), Unknown("super()", "no receiver"))
        return Super(receiver, frame.owner)
    if isinstance(node.func, ast.Attribute):
        name, whole = node.func.attr, ast.unparse(node.func)

        def on(receiver: Value) -> Value:
            made = plain_method(receiver, name, args, kwargs, frame, node, text)
            return (
                made if made is not None else _apply(attribute(receiver, name, frame, whole), args, kwargs, frame, node)
            )

        return lift(on, _evaluate(node.func.value, frame))
    return lift(lambda callee: _apply(callee, args, kwargs, frame, node), _evaluate(node.func, frame))


def _evaluate(node: ast.expr, frame: Frame) -> Value:
    from llem_rules.mining.static.evaluate import evaluate

    return evaluate(node, frame)


def _arguments(node: ast.Call, frame: Frame) -> tuple[list[Value], dict[str, Value]]:
    args: list[Value] = []
    for one in node.args:
        if isinstance(one, ast.Starred):
            _evaluate(one.value, frame)
        else:
            args.append(_evaluate(one, frame))
    kwargs = {one.arg or "**": _evaluate(one.value, frame) for one in node.keywords}
    if "**" in kwargs and not isinstance(kwargs["**"], Given):
        del kwargs["**"]
    return args, kwargs


def _log(node: ast.Call, level: str, frame: Frame) -> None:
    args, _ = _arguments(node, frame)
    message = args[0] if args else Unknown("…", "no message")
    effects.logged(frame, node.lineno, level, substituted(message, args[1:]) if len(args) > 1 else message)


def _apply(callee: Value, args: list[Value], kwargs: dict[str, Value], frame: Frame, node: ast.Call) -> Value:
    text = " ".join(ast.unparse(node).split())[:120]
    match callee:
        case Function() | Method():
            assert frame.world.call is not None
            return frame.world.call(callee, args, kwargs, frame)
        case Outer(name="warnings.warn"):
            effects.warned(frame, node.lineno, args[0] if args else kwargs.get("message", Unknown("…", "no message")))
            return Const(None)
        case Outer(name="setattr" | "object.__setattr__"):
            _set(args, frame, node)
            return Const(None)
        case Outer(name="max" | "min" as name) if kwargs:
            return lift(lambda *plain: extreme_by_name(name, list(plain), kwargs, frame, text), *args)
        case Outer(name="typing.get_args"):
            return literal_arguments(node, frame, text)
        case Outer(name=name) if ":" in name:
            return lift(lambda *plain: platform(name, list(plain), frame, text), *args, *kwargs.values())
        case Outer(name=name) if name in BUILTINS:
            with implicit.spread_over(args, frame):
                return lift(lambda *plain: BUILTINS[name](list(plain), frame, text), *args)
        case ClassValue(module=module, qualname=qualname):
            return _made(module, qualname, frame)
        case Unknown(why=why):
            return Unknown(text, why)
        case ModuleValue() | Outer():
            return Unknown(text, "a call outside the package")
    return Unknown(text, "a call of what is no function here")


def _made(module: str, qualname: str, frame: Frame) -> Value:
    number = frame.world.next_number()
    frame.world.made[number] = (module, qualname)
    return Instance(number, qualname)


def _set(args: list[Value], frame: Frame, node: ast.Call) -> None:
    match args:
        case [Instance() as instance, Const(value=str() as name), value]:
            effects.assign(frame, node.lineno, instance, name, value)
