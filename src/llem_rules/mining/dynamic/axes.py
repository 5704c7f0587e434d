"""Lines of cases along one field: everything else is equal, and the label changes somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from llem_rules.mining.dynamic.oracle import key_of
from llem_rules.mining.dynamic.signatures import Seen

Labelled = tuple[Seen, bool]
_GROUPS = 16  # contexts that are looked at, a field


@dataclass(frozen=True)
class Axis:
    """Values of one field with their labels, everything else being equal."""

    field: str
    context: Seen
    points: tuple[tuple[Any, bool], ...]

    def values(self, label: bool) -> list[Any]:
        """The values with a label."""
        return [value for value, own in self.points if own is label]


def axes(data: Sequence[Labelled], field: str) -> list[Axis]:
    """Where changing only this field changes the label; the longest first."""
    groups: dict[str, list[Labelled]] = {}
    for seen, label in data:
        rest = {name: value for name, value in seen.point.items() if name != field}
        groups.setdefault(key_of(rest), []).append((seen, label))
    mixed = [group for group in groups.values() if len({label for _, label in group}) == 2]
    mixed.sort(key=len, reverse=True)
    return [
        Axis(field, group[0][0], tuple((s.config.value(field), label) for s, label in group))
        for group in mixed[:_GROUPS]
    ]


def numbers(points: Iterable[tuple[Any, bool]], kind: type) -> list[tuple[Any, bool]]:
    """The numbers of one type, in order (no booleans, no NaN)."""
    return sorted((value, label) for value, label in points if type(value) is kind and value == value)  # noqa: PLR0124


def changes(points: Sequence[tuple[Any, bool]], most: int = 10) -> list[tuple[Any, Any, bool]]:
    """Neighbours with different labels, and whether the lower one is a hit; empty where there are too many."""
    found = [(low, high, label) for (low, label), (high, other) in pairwise(points) if label is not other]
    return found if len(found) <= most else []


def type_name(value: Any) -> str:
    """The name of a value's type in the language."""
    if value is None:
        return "none"
    name = type(value).__name__
    return {"SetValue": "set", "PairsValue": "dict", "NativeValue": getattr(value, "name", ""), "Dtype": "dtype"}.get(
        name, name
    )
