"""One version of the library, as far as a comparison asks it: what becomes of a config, and is that what a rule says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.engines import Engine
from llem_rules.graph.changes.redundancy import says_as_much
from llem_rules.graph.points import Point
from llem_rules.graph.sides import Side
from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.showing import shows

Observe = Callable[[list[dict[str, Any]]], Sequence[Observation]]


@dataclass(frozen=True)
class Version:
    """A side of the comparison with its live library. ``observe`` puts cases to it, as ``try`` does."""

    side: Side
    engine: Engine
    observe: Observe
    surroundings: Surroundings = NOWHERE

    def config(self, native_type: str, point: Point) -> Config:
        """A config as it is here: with this version's defaults, where this library runs."""
        return Point(point.kwargs, self.surroundings).config(self.side.defaults(native_type))

    def fires(self, rule: RuleBase, point: Point) -> bool:
        """Whether a rule speaks of a config here."""
        return rule.fires(self.config(rule.native_type, point)) is True

    def look(self, rule: RuleBase, points: Sequence[Point], reach: str | None = None) -> list[Observation]:
        """What is seen of configs of a rule's native type, at the rule's stage, or as far as the type goes."""
        about = self.engine.native_types.get(rule.native_type)
        known = about.reaches if about else ("construct",)
        wanted = reach or rule.reach
        stage = wanted if wanted in known else known[-1]
        return list(
            self.observe(
                [{"native_type": rule.native_type, "kwargs": dict(one.kwargs), "reach": stage} for one in points]
            )
        )

    def shows(self, rule: RuleBase, point: Point, seen: Observation) -> bool:
        """Whether the effect of a rule was seen: its own, with its words, from its place."""
        return not seen.unchecked and shows(rule, seen, self.config(rule.native_type, point)).shown

    def suffers(self, rule: RuleBase, point: Point, seen: Observation) -> bool:
        """Whether what a rule says became of a config, whoever did it and in whatever words."""
        if seen.unchecked or rule.expected.effect == "error" or seen.refusals:
            return bool(seen.refusals) and rule.expected.effect == "error"
        idle = bool(set(seen.dormant) & set(rule.dormant_fields))
        if idle or rule.expected.effect == "dormant_silent":
            return idle
        names = tuple(rule.dormant_fields) or fields_of(rule.predicate)
        spoken_of = any(not seen.is_silent(name) for name in names)
        return spoken_of or self.shows(rule.model_copy(update={"source": None}), point, seen)

    def knows(self, rule: RuleBase, point: Point) -> bool:
        """Whether a rule in force says of a config what another one does, or that it is refused."""
        return any(
            entry.in_force and says_as_much(entry.rule, rule) and self.fires(entry.rule, point)
            for entry in self.side.by_type.get(rule.native_type, ())
        )


def works(seen: Observation) -> bool:
    """Whether a config can be used: the type is there, and nothing refused it."""
    return not seen.unchecked and not seen.refusals
