"""The mutation score of a corpus: of small changes to confirmed predicates, how many the evidence of replay contradicts.

A mutant is killed where its own pair no longer fits, where it fires on a point at which the effect did not show, or where it
is silent on a point that the rule claims rightly, and no other rule claims. What survives is put to proof: an equivalent
mutant fires on the same configs; a masked one differs only on configs that another confirmed rule refuses in any case, or of
which another claims the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from llem_rules.replay.crossing import Crossing, family
from llem_rules.replay.hunting import hunt
from llem_rules.replay.plan import Plan
from llem_rules.replay.points import Kwargs, Siblings, key_of
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import REACHES, RuleBase
from llem_rules.rules.mutants import Mutant, mutants_of
from llem_rules.rules.predicates import AnyOf, Predicate, fields_of
from llem_rules.verification.differing import sides
from llem_rules.verification.scores import share

End = Literal["killed", "equivalent", "masked", "alike", "survived"]
ENDS: tuple[End, ...] = ("killed", "equivalent", "masked", "alike", "survived")
Within = Callable[[Predicate, Predicate, Mapping[str, Any]], bool]  # whether the one is proved to imply the other
Progress = Callable[[int, int], None]
_ALIKE = 5  # configs that tell a mutant apart and on which the library gives both right, from which it counts as alike
_BESIDE = 12  # other rules that a difference is held against together


@dataclass(frozen=True)
class Ended:
    """A mutant of a rule, and what became of it."""

    rule: RuleBase
    mutant: Mutant
    end: End


@dataclass
class Tally:
    """Mutants by how they ended, of some rules or of some kind of change."""

    rules: int = 0
    ends: Counter[End] = field(default_factory=Counter)

    @property
    def mutants(self) -> int:
        """All of them."""
        return sum(self.ends.values())

    @property
    def score(self) -> float:
        """The share of killed ones among those that some config could tell from the rule; 1 where there are none."""
        return share(self.ends["killed"], self.ends["killed"] + self.ends["survived"])

    @property
    def least(self) -> float:
        """The score if all that are alike counted as survived: what is shown of the rule by its own evidence alone."""
        return share(self.ends["killed"], self.mutants - self.ends["equivalent"] - self.ends["masked"])


class Mutation:
    """Judges mutants of rules against what was seen. ``rules``: the confirmed ones; ``defaults``: decoded, by native type."""

    def __init__(
        self,
        rules: Sequence[RuleBase],
        plan: Plan,
        crossing: Crossing,
        defaults: Mapping[str, Mapping[str, Any]],
        within: Within,
    ) -> None:
        self._rules = rules
        self._plan = plan
        self._crossing = crossing
        self._defaults = defaults
        self._within = within
        self._ids = frozenset(rule.id for rule in rules)
        self._keys: dict[int, str] = {}  # of points, by their place

    def judge(self, progress: Progress) -> list[Ended]:
        """Every mutant of every rule with its end, in the order of the rules."""
        found: list[Ended] = []
        for done, rule in enumerate(self._rules):
            progress(done, len(self._rules))
            decisive = _Decisive(rule, self._plan, self._crossing)
            beside = self._siblings[rule.native_type].beside(rule)
            for mutant in mutants_of(rule, beside):
                found.append(Ended(rule, mutant, self._end(rule, mutant.predicate, decisive)))
        return found

    def hunted(self) -> Iterator[tuple[RuleBase, Kwargs]]:
        """New configs for the mutants that no point contradicts: such as tell them from their rules."""
        for rule in self._rules:
            decisive = _Decisive(rule, self._plan, self._crossing)
            siblings = self._siblings[rule.native_type]
            mutants = [one.predicate for one in mutants_of(rule, siblings.beside(rule))]
            alive = [compile_predicate(one) for one in mutants if not decisive.kills(one)]
            known = {self._key(index) for index in self._crossing.of(rule)}
            for kwargs in hunt(rule, alive, self._defaults.get(rule.native_type, {}), siblings, known):
                yield rule, kwargs

    def _key(self, index: int) -> str:
        if index not in self._keys:
            self._keys[index] = key_of(self._plan.points[index].kwargs)
        return self._keys[index]

    @cached_property
    def _siblings(self) -> Mapping[str, Siblings]:
        every = self._crossing.rules_of
        return {name: Siblings.of(every[name]) for name in {rule.native_type for rule in self._rules}}

    def _end(self, rule: RuleBase, mutant: Predicate, decisive: _Decisive) -> End:
        if decisive.kills(mutant):
            return "killed"
        defaults = self._defaults.get(rule.native_type, {})
        open_sides = [one for one in sides(rule.predicate, mutant) if not self._within(one, AnyOf(()), defaults)]
        if not open_sides:
            return "equivalent"
        beside = AnyOf(tuple(self._beside(rule)))
        if all(self._within(one, beside, defaults) for one in open_sides):
            return "masked"
        return "alike" if decisive.alike(mutant) >= _ALIKE else "survived"

    def _beside(self, rule: RuleBase) -> Iterator[Predicate]:
        """When other rules that speak of its fields refuse configs, at this rule's stage or before, or claim the same."""
        own = set(fields_of(rule.predicate))
        near = [
            (len(read - own), other.id, other)
            for other in self._crossing.rules_of[rule.native_type]
            if other is not rule
            and other.id in self._ids
            and (_refuses_before(other, rule) or _claims_as(other, rule))
            and (read := set(fields_of(other.predicate))) & own
        ]
        yield from (other.predicate for strange, _, other in sorted(near)[:_BESIDE] if strange <= 1)


def _refuses_before(other: RuleBase, rule: RuleBase) -> bool:
    return other.expected.effect == "error" and REACHES.index(other.reach) <= REACHES.index(rule.reach)


def _claims_as(other: RuleBase, rule: RuleBase) -> bool:
    """Whether what another rule claims where it fires leaves nothing for this one to say (as ``claimed_by_another`` has it)."""
    named = other.dormant_fields or fields_of(other.predicate, references=False)
    return family(other) == family(rule) and other.reach == rule.reach and set(rule.dormant_fields) <= set(named)


class _Decisive:
    """The points that speak for a rule: where it fires rightly, and where it is silent rightly."""

    def __init__(self, rule: RuleBase, plan: Plan, crossing: Crossing) -> None:
        self._rule = rule
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


def tallies(ended: Sequence[Ended]) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Counts by native type and by kind of change, sorted."""
    by_type: dict[str, Tally] = {}
    by_change: dict[str, Tally] = {}
    rules: set[str] = set()
    for one in ended:
        own = by_type.setdefault(one.rule.native_type, Tally())
        own.rules += one.rule.id not in rules
        rules.add(one.rule.id)
        for tally in (own, by_change.setdefault(one.mutant.change, Tally())):
            tally.ends[one.end] += 1
    return dict(sorted(by_type.items())), dict(sorted(by_change.items()))


def whole(ended: Sequence[Ended]) -> Tally:
    """All of them as one."""
    return Tally(len({one.rule.id for one in ended}), Counter(one.end for one in ended))
