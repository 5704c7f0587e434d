"""Indexing of values that the source writes out."""

from __future__ import annotations

from llem_rules.mining.static.symbols import ClassValue, Const, FieldValue, Given, Items, Pairs, Raising, Unknown, Value


def subscript(value: Value, key: Value, text: str) -> Value:
    """``value[key]``."""
    match value, key:
        case Pairs(pairs=pairs), Const(value=wanted):
            return next((item for own, item in pairs if own == wanted), Unknown(text, "a key that is not there"))
        case Items(items=items), Const(value=int() as index) if -len(items) <= index < len(items):
            return items[index]
        case Items(), Const(value=int()):
            return Raising(text)
        case Const(value=dict() as mapping), Const(value=wanted) if wanted in mapping:
            return Const(mapping[wanted])
        case Const(value=list() | tuple() as items), Const(value=int() as index) if -len(items) <= index < len(items):
            return Const(items[index])
        case Given(), Const(value=str() as name):
            return FieldValue(name)
        case FieldValue(path=path), Const(value=str() as name) if name.isidentifier():
            return FieldValue(f"{path}.{name}")
        case ClassValue(), _:
            return value
    return Unknown(text[:120], "an index into something that is not written out")
