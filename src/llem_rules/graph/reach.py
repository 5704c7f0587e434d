"""What a change reaches: curated parameters that expose its fields, and configs that are judged otherwise because of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llem_rules.graph.changes.model import Change
from llem_rules.graph.points import Point
from llem_rules.graph.sides import Side
from llem_rules.graph.usage import Usage

Path = tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """Ways from a change to what it reaches. ``assumed``: nothing is known of use, so everything counts as used."""

    paths: tuple[Path, ...]
    assumed: bool = False

    @property
    def anything(self) -> bool:
        """Whether the change reaches something."""
        return self.assumed or bool(self.paths)


def reach_of(change: Change, usage: Usage, old: Side, new: Side, spared: Sequence[Point] = ()) -> Reach:
    """The ways from a change to what uses it. ``spared``: configs that fare as before, as both versions showed."""
    if not usage.known:
        return Reach((), assumed=True)
    return Reach((*_to_parameters(change, usage), *_to_configs(change, usage, old, new, spared)))


def _to_parameters(change: Change, usage: Usage) -> Iterator[Path]:
    for one in usage.exposing(change.native_type, change.fields):
        field = f"field {one.native_type}.{one.field}"
        start = () if change.concern == "schemas" else (f"rule {change.subject}",)
        yield (*start, field, f"parameter {one.name}")


def _to_configs(change: Change, usage: Usage, old: Side, new: Side, spared: Sequence[Point]) -> Iterator[Path]:
    for one in usage.of_type(change.native_type):
        if one.point in spared:
            continue
        before, after = (one.point.config(side.defaults(change.native_type)) for side in (old, new))
        if change.touches(before, after):
            given = next((name for name in change.fields if name in one.kwargs), None)
            field = (f"field {change.native_type}.{given}",) if given else (f"type {change.native_type}",)
            start = () if change.concern == "schemas" else (f"rule {change.subject}",)
            yield (*start, *field, f"config {one.file}")
