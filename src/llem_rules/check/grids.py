"""Studies as axes and as members, without making the members: a grid of a million configs is a few lists of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from llem_rules.rules.failure import Failure

Sections = dict[str, dict[str, Any]]
Axis = tuple[str, str, list[Any]]


@dataclass(frozen=True)
class Grid:
    """All combinations of the axes (native type, field, values) over a base, the last axis changing fastest."""

    entry: int
    base: Mapping[str, Mapping[str, Any]]
    axes: tuple[Axis, ...]

    @property
    def count(self) -> int:
        """How many configs."""
        return prod(len(values) for _, _, values in self.axes)

    def members(self) -> Iterator[Sections]:
        """Every config."""
        for chosen in product(*(values for _, _, values in self.axes)):
            made: Sections = {name: dict(kwargs) for name, kwargs in self.base.items()}
            for (section, field, _), value in zip(self.axes, chosen, strict=True):
                made.setdefault(section, {})[field] = value
            yield made


@dataclass(frozen=True)
class Study:
    """The grids of a study; a plain config is a grid without axes."""

    grids: tuple[Grid, ...]

    @property
    def count(self) -> int:
        """How many configs in all."""
        return sum(grid.count for grid in self.grids)

    def members(self) -> Iterator[tuple[int, Sections]]:
        """Every config with the number of its entry, from 0."""
        for grid in self.grids:
            for one in grid.members():
                yield grid.entry, one


class StudyFailure(Failure):
    """What is no study. ``location``: where in it."""

    def __init__(self, message: str, location: tuple[Any, ...]) -> None:
        super().__init__(message)
        self.location = location


def study_of(data: Any, native_type: str | None = None) -> Study:
    """A study as grids. Its form: docs/check.md, and the same as ``dedupe`` reads.

    Raises:
        Failure: (2) it is no study.
    """
    if isinstance(data, list):
        return Study(tuple(_grid(entry, native_type, number, (number,)) for number, entry in enumerate(data)))
    return Study((_grid(data, native_type, 0, ()),))


def _grid(entry: Any, native_type: str | None, number: int, at: tuple[Any, ...]) -> Grid:
    if not isinstance(entry, dict):
        raise _bad(number, "a study is a list of configs (mappings), or {base: …, grid: …}", at)
    if "grid" not in entry:
        return Grid(number, _sections(entry, native_type, number, at), ())
    if unknown := entry.keys() - {"base", "grid"}:
        raise _bad(number, f"beside grid only base may stand, not {', '.join(map(str, sorted(unknown)))}", at)
    if not isinstance(entry["grid"], dict) or not entry["grid"]:
        raise _bad(number, "grid maps each field to the list of its values", (*at, "grid"))
    base = _sections(entry["base"], native_type, number, (*at, "base")) if entry.get("base") else {}
    axes = (_axis(name, values, native_type, number, (*at, "grid", name)) for name, values in entry["grid"].items())
    return Grid(number, base, tuple(axes))


def _axis(name: Any, values: Any, native_type: str | None, number: int, at: tuple[Any, ...]) -> Axis:
    if not isinstance(values, list) or not values:
        raise _bad(number, f"grid: {name} wants a list of values, not {values!r}", at)
    if native_type is not None:
        return native_type, str(name), values
    section, _, field = str(name).rpartition(".")
    if "." not in section:
        raise _bad(
            number, f"grid: {name!r} is not native.Type.field; give --type if it is a field of one native type", at
        )
    return section, field, values


def _sections(config: Any, native_type: str | None, number: int, at: tuple[Any, ...]) -> dict[str, dict[str, Any]]:
    if not isinstance(config, dict):
        raise _bad(number, f"{config!r} is not a config", at)
    if native_type is not None:
        return {native_type: config}
    for name, kwargs in config.items():
        if not isinstance(name, str) or "." not in name or not isinstance(kwargs, dict | None):
            said = f"{name!r} is not a native type with its arguments; give --type if it is a field"
            raise _bad(number, said, (*at, name))
    return {name: dict(kwargs or {}) for name, kwargs in config.items()}


def _bad(number: int, why: str, at: tuple[Any, ...]) -> StudyFailure:
    return StudyFailure(f"entry {number + 1} of the study: {why}", at)
