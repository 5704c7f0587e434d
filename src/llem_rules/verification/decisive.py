"""What the points that were seen say for a rule and against its mutants."""

from __future__ import annotations

from llem_rules.replay.crossing import Cell, Crossing
from llem_rules.replay.plan import Plan
from llem_rules.replay.points import Kwargs
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import Predicate

_BASES: dict[Cell, int] = {"true_positive": 14, "true_negative": 10, "masked": 4}


class Decisive:
    """The points that speak for a rule: where it fires rightly, and where it is silent rightly."""

    def __init__(self, rule: RuleBase, plan: Plan, crossing: Crossing) -> None:
        self._rule = rule
        self._plan = plan
        self._crossing = crossing
        positive, negative = plan.pairs[rule.id]
        self._shown: list[int] = [positive]
        self._quiet: list[int] = [negative]
        self._hid: list[int] = []  # silent rightly, but whatever fired there would not be refuted
        self._masked: list[int] = []
        for index, crossed in crossing.of(rule).items():
            if crossed.cell == "true_positive":
                self._shown.append(index)
            elif crossed.cell == "true_negative":
                (self._hid if self._hidden(index) else self._quiet).append(index)
            elif crossed.cell == "masked":
                self._masked.append(index)
        self._positive = positive
        self._claimed: dict[int, bool] = {}

    def kills(self, mutant: Predicate) -> bool:
        """Whether some point contradicts the mutant."""
        fires = compile_predicate(mutant)
        configs = self._crossing.configs
        return any(fires(configs[index]) is True for index in self._quiet) or any(
            fires(configs[index]) is False and self._missed(index) for index in self._shown
        )

    def alike(self, mutant: Predicate) -> int:
        """On how many points a mutant that none contradicts differs from the rule, and the library bears out both."""
        fires = compile_predicate(mutant)
        configs = self._crossing.configs
        gained = sum(fires(configs[index]) is True for index in self._hid)
        return gained + sum(fires(configs[index]) is False for index in (*self._shown, *self._masked))

    def _missed(self, index: int) -> bool:
        """Whether nothing claims what was seen, once this rule does not."""
        if index == self._positive:
            return True
        if index not in self._claimed:
            self._claimed[index] = self._crossing.claimed_by_another(self._rule, index)
        return not self._claimed[index]

    def _hidden(self, index: int) -> bool:
        """Whether a rule that fired here would not be refuted: its effect shows, or another site refused first."""
        seen = self._crossing.seen[index]
        masked = bool(seen.refusals) or (self._rule.expected.effect == "pass" and seen.effect != "pass")
        return masked or self._crossing.shows(self._rule, index).shown

    def bases(self) -> list[Kwargs]:
        """The rule's pair and a few of its points of each kind, as they were asked, from the whole of them."""
        found = [dict(self._rule.kwargs_positive), dict(self._rule.kwargs_negative)]
        for cell, most in _BASES.items():
            own = [index for index, crossed in self._crossing.of(self._rule).items() if crossed.cell == cell]
            found += [dict(self._plan.points[index].kwargs) for index in own[:: max(1, len(own) // most)][:most]]
        return found
