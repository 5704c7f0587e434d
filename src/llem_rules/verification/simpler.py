"""Simpler values than a given one, the simplest first. Every one is strictly simpler, so that shrinking ends."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from llem_rules.verification.pools import distinct, key_of

_PLAIN_TRIED, _SMALLER_TRIED = 8, 6  # a step costs so many cases at most
_PLAIN: tuple[Any, ...] = (0, 1, 2, -1, True, False, 0.5, 1.5, -0.5, "", "a", [], {}, [1], ["a"])


def weight(value: Any) -> tuple[int, int, str]:
    """What makes one value simpler than another: fewer characters, then earlier in the list of plain ones."""
    key = key_of(value)
    keys = [key_of(one) for one in _PLAIN]
    return (len(key), keys.index(key) if key in keys else len(keys), key)


def simpler(value: Any, default: Any) -> list[Any]:
    """Values to try in place of ``value``. ``default`` is that of the field: its neighbours read naturally."""
    near = [default + 1, default - 1] if isinstance(default, int) and not isinstance(default, bool) else []
    bound = weight(value)
    plain = sorted((one for one in distinct([*_PLAIN, *near]) if weight(one) < bound), key=weight)
    smaller = sorted((one for one in distinct(_smaller(value)) if weight(one) < bound), key=weight)
    return distinct([*plain[:_PLAIN_TRIED], *smaller[:_SMALLER_TRIED]])


def _smaller(value: Any) -> Iterator[Any]:
    match value:
        case bool() | None:
            return
        case int():
            yield from (value // 2, value // 10, -value)
        case float() if math.isfinite(value):
            yield from (round(value, 1), round(value, 3), float(round(value)), round(value))
        case str():
            yield from (value[: len(value) // 2], value[:-1], value[1:])
        case list():
            yield from ([item] for item in value)
            yield from (value[:i] + value[i + 1 :] for i in range(len(value)))
        case dict():
            yield from _smaller_mapping(value)


def _smaller_mapping(value: dict[Any, Any]) -> Iterator[Any]:
    inner = value.get("kwargs") if "$native" in value else None
    if isinstance(inner, dict):
        for name in inner:
            yield {**value, "kwargs": {key: one for key, one in inner.items() if key != name}}
    elif not any(str(key).startswith("$") for key in value):
        for name in value:
            yield {key: one for key, one in value.items() if key != name}
