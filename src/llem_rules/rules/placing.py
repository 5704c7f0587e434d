"""Kwargs with one path set or dropped, in the tagged form. Values inside objects are reached through their holders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llem_rules.rules.config import CONFIG_JSON
from llem_rules.rules.values import NativeValue

Kwargs = dict[str, Any]


class Gone:
    """Stands for a field that is not given."""


GONE = Gone()


def placed(
    kwargs: Kwargs, path: str, value: Any, holders: Mapping[str, tuple[str, ...]], default: Any
) -> Iterator[Kwargs]:
    """Kwargs in which the path has the value. A path into a field makes its holder: an object of a known type, or a mapping."""
    name, _, rest = path.partition(".")
    if not rest:
        yield {key: old for key, old in kwargs.items() if key != path} if value is GONE else {**kwargs, path: value}
        return
    if name in kwargs:
        inside = _inside(kwargs[name], rest.split("."), value)
        if inside is not None:
            yield {**kwargs, name: inside}
        return
    if value is GONE:
        yield kwargs
        return
    for holder in _holders(name, holders, default):
        inside = _inside(holder, rest.split("."), value)
        if inside is not None:
            yield {**kwargs, name: inside}


def _holders(name: str, holders: Mapping[str, tuple[str, ...]], default: Any) -> Iterator[Any]:
    names = (default.name,) if isinstance(default, NativeValue) else ()
    for native in dict.fromkeys((*holders.get(name, ()), *names)):
        yield {"$native": native, "kwargs": {}}
    yield {}


def _inside(value: Any, parts: list[str], new: Any) -> Any:
    """The holder with the new value inside; None where it can hold none."""
    if not isinstance(value, dict):
        return None
    if "$native" in value:
        kwargs = _inside(value.get("kwargs") or {}, parts, new)
        return None if kwargs is None else {**value, "kwargs": kwargs}
    if "$file" in value and parts[0] == CONFIG_JSON and len(parts) > 1:
        held = value.get("with") or {}
        if new is GONE and len(parts) > 2:  # what an entry holds is dropped from the entry, where it is given
            entries = _inside(held, parts[1:], GONE) if parts[1] in held else held
        else:
            entries = _inside(held, parts[1:], {"$absent": True} if new is GONE else new)
        return None if entries is None else {**value, "with": entries}
    if any(key.startswith("$") for key in value if isinstance(key, str)):
        return None
    first, *rest = parts
    if rest:
        inner = _inside(value.get(first, {}), rest, new)
        return None if inner is None else {**value, first: inner}
    return {key: old for key, old in value.items() if key != first} if new is GONE else {**value, first: new}
