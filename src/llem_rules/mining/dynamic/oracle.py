"""The live library as something to ask: each point once, within a budget, with a memory that every inference shares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from llem_rules.environments import Library
from llem_rules.mining.dynamic.asking import observe
from llem_rules.mining.dynamic.signatures import Point, Reader, Seen
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import Reach
from llem_rules.rules.observation import texts_of
from llem_rules.rules.values import decode


class BudgetSpent(Exception):
    """No more cases may be put to the library."""


def key_of(point: Point) -> str:
    """The same text for the same kwargs; 1, 1.0 and True are told apart."""
    return json.dumps(point, sort_keys=True, default=repr)


class Oracle:
    """``fields`` holds decoded defaults. ``used`` counts the cases."""

    def __init__(
        self, library: Library, native_type: str, reach: Reach, fields: Mapping[str, Any], budget: int
    ) -> None:
        self.native_type = native_type
        self.reach: Reach = reach
        self.fields = fields
        self.budget = budget
        self.used = 0
        self.memory: dict[str, Seen] = {}
        self._library = library
        self._alone: dict[str, Seen] = {}
        [raw] = self._run([{}], reach)
        self._reader = Reader(fields, texts_of(raw))
        self.memory[key_of({})] = self.empty = self._read({}, raw)

    @contextmanager
    def share(self, parties: int) -> Iterator[None]:
        """Within it, only a share of what is left may be used: a third, or more where few parties are left."""
        whole = self.budget
        self.budget = self.used + (whole - self.used) // min(3, max(1, parties))
        try:
            yield
        finally:
            self.budget = whole

    def ask(self, points: Iterable[Point]) -> list[Seen]:
        """What the library does with each.

        Raises:
            BudgetSpent: the new ones among them are more than is left; none of them was run.
        """
        listed = [(key_of(point), point) for point in points]
        fresh = {key: point for key, point in listed if key not in self.memory}
        for key, (point, raw) in zip(
            fresh, zip(fresh.values(), self._run(list(fresh.values()), self.reach), strict=True), strict=True
        ):
            self.memory[key] = self._read(point, raw)
        return [self.memory[key] for key, _ in listed]

    def at_construction(self, point: Point) -> Seen:
        """What the constructor alone does with a point."""
        if self.reach == "construct":
            return self.ask([point])[0]
        key = key_of(point)
        if key not in self._alone:
            [raw] = self._run([point], "construct")
            self._alone[key] = self._read(point, raw)
        return self._alone[key]

    def knows(self, point: Point) -> bool:
        """Whether the point was asked already."""
        return key_of(point) in self.memory

    def config(self, point: Point) -> Config:
        """The point as the evaluator sees it."""
        return Config({name: decode(value) for name, value in point.items()}, self.fields)

    def _read(self, point: Point, raw: Mapping[str, Any]) -> Seen:
        return self._reader.read(point, self.config(point), raw)

    def _run(self, points: list[Point], reach: Reach) -> list[dict[str, Any]]:
        if self.used + len(points) > self.budget:
            raise BudgetSpent
        self.used += len(points)
        return observe(self._library, self.native_type, reach, points)
