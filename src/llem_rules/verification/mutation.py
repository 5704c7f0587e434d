"""The mutation score of a corpus: of small changes to confirmed predicates, how many the evidence of replay contradicts.

A mutant is killed where its own pair no longer fits, where it fires on a point at which the effect did not show, or where it
is silent on a point that the rule claims rightly, and no other rule claims. What survives is put to proof: an equivalent
mutant fires on the same configs; a masked one differs only on configs that another confirmed rule refuses in any case, or of
which another claims the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from llem_rules.mining.sharing import shared
from llem_rules.replay.crossing import Crossing
from llem_rules.replay.hunting import hunt
from llem_rules.replay.plan import Plan
from llem_rules.replay.points import Kwargs, Siblings, key_of
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.mutants import Mutant, mutants_of
from llem_rules.rules.predicates import Predicate
from llem_rules.verification.decisive import Decisive
from llem_rules.verification.proofs import Open, Proofs, Within
from llem_rules.verification.tally import End, Ended
from llem_rules.verification.witnesses import Witnesses

Progress = Callable[[int, int], None]
_ALIKE = 5  # configs that tell a mutant apart and on which the library gives both right, from which it counts as alike
_AT_ONCE = 96  # rules whose mutants are judged between two words of progress


@dataclass(frozen=True)
class Hunted:
    """New configs that tell mutants of one rule apart, and by mutant the sides that were not proved to be closed."""

    found: Sequence[Kwargs]
    open: Mapping[Predicate, Open]


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
        self._defaults = {name: Config.of({}, own).defaults for name, own in defaults.items()}
        self._within = within
        self._ids = frozenset(rule.id for rule in rules)

    def judge(self, progress: Progress, hunted: Mapping[str, Hunted] | None = None) -> list[Ended]:
        """Every mutant of every rule with its end, in the order of the rules. ``hunted``: what is known of them, by rule."""
        known = hunted or {}

        def ends(rule: RuleBase) -> list[End]:
            return self._ends(rule, known[rule.id].open if rule.id in known else {})

        found = self._shared(ends, progress)
        return [
            Ended(rule, mutant, end)
            for rule, several in zip(self._rules, found, strict=True)
            for mutant, end in zip(self._mutants(rule), several, strict=True)
        ]

    def hunted(self, progress: Progress) -> dict[str, Hunted]:
        """For the mutants of each rule that no point contradicts, new configs that tell them from it; by the rule's id."""
        found = self._shared(self._hunted, progress)
        return {rule.id: one for rule, one in zip(self._rules, found, strict=True)}

    def _shared(self, function: Callable[[RuleBase], Any], progress: Progress) -> list[Any]:
        """For each rule, on all cores."""
        for name in {rule.native_type for rule in self._rules}:
            _ = self._siblings[name], self._proofs[name]  # once, not in each share
        found: list[Any] = []
        for first in range(0, len(self._rules), _AT_ONCE):
            progress(first, len(self._rules))
            found += shared(function, self._rules[first : first + _AT_ONCE])
        return found

    def _mutants(self, rule: RuleBase) -> list[Mutant]:
        return mutants_of(rule, self._siblings[rule.native_type].beside(rule))

    def _hunted(self, rule: RuleBase) -> Hunted:
        decisive = Decisive(rule, self._plan, self._crossing)
        proofs, siblings = self._proofs[rule.native_type], self._siblings[rule.native_type]
        alive = [one.predicate for one in self._mutants(rule) if not decisive.kills(one.predicate)]
        still_open = {one: proofs.open(rule, one) for one in alive}
        told_apart = [one for one in alive if any(still_open[one])]
        known = {key_of(self._plan.points[index].kwargs) for index in self._crossing.of(rule)}
        defaults = self._defaults.get(rule.native_type, {})
        found = hunt(rule, list(map(compile_predicate, told_apart)), defaults, siblings, known)
        found += self._built(rule, {one: still_open[one] for one in told_apart}, decisive, found)
        return Hunted(found, still_open)

    def _built(
        self, rule: RuleBase, mutants: Mapping[Predicate, Open], decisive: Decisive, drawn: Sequence[Kwargs]
    ) -> Iterator[Kwargs]:
        """Configs made for the mutants of which too few are known that tell them apart."""
        of_type, defaults = rule.native_type, self._defaults.get(rule.native_type, {})
        place = self._crossing.surroundings
        known = [self._crossing.configs[index] for index in self._crossing.of(rule)]
        known += [Config.of(kwargs, defaults, None, place) for kwargs in drawn]
        truths = [rule.fires(config) for config in known]
        witnesses = Witnesses(
            rule, decisive.bases(), defaults, place, self._siblings[of_type], self._proofs[of_type].objects
        )
        for mutant, still_open in mutants.items():
            fires = compile_predicate(mutant)
            answers = [fires(config) for config in known]
            for side, open_here in zip((True, False), still_open, strict=True):
                told = sum(own is side and new is (not side) for own, new in zip(truths, answers, strict=True))
                if open_here and told < _ALIKE:
                    for kwargs in witnesses.of(mutant, side):
                        known.append(Config.of(kwargs, defaults, None, place))
                        truths.append(side)
                        answers.append(not side)
                        yield kwargs

    @cached_property
    def _siblings(self) -> Mapping[str, Siblings]:
        every = self._crossing.rules_of
        return {name: Siblings.of(every[name]) for name in {rule.native_type for rule in self._rules}}

    @cached_property
    def _proofs(self) -> Mapping[str, Proofs]:
        place, known = self._crossing.surroundings, self._ids
        return {
            name: Proofs([one for one in own if one.id in known], self._defaults.get(name, {}), place, self._within)
            for name, own in self._crossing.rules_of.items()
        }

    def _ends(self, rule: RuleBase, known: Mapping[Predicate, Open]) -> list[End]:
        decisive = Decisive(rule, self._plan, self._crossing)
        return [self._end(rule, one.predicate, decisive, known.get(one.predicate)) for one in self._mutants(rule)]

    def _end(self, rule: RuleBase, mutant: Predicate, decisive: Decisive, known: Open | None) -> End:
        if decisive.kills(mutant):
            return "killed"
        proofs = self._proofs[rule.native_type]
        still_open = known or proofs.open(rule, mutant)
        if not any(still_open):
            return "equivalent"
        if decisive.alike(mutant) >= _ALIKE:  # cheaper than a proof, and as good: neither counts
            return "alike"
        return "masked" if proofs.masked(rule, mutant, still_open) else "survived"
