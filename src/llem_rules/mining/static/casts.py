"""Python's conversions of a field's value: ``int``, ``float``, ``str``, and ``map`` over its items."""

from __future__ import annotations

import re
from collections.abc import Callable

from llem_rules.mining.static.formulas import deny, test
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.iteration import iterated
from llem_rules.mining.static.symbols import Choice, Const, FieldValue, Mapped, Number, Outer, Raising, Unknown, Value
from llem_rules.mining.static.views import kind_of, view

Builtin = Callable[[list[Value], Frame, str], Value]


def converted(kind: str) -> Builtin:
    """``int(value)``: the value itself where it is one already."""

    def run(args: list[Value], _frame: Frame, text: str) -> Value:
        match args:
            case [FieldValue(path=path)] if kind_of(path) == kind:
                return args[0]
            case [FieldValue(path=path)]:
                same = test(path, "type_is", (kind,))
                return Choice(((same, args[0]), (deny(same), FieldValue(view(path, kind)))))
            case [Const(value=bool() | int() | float() | str() as plain)]:
                return _computed(kind, plain, text)
            case [Number() as number] if kind == "int" and re.fullmatch(r"len\([^()]*\)", number.text):
                return number
        return Unknown(text, "a conversion of something that is not a field")

    return run


def _computed(kind: str, plain: float | str, text: str) -> Value:
    try:
        return Const(int(plain) if kind == "int" else float(plain))
    except (ValueError, OverflowError):
        return Raising(text)


def as_text(args: list[Value], _frame: Frame, text: str) -> Value:
    """``str(value)``."""
    match args:
        case [FieldValue(path=path)] if kind_of(path) == "str":
            return args[0]
        case [FieldValue(path=path)] if not path.startswith("$"):
            return FieldValue(view(path, "str"))
    return _text(args, _frame, text)


def mapped(args: list[Value], frame: Frame, text: str) -> Value:
    """``map(function, field)``: what one of Python's own functions makes of each item."""
    from llem_rules.mining.static.builtin_calls import BUILTINS

    match args:
        case [Outer(name=name), FieldValue(path=own)] if name in BUILTINS:
            path = iterated(frame.world, own)
            item = f"$item{frame.world.next_number()}"
            return Mapped(path, item, BUILTINS[name]([FieldValue(item)], frame, text))
    return Unknown(text, "map() over what is not a field")


def _text(args: list[Value], _frame: Frame, text: str) -> Value:
    from llem_rules.mining.static.messages import text_from

    return text_from([args[0]]) if len(args) == 1 else Unknown(text, "a text")
