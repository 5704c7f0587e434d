"""Every rule's predicate on every point of its native type, beside what the library did there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from llem_rules.replay.plan import Plan
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.evaluate import Truth
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.showing import Showing, announcement, shows, shows_at_all
from llem_rules.rules.values import decode

Cell = Literal[
    "true_positive", "true_negative", "false_positive", "false_negative", "masked", "unknown", "unchecked"
]  # fmt: skip
_DIVERGENT = frozenset({"false_positive", "false_negative"})
_SAID = frozenset({"warn", "dormant_announced"})


@dataclass(frozen=True)
class Crossed:
    """One rule on one point: predicted against observed. ``showing`` is None where nothing was observed or predicted."""

    cell: Cell
    showing: Showing | None = None


_SILENT = Crossed("true_negative")  # most points are that of most rules


def _given(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: decode(value) for name, value in kwargs.items()}


class Crossing:
    """The points that were seen; ``seen`` by the point's index in the plan."""

    def __init__(
        self,
        rules: Sequence[RuleBase],
        plan: Plan,
        seen: Mapping[int, Observation],
        defaults: Mapping[str, Mapping[str, Any]],
        surroundings: Surroundings,
    ) -> None:
        self.seen = seen
        self.surroundings = surroundings
        self._plan = plan
        known = {name: Config.of({}, of_type).defaults for name, of_type in defaults.items()}
        self.configs = {
            index: Config(_given(point.kwargs), known.get(point.native_type, {}), None, surroundings)
            for index, point in enumerate(plan.points)
            if index in seen
        }
        self.rules_of: dict[str, list[RuleBase]] = defaultdict(list)
        for rule in rules:
            self.rules_of[rule.native_type].append(rule)
        self._points_of: dict[str, list[int]] = defaultdict(list)
        for index in sorted(seen):
            self._points_of[plan.points[index].native_type].append(index)
        self._about: dict[tuple[str, str], list[int]] = {}
        self._known: dict[str, dict[int, Crossed]] = {}
        self._empty = {name: Config({}, of_type, None, surroundings) for name, of_type in known.items()}
        self._without: dict[str, Truth] = {}

    def of(self, rule: RuleBase) -> Mapping[int, Crossed]:
        """The rule on every point that speaks about it."""
        if rule.id not in self._known:
            self._known[rule.id] = {index: self._cross(rule, index) for index in self._points_about(rule)}
        return self._known[rule.id]

    def _points_about(self, rule: RuleBase) -> Sequence[int]:
        stage = rule.native_type, rule.reach
        if stage not in self._about:
            points = self._points_of[rule.native_type]
            self._about[stage] = [index for index in points if self._plan.points[index].speaks_about(rule)]
        return self._about[stage]

    def _at(self, rule: RuleBase, index: int) -> Crossed | None:
        """The rule on one point; None where that does not speak about it."""
        if rule.id in self._known:
            return self._known[rule.id].get(index)
        about = index in self.seen and self._plan.points[index].speaks_about(rule)
        return self._cross(rule, index) if about else None

    def shows(self, rule: RuleBase, index: int) -> Showing:
        """Whether a point shows a rule's effect, whatever its predicate says."""
        return shows(rule, self.seen[index], self.configs[index])

    def _cross(self, rule: RuleBase, index: int) -> Crossed:
        seen, fires = self.seen[index], self._fires(rule, index)
        if seen.unchecked or fires is None:
            return Crossed("unchecked" if seen.unchecked else "unknown")
        if fires:
            showing = self.shows(rule, index)
            masked = bool(seen.refusals) or (rule.expected.effect == "pass" and seen.effect != "pass")
            return Crossed("true_positive" if showing.shown else "masked" if masked else "false_positive", showing)
        if not shows_at_all(rule, seen, self.configs[index]):
            return _SILENT
        showing = self.shows(rule, index)
        missed = not showing.compared and self._unexplained(rule, index)
        return Crossed("false_negative" if missed else "true_negative", showing)

    def _fires(self, rule: RuleBase, index: int) -> Truth:
        """What the rule says of a point: of one that gives none of its fields, what it says of the empty config."""
        config = self.configs[index]
        if not config.given.keys().isdisjoint(rule.fields):
            return rule.fires(config)
        if rule.id not in self._without:
            self._without[rule.id] = rule.fires(self._empty.get(rule.native_type, config))
        return self._without[rule.id]

    def _unexplained(self, rule: RuleBase, index: int) -> bool:
        """Whether no other rule, firing here, claims the same effect; a rule of one direction (pass) is never too narrow."""
        # Nothing says where a field was *not* read while the config was used: another mode may pass it over as well.
        placed = rule.source is not None and rule.reach != "generate"
        if rule.expected.effect == "pass" or (rule.message_template is None and not placed):
            return False
        return not self.claimed_by_another(rule, index)

    def claimed_by_another(self, rule: RuleBase, index: int) -> bool:
        """Whether another rule, firing here, claims the same effect of the same fields, and it shows."""
        fields = set(rule.dormant_fields)
        for other in self.rules_of[rule.native_type]:
            if other is rule or family(other) != family(rule) or not self._fires(other, index):
                continue
            # A warning claims that its fields act all the same: where only words were seen, that is for the rules to say.
            named = other.dormant_fields or fields_of(other.predicate, references=False)
            if fields <= set(named) and self.shows(other, index).shown:
                return True
        return False

    def surprising(self, judged: Collection[str] | None = None) -> list[int]:
        """The points at which something is other than the rules say: a divergence, an announcement missing or new.

        ``judged``: ids of the rules that are asked about; then only where they diverge.
        """
        found: set[int] = set()
        if judged is not None:
            own = [rule for rules in self.rules_of.values() for rule in rules if rule.id in judged]
            return sorted({index for rule in own for index, one in self.of(rule).items() if one.cell in _DIVERGENT})
        explained: dict[int, set[str]] = defaultdict(set)
        for rules in self.rules_of.values():
            for rule in rules:
                for index, one in self.of(rule).items():
                    if one.cell in _DIVERGENT:
                        found.add(index)
                    elif one.cell == "true_positive" and rule.expected.effect in _SAID:
                        said = announcement(rule, self.seen[index], self.configs[index])
                        explained[index].add(said.text if said is not None else "")
        for index, seen in self.seen.items():
            if not seen.refusals and any(message.text not in explained[index] for message in seen.loud):
                found.add(index)
        return sorted(found)

    def foreign(self, rule: RuleBase, index: int) -> RuleBase | None:
        """The rule whose own refusal this case shows, where another rule that does not say its place or words leans on it."""
        anywhere = rule.source is None and rule.message_template is None
        if rule.expected.effect != "error" or not anywhere or len(self.seen[index].refusals) != 1:
            return None
        for other in self.rules_of[rule.native_type]:
            placed = other.source is not None or other.message_template is not None
            crossed = self._at(other, index) if placed and other.expected.effect == "error" else None
            if crossed is not None and crossed.cell == "true_positive":
                return other
        return None

    def also_fires(self, rule: RuleBase, index: int) -> dict[str, str]:
        """The other rules that fire on a case: whether their effect shows (``shown``), or a refusal came first (``masked``)."""
        found: dict[str, str] = {}
        for other in self.rules_of[rule.native_type]:
            if other.id == rule.id:
                continue
            crossed = self._at(other, index)
            if crossed is not None and crossed.cell in _FIRED:
                found[other.id] = _FIRED[crossed.cell]
        return dict(sorted(found.items()))


_FIRED: dict[Cell, str] = {"true_positive": "shown", "masked": "masked", "false_positive": "unexplained"}


def family(rule: RuleBase) -> str:
    """Effects that look alike where only a message was seen."""
    return "said" if rule.expected.effect in _SAID else rule.expected.effect
