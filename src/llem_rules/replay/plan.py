"""Which cases are run, and which of them speak about which rule."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from llem_rules.environments.wire import with_string_keys
from llem_rules.replay.points import Siblings, boundary_points, points_of
from llem_rules.rules.kinds import REACHES, Reach, RuleBase


@dataclass(frozen=True)
class Point:
    """One config of one native type, taken to one stage."""

    native_type: str
    kwargs: Mapping[str, Any]
    reach: Reach

    def request(self) -> dict[str, Any]:
        """The same as a worker reads it."""
        return {"native_type": self.native_type, "kwargs": dict(self.kwargs), "reach": self.reach}

    @property
    def key(self) -> str:
        """Equal for equal points, whatever the order of the kwargs."""
        parts = [self.native_type, self.reach, with_string_keys(self.kwargs)]
        return json.dumps(parts, sort_keys=True, default=repr)

    def speaks_about(self, rule: RuleBase) -> bool:
        """Whether what is seen here can show the rule's effect: same type, and taken at least as far."""
        return self.native_type == rule.native_type and REACHES.index(self.reach) >= REACHES.index(rule.reach)


@dataclass
class Plan:
    """All points, each once, and where each rule's own pair lies among them. ``again`` lists the points run twice."""

    points: list[Point] = field(default_factory=list)
    pairs: dict[str, tuple[int, int]] = field(default_factory=dict)
    _index: dict[str, int] = field(default_factory=dict)

    def add(self, point: Point) -> int:
        """The index of a point; it is added when it is new."""
        key = point.key
        if key not in self._index:
            self._index[key] = len(self.points)
            self.points.append(point)
        return self._index[key]

    @property
    def again(self) -> list[int]:
        """Every rule's own pair is run twice, to see whether the library answers the same."""
        return sorted({index for pair in self.pairs.values() for index in pair})


def make_plan(rules: Sequence[RuleBase], defaults: Mapping[str, Mapping[str, Any]], *, wide: bool = False) -> Plan:
    """Pairs of all rules, then the library's default configs, then the generated points.

    ``wide``: all kinds of points, else both sides of every bound alone.
    """
    plan = Plan()
    for rule in rules:
        plan.pairs[rule.id] = (
            plan.add(Point(rule.native_type, rule.kwargs_positive, rule.reach)),
            plan.add(Point(rule.native_type, rule.kwargs_negative, rule.reach)),
        )
    for native_type, reach in _stages(rules):
        plan.add(Point(native_type, {}, reach))
    of_type: dict[str, list[RuleBase]] = defaultdict(list)
    for rule in rules:
        of_type[rule.native_type].append(rule)
    for native_type, own in of_type.items():
        siblings = Siblings.of(own)
        for rule in own:
            for kwargs in _near(rule, defaults.get(native_type, {}), siblings, wide=wide):
                plan.add(Point(native_type, kwargs, rule.reach))
    return plan


def _near(
    rule: RuleBase, defaults: Mapping[str, Any], siblings: Siblings, *, wide: bool
) -> Iterable[Mapping[str, Any]]:
    if wide:
        return (near.kwargs for near in points_of(rule, defaults, siblings))
    return boundary_points(rule, defaults)


def _stages(rules: Iterable[RuleBase]) -> Iterable[tuple[str, Reach]]:
    return dict.fromkeys((rule.native_type, rule.reach) for rule in rules)
