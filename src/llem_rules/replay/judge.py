"""From what was predicted and what was seen to verdicts: confirmed, divergent (and how), or unchecked (and why)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from llem_rules.replay.crossing import Crossing
from llem_rules.replay.plan import Plan, Point
from llem_rules.replay.verdict import Divergence, DivergenceKind, Verdict
from llem_rules.rules.evidence import CaseVerdict
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation
from llem_rules.rules.showing import Showing


class Judge:
    """Judges rules of one engine against what was seen of one plan. ``seen_again``: the second sight of some points.

    ``away``: on another platform than the one that the pairs were chosen on. One of a pair that something else refuses
    there speaks neither for nor against its rule, and another point may speak in its place.
    """

    def __init__(
        self, plan: Plan, crossing: Crossing, seen_again: Mapping[int, Observation], *, away: bool = False
    ) -> None:
        self._plan = plan
        self._crossing = crossing
        self._seen = crossing.seen
        self._again = seen_again
        self._away = away

    def judge(self, rule: RuleBase) -> Verdict:
        """The verdict on one rule."""
        first, second = self._plan.pairs[rule.id]
        verdict = Verdict(rule, self._seen[first], self._seen[second])
        verdict.elsewhere = self._speaks_of_another_platform(rule, first)
        judge_positive = self._judge_negative if verdict.elsewhere else self._judge_positive
        verdict.positive_verdict = judge_positive(rule, first, verdict)
        verdict.negative_verdict = self._judge_negative(rule, second, verdict)
        if (verdict.positive_verdict, verdict.negative_verdict) == ("positive_confirmed", "negative_confirmed"):
            verdict.negative_verdict = self._control(rule, first, second, verdict)
        self._fill_table(rule, verdict)
        verdict.positive_also = self._crossing.also_fires(rule, first)
        verdict.negative_also = self._crossing.also_fires(rule, second)
        return verdict

    def _judge_positive(self, rule: RuleBase, index: int, verdict: Verdict) -> CaseVerdict:
        if broken := self._broken(rule, index, verdict, wanted=True):
            return broken
        showing = self._shows(rule, index)
        verdict.proof = showing.proof
        if showing.shown:
            foreign = self._crossing.foreign(rule, index)
            if foreign is None:
                return "positive_confirmed"
            detail = f"what is raised is the effect of {foreign.id}: say in source or message_template which is its own"
            verdict.divergences.append(Divergence("wrong", "positive", rule.kwargs_positive, detail))
            return "wrong"
        seen = self._seen[index]
        if self._away and seen.refusals:
            return self._in_its_place(rule, index, verdict)
        acted = bool(showing.otherwise) or seen.effect != "pass"
        detail = "; ".join(showing.otherwise) or f"the library shows {seen.effect}"
        verdict.divergences.append(
            Divergence("wrong" if acted else "missing", "positive", rule.kwargs_positive, detail)
        )
        return verdict.divergences[-1].kind

    def _in_its_place(self, rule: RuleBase, index: int, verdict: Verdict) -> CaseVerdict:
        """What another point says where the rule fires, for a positive that something else refuses on this platform."""
        for other, crossed in self._crossing.of(rule).items():
            if crossed.cell == "true_positive" and self._crossing.foreign(rule, other) is None:
                verdict.proof = crossed.showing.proof if crossed.showing is not None else None
                return "positive_confirmed"
        refusal = self._seen[index].refusals[0].message[:160]
        verdict.unchecked = verdict.unchecked or f"masked: on this platform something else refuses first: {refusal}"
        return "unchecked"

    def _speaks_of_another_platform(self, rule: RuleBase, index: int) -> bool:
        """Whether the platform, or what is installed on it, alone keeps a rule from firing on its own positive."""
        config = self._crossing.configs[index]
        nowhere = replace(config, surroundings=replace(config.surroundings, platform=None, packages=None))
        return rule.fires(config) is False and rule.fires(nowhere) is None

    def _judge_negative(self, rule: RuleBase, index: int, verdict: Verdict) -> CaseVerdict:
        if broken := self._broken(rule, index, verdict, wanted=False):
            return broken
        seen = self._seen[index]
        if (
            verdict.elsewhere
        ):  # its examples are chosen for the other platform: here they may be refused for other reasons
            if not self._shows(rule, index).shown or self._crossing.claimed_by_another(rule, index):
                return "negative_confirmed"
            detail = "the effect shows here too, on a platform that the predicate leaves out"
            verdict.divergences.append(Divergence("missing", "point", self._plan.points[index].kwargs, detail))
            return "missing"
        if rule.expected.effect == "pass":
            fired, detail = seen.effect == "pass", "the library accepts it and says nothing"
            masked = False
        else:
            fired, detail = self._fired(rule, index, verdict), "the effect shows although the predicate is false"
            masked = bool(seen.refusals)
        if fired:
            verdict.divergences.append(Divergence("noisy", "negative", rule.kwargs_negative, detail))
            return "noisy"
        if masked and not self._away:
            detail = f"refused by another site: {seen.refusals[0].message[:160]}"
            verdict.divergences.append(Divergence("wrong", "negative", rule.kwargs_negative, detail))
            return "wrong"
        return "negative_confirmed"

    def _fired(self, rule: RuleBase, index: int, verdict: Verdict) -> bool:
        """Whether the negative shows the effect, by the proof that the positive gave: read and passed over is not unread."""
        showing = self._shows(rule, index)
        first = self._plan.pairs[rule.id][0]
        unread = verdict.proof == "behaviour" and not self._shows(rule, first).compared
        return showing.shown and not (unread and showing.compared)

    def _control(self, rule: RuleBase, first: int, second: int, verdict: Verdict) -> CaseVerdict:
        """That nothing came of a field may be chance: in the negative, under the same seeds, something must."""
        acts = self._seen[second].behaviour
        idle = [name for name in self._shows(rule, first).compared if acts.get(name) != "differs"]
        if idle and rule.expected.effect == "dormant_announced":
            verdict.proof = "message"
        elif idle:
            detail = f"no control: without {', '.join(idle)} the same comes out of the negative"
            if any(name not in acts for name in idle):
                detail = f"no control: the negative does not set {', '.join(idle)} to anything but its default"
            verdict.divergences.append(Divergence("noisy", "negative", rule.kwargs_negative, detail))
            return "noisy"
        return "negative_confirmed"

    def _broken(self, rule: RuleBase, index: int, verdict: Verdict, *, wanted: bool) -> CaseVerdict | None:
        """How one of the pair already fails before its effect is looked at."""
        where: Literal["positive", "negative"] = "positive" if wanted else "negative"
        kwargs = self._plan.points[index].kwargs
        fires = rule.fires(self._crossing.configs[index])
        if fires is None:
            verdict.unchecked = verdict.unchecked or "surroundings: the predicate cannot be decided here"
            return "unchecked"
        if fires is not wanted:
            detail = f"the predicate is {str(fires).lower()} of kwargs_{where}"
            verdict.divergences.append(Divergence("predicate", where, kwargs, detail))
            return "predicate"
        seen, again = self._seen[index], self._again.get(index)
        failed = seen.unchecked or (again.unchecked if again is not None else None)
        if failed:
            verdict.unchecked = verdict.unchecked or ": ".join(failed)
            return "unchecked"
        if again is not None and again.fingerprint() != seen.fingerprint():
            detail = "two runs of the same case were seen differently"
            verdict.divergences.append(Divergence("unstable", where, kwargs, detail))
            return "unstable"
        return None

    def _fill_table(self, rule: RuleBase, verdict: Verdict) -> None:
        noisy: list[tuple[Point, str]] = []
        missing: list[tuple[Point, str]] = []
        for index, crossed in self._crossing.of(rule).items():
            point, seen = self._plan.points[index], self._seen[index]
            setattr(verdict.table, crossed.cell, getattr(verdict.table, crossed.cell) + 1)
            if crossed.cell == "false_positive":
                otherwise = crossed.showing.otherwise if crossed.showing is not None else ()
                noisy.append((point, "; ".join(otherwise) or f"the library shows {seen.effect}"))
            elif crossed.cell == "false_negative" and not verdict.elsewhere:  # of this platform it claims nothing
                missing.append((point, "the effect shows although the predicate is false"))
        if not verdict.divergences:  # the pair's own divergence says it better
            _add_smallest("noisy", noisy, verdict)
            _add_smallest("missing", missing, verdict)

    def _shows(self, rule: RuleBase, index: int) -> Showing:
        return self._crossing.shows(rule, index)


def _add_smallest(kind: DivergenceKind, found: Sequence[tuple[Point, str]], verdict: Verdict) -> None:
    if found:
        point, detail = min(found, key=lambda one: (len(one[0].key), one[0].key))
        verdict.divergences.append(Divergence(kind, "point", point.kwargs, detail))
