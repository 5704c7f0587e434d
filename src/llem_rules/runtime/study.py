"""A study as a person writes it: a list of configs and grids, or one grid; and its members, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from llem_rules.rules.failure import Failure

MOST_MEMBERS = 1_000_000
Sections = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Member:
    """One config of a study. ``entry``: where it was written, counted from 1; ``sections``: kwargs by native type."""

    number: int
    entry: int
    sections: Sections


def members_of(data: Any, native_type: str | None = None) -> list[Member]:
    """Every config of a study, in the order in which they would run.

    A config maps native types to their arguments; with ``native_type`` it is the arguments of that one. A grid is
    ``{base: config, grid: {"native.Type.field": [values]}}``: all combinations, the last field changing fastest.

    Raises:
        Failure: (2) it is no study.
    """
    entries = data if isinstance(data, list) else [data]
    found: list[Member] = []
    for number, entry in enumerate(entries, 1):
        for sections in _configs(entry, native_type, number):
            found.append(Member(len(found) + 1, number, sections))
            if len(found) > MOST_MEMBERS:
                raise Failure(f"the study has more than {MOST_MEMBERS:,} configs")
    return found


def _configs(entry: Any, native_type: str | None, number: int) -> Iterator[Sections]:
    if not isinstance(entry, dict):
        raise _bad(number, "a study is a list of configs (mappings), or {base: …, grid: …}")
    if "grid" not in entry:
        yield _sections(entry, native_type, number)
        return
    if unknown := entry.keys() - {"base", "grid"}:
        raise _bad(number, f"beside grid only base may stand, not {', '.join(map(str, sorted(unknown)))}")
    base = _sections(entry.get("base") or {}, native_type, number) if entry.get("base") else {}
    axes = [(_place(name, native_type, number), _values(name, values, number)) for name, values in _grid(entry, number)]
    for chosen in product(*(values for _, values in axes)):
        made: Sections = {name: dict(kwargs) for name, kwargs in base.items()}
        for ((section, field), _), value in zip(axes, chosen, strict=True):
            made.setdefault(section, {})[field] = value
        yield made


def _grid(entry: Mapping[str, Any], number: int) -> list[tuple[Any, Any]]:
    if not isinstance(entry["grid"], dict) or not entry["grid"]:
        raise _bad(number, "grid maps each field to the list of its values")
    return list(entry["grid"].items())


def _values(name: Any, values: Any, number: int) -> list[Any]:
    if not isinstance(values, list) or not values:
        raise _bad(number, f"grid: {name} wants a list of values, not {values!r}")
    return values


def _place(name: Any, native_type: str | None, number: int) -> tuple[str, str]:
    if native_type is not None and isinstance(name, str):
        return native_type, name
    section, _, field = str(name).rpartition(".")
    if "." not in section:
        raise _bad(number, f"grid: {name!r} is not native.Type.field; give --type if it is a field of one native type")
    return section, field


def _sections(config: Any, native_type: str | None, number: int) -> Sections:
    if native_type is not None and isinstance(config, dict):
        return {native_type: config}
    if not isinstance(config, dict):
        raise _bad(number, f"{config!r} is not a config")
    for name, kwargs in config.items():
        if not isinstance(name, str) or "." not in name or not isinstance(kwargs, dict | None):
            raise _bad(number, f"{name!r} is not a native type with its arguments; give --type if it is a field")
    return {name: dict(kwargs or {}) for name, kwargs in config.items()}


def _bad(number: int, why: str) -> Failure:
    return Failure(f"entry {number} of the study: {why}")
