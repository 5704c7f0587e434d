"""What a loop goes over, and how its target is bound."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import ClassValue, Collection, Const, FieldValue, Items, Pairs, Unknown, Value
from llem_rules.mining.static.views import is_view, view

if TYPE_CHECKING:
    from llem_rules.mining.static.world import World

MOST_ITEMS = 64


def item_of(world: World, path: str) -> FieldValue:
    """A name for some item of a field; ``$entry…``: a pair of key and value."""
    return FieldValue(f"${'entry' if path.endswith('|items') else 'item'}{world.next_number()}")


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
        case ClassValue() if (members := frame.world.names.members(value)) is not None:
            found = [Const(item) for item in members.values()]
        case Collection(number=number) if not frame.world.issues.get(number):
            found = []
    return found if found is not None and len(found) <= MOST_ITEMS else None


def iterated(world: World, path: str) -> str:
    """The path whose items a loop over a field goes through: of a mapping, its keys."""
    from llem_rules.mining.static.declared import is_mapping

    return view(path, "keys") if not is_view(path) and is_mapping(world, path) else path


def bind(target: ast.expr, value: Value, frame: Frame) -> None:
    """Bind names to a value, unpacking where it is written out."""
    match target:
        case ast.Name(id=name):
            frame.names[name] = value
        case ast.Starred(value=inner):
            bind(inner, Unknown("*…", "a part of an unpacked list"), frame)
        case ast.Tuple(elts=[key, item]) if isinstance(value, FieldValue) and value.path.startswith("$entry"):
            bind(key, FieldValue(f"{value.path}.key"), frame)
            bind(item, FieldValue(f"{value.path}.value"), frame)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            parts = items_in(value, frame) if isinstance(value, Items | Const) else None
            for index, one in enumerate(elts):
                fits = parts is not None and len(parts) == len(elts)
                bind(one, parts[index] if parts and fits else Unknown("…", "a part of an unpacked value"), frame)
