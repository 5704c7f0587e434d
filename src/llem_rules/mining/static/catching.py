"""Which raises leave a ``try``: the classes of exceptions, and of those that enclosing handlers catch."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping

from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import ClassValue, Items, Outer, Value

Ancestry = frozenset[str]  # full names of a class and all its bases


def ancestry(value: Value | None, frame: Frame) -> Ancestry | None:
    """Of a class of exceptions; None where it cannot be told."""
    match value:
        case Outer(name=name) if isinstance(found := getattr(builtins, name, None), type):
            return frozenset(f"builtins.{one.__name__}" for one in found.__mro__)
        case ClassValue(module=module, qualname=qualname) if module:
            full = f"{module}:{qualname}"
            live = frame.world.names.reader.values([full])[full]
            if isinstance(live, Mapping) and "$class" in live:
                return frozenset({str(live["$class"]), *map(str, live.get("bases", ())), "builtins.object"})
    return None


def handled_by(handler: ast.ExceptHandler, frame: Frame) -> tuple[Ancestry | None, ...]:
    """The classes that a handler catches."""
    from llem_rules.mining.static.evaluate import evaluate

    if handler.type is None:
        return (ancestry(Outer("BaseException"), frame),)
    found = evaluate(handler.type, frame)
    values = found.items if isinstance(found, Items) else (found,)
    return tuple(ancestry(one, frame) for one in values)


def is_caught(raised: Ancestry | None, frame: Frame) -> bool | None:
    """Whether an enclosing handler catches an exception; None where that cannot be told."""
    if not frame.caught:
        return False
    if raised is None:
        return None
    known = [one for one in frame.caught if one is not None]
    if any(one <= raised for one in known):
        return True
    return False if len(known) == len(frame.caught) else None
