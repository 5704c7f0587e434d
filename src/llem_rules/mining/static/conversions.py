"""Assignments that keep a field's value and change its type only: ``Class(x)``, ``Class.make(x)``, ``getattr(torch, x)``.

Told by the shape of the new value's expression: a class (or one of its methods, or a module's attribute by name) applied to
nothing but the field's own value and constants.
"""

from __future__ import annotations

import ast

from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import Choice, ClassValue, FieldValue, ModuleValue, Outer, Value
from llem_rules.mining.static.views import base_of

_PLAIN = {
    "int",
    "str",
    "bool",
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "sorted",
    "len",
    "max",
    "min",
    "abs",
    "sum",
}


def is_conversion(node: ast.expr, field: str, frame: Frame) -> bool:
    """Whether the expression is the field's own value in another type."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            return any(is_conversion(one, field, frame) or _is_own(one, field, frame) for one in (body, orelse))
        case ast.Call(func=ast.Name(id="getattr"), args=[holder, name]):
            return isinstance(_named(holder, frame), ModuleValue | Outer | ClassValue) and _is_own(name, field, frame)
        case ast.Subscript(value=holder, slice=name):
            return isinstance(_named(holder, frame), ClassValue) and _is_own(name, field, frame)
        case ast.Call(func=func, args=args, keywords=keywords):
            given = [one.value if isinstance(one, ast.Starred) else one for one in args]
            given += [one.value for one in keywords]
            own = [one for one in given if _is_own(one, field, frame)]
            rest = [one for one in given if one not in own]
            return bool(own) and all(isinstance(one, ast.Constant) for one in rest) and _makes(func, frame)
    return False


def _makes(func: ast.expr, frame: Frame) -> bool:
    """Whether a call of it makes an object: a class, or a method of a class itself."""
    made = _named(func, frame)
    if isinstance(made, ClassValue):
        return True
    if isinstance(made, Outer):
        last = made.name.rpartition(".")[2]
        return made.name == "float" or (last[:1].isupper() and made.name not in _PLAIN)
    return isinstance(func, ast.Attribute) and isinstance(_named(func.value, frame), ClassValue)


def _is_own(node: ast.expr, field: str, frame: Frame) -> bool:
    found = _named(node, frame)
    values = [one for _, one in found.options] if isinstance(found, Choice) else [found]
    return all(isinstance(one, FieldValue) and base_of(one.path) == field for one in values) and bool(values)


def _named(node: ast.expr, frame: Frame) -> Value | None:
    """What a name or an attribute of one stands for; nothing else is evaluated, so nothing is recorded."""
    from llem_rules.mining.static.evaluate import evaluate

    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return evaluate(node, frame) if isinstance(inner, ast.Name) else None


__all__ = ["is_conversion"]
