"""Points around a rule's predicate: each side of every boundary, type variants, each part flipped alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from llem_rules.rules.config import CONFIG_JSON, Config
from llem_rules.rules.expressions import UNDEFINED, UNKNOWN, Expression
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.parse import Literal
from llem_rules.rules.predicates import Field, Test, walk

_MOST = 40  # points a rule; boundaries come first
_GONE = object()
_ENTRY = f".{CONFIG_JSON}."


def points_of(rule: RuleBase, defaults: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Kwargs near the rule's boundary, made by changing one field of the positive or the negative at a time."""
    found: dict[str, dict[str, Any]] = {}
    for kwargs in (rule.kwargs_positive, rule.kwargs_negative):
        config = Config.of(kwargs, defaults)
        for part in walk(rule.predicate):
            if isinstance(part, Field):
                for value in _values(part, config):
                    point = _with(kwargs, part.path, value)
                    if point is not None:
                        found.setdefault(repr(sorted(point.items(), key=lambda item: item[0])), point)
    return list(found.values())[:_MOST]


def _with(kwargs: Mapping[str, Any], path: str, value: Any) -> dict[str, Any] | None:
    """Kwargs with one field set (or left out). Paths into values are left alone: their holder is the field."""
    if "." in path:
        return _with_entry(kwargs, path, value) if _ENTRY in path else None
    changed = {name: old for name, old in kwargs.items() if name != path}
    return changed if value is _GONE else {**changed, path: value}


def _with_entry(kwargs: Mapping[str, Any], path: str, value: Any) -> dict[str, Any] | None:
    """Kwargs with one entry changed in the ``config.json`` of the folder that a field names."""
    name, _, entry = path.partition(_ENTRY)
    folder = kwargs.get(name)
    if not isinstance(folder, dict) or "$file" not in folder:
        return None
    others = _with_inner(folder.get("with", {}), entry.split("."), {"$absent": True} if value is _GONE else value)
    return None if others is None else {**kwargs, name: {**folder, "with": others}}


def _with_inner(held: Any, path: list[str], value: Any) -> dict[str, Any] | None:
    """A mapping with the value at the end of a path changed; None where the path leads nowhere."""
    if not isinstance(held, dict):
        return None
    inner = value if len(path) == 1 else _with_inner(held.get(path[0]), path[1:], value)
    return None if len(path) > 1 and inner is None else {**held, path[0]: inner}


def _values(part: Field, config: Config) -> Iterator[Any]:
    for test in part.tests:
        yield from _around(test, config)
    yield _GONE


def _around(test: Test, config: Config) -> Iterator[Any]:
    match test.operator:
        case "in" | "not_in":
            members = _resolved(test.operand, config)
            if isinstance(members, list):
                yield from members[:12]
        case "==" | "!=" | "<" | "<=" | ">" | ">=":
            yield from _near(_resolved(test.operand, config))
        case "multiple_of" | "not_multiple_of":
            step = _resolved(test.operand, config)
            if isinstance(step, int | float):
                yield from (step, step * 2, step + 1)


def _near(value: Any) -> Iterator[Any]:
    """A value and its neighbours. Whole numbers by one, floats by the next float, booleans by the other one."""
    if isinstance(value, bool):
        yield from (value, not value)
    elif isinstance(value, int):
        yield from (value, value - 1, value + 1)
    elif isinstance(value, float) and math.isfinite(value):
        yield from (value, math.nextafter(value, -math.inf), math.nextafter(value, math.inf))
    elif isinstance(value, str | None):
        yield value


def _resolved(operand: Any, config: Config) -> Any:
    """The right side as a plain value of YAML; None where it has none."""
    if isinstance(operand, Expression):
        value = operand.evaluate(config)
        return None if value is UNDEFINED or value is UNKNOWN else value
    if isinstance(operand, tuple):
        return [_resolved(item, config) for item in operand]
    if isinstance(operand, Literal):
        return operand.value
    return operand[1:] if isinstance(operand, str) and operand.startswith("@@") else operand
