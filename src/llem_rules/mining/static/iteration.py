"""What a loop goes over, and how its target is bound."""

from __future__ import annotations

import ast

from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import Collection, Const, Items, Pairs, Unknown, Value

MOST_ITEMS = 64


def items_in(value: Value, frame: Frame) -> list[Value] | None:
    """The items, where the source (or a live constant) writes them out."""
    found: list[Value] | None = None
    match value:
        case Items(items=items):
            found = list(items)
        case Const(value=list() | tuple() as plain):
            found = [Const(item) for item in plain]
        case Const(value={"$set": list() as plain}):
            found = [Const(item) for item in plain]
        case Const(value=dict() as mapping) if not any(str(key).startswith("$") for key in mapping):
            found = [Const(key) for key in mapping]
        case Pairs(pairs=pairs):
            found = [Const(key) for key, _ in pairs]
        case Collection(number=number) if not frame.world.issues.get(number):
            found = []
    return found if found is not None and len(found) <= MOST_ITEMS else None


def bind(target: ast.expr, value: Value, frame: Frame) -> None:
    """Bind names to a value, unpacking where it is written out."""
    match target:
        case ast.Name(id=name):
            frame.names[name] = value
        case ast.Starred(value=inner):
            bind(inner, Unknown("*…", "a part of an unpacked list"), frame)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            parts = items_in(value, frame) if isinstance(value, Items | Const) else None
            for index, one in enumerate(elts):
                fits = parts is not None and len(parts) == len(elts)
                bind(one, parts[index] if parts and fits else Unknown("…", "a part of an unpacked value"), frame)
