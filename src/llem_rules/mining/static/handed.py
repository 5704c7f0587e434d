"""Objects that a stage's call is given: their attributes are read from the live object, their methods from the source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llem_rules.mining.library import MISSING
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import Handed, Method, Unknown, Value
from llem_rules.mining.static.world import class_member

_PROPERTIES = {"property", "cached_property"}


def has(value: Handed, name: str, frame: Frame) -> bool:
    """Whether the live object has the attribute."""
    return bool(_live(value.at(name), frame) != MISSING)


def attribute_of(value: Handed, name: str, frame: Frame, text: str) -> Value:
    """``object.name``."""
    cls = frame.world.names.live(value.at("__class__").full, text)
    from llem_rules.mining.static.symbols import ClassValue

    member = class_member(frame.world.names, cls, name) if isinstance(cls, ClassValue) else None
    function = None if member is None else member.function()
    if member is not None and function is not None and not _PROPERTIES & set(member.decorators):
        return function if "staticmethod" in member.decorators else Method(function, value)
    found = _live(value.at(name), frame)
    if found == MISSING:
        return Unknown(text, "the object that the call is given has no such attribute")
    made = frame.world.names.live(value.at(name).full, text)
    return value.at(name) if isinstance(made, Unknown) else made


def names_of(value: Handed, frame: Frame) -> frozenset[str]:
    """The qualified names of the object's class and its bases."""
    found = _live(value.at("__class__"), frame)
    if not isinstance(found, Mapping) or "$class" not in found:
        return frozenset()
    return frozenset({str(found["$class"]), *map(str, found.get("bases", ()))})


def _live(value: Handed, frame: Frame) -> Any:
    return frame.world.names.reader.values([value.full])[value.full]


__all__ = ["attribute_of", "has", "names_of"]
