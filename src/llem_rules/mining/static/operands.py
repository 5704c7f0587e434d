"""Right sides of tests made of symbolic values."""

from __future__ import annotations

from typing import Any

from llem_rules.mining.static.arithmetic import operand_of
from llem_rules.mining.static.conditions import NEVER, Cond
from llem_rules.mining.static.formulas import both, test
from llem_rules.mining.static.symbols import (
    Const,
    Items,
    Value,
)
from llem_rules.rules.predicates import Literal


def listed(value: Value) -> tuple[Any, ...] | None:
    """A written-out list of constants as an operand."""
    if isinstance(value, Items) and value.kind != "set":
        inner = [operand_of(item) for item in value.items]
        if all(one is not None or item == Const(None) for one, item in zip(inner, value.items, strict=True)):
            return tuple(inner)
    return None


def written(operand: Any) -> Any:
    """A constant as the right side of a test."""
    if isinstance(operand, str):
        return f"@{operand}" if operand.startswith("@") else operand
    if isinstance(operand, dict):
        return Literal(operand)
    return tuple(map(written, operand)) if isinstance(operand, list | tuple) else operand


def exactly(path: str, kind: Value, text: str) -> Cond:
    """``type(field) is kind``: subclasses do not count."""
    from llem_rules.mining.static.types import type_names

    names = type_names(kind)
    if names is None:
        return Cond.unsaid(text, "a type that has no name in the language")
    if not names:
        return NEVER
    shadow = [test(path, "type_is_not", ("bool",))] if "int" in names else []
    return Cond.of(both(test(path, "type_is", names), *shadow))
