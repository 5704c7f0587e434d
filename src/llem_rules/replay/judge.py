"""From what was predicted and what was seen to verdicts: confirmed, divergent (and how), or unchecked (and why)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from llem_rules.replay.plan import Plan, Point
from llem_rules.replay.verdict import Divergence, DivergenceKind, Verdict
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.evidence import CaseVerdict
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.showing import Showing, shows


class Judge:
    """Judges rules of one engine against the observations of one plan."""

    def __init__(
        self,
        rules: Sequence[RuleBase],
        plan: Plan,
        seen: Sequence[Observation],
        seen_again: Mapping[int, Observation],
        defaults: Mapping[str, Mapping[str, Any]],
        surroundings: Surroundings,
    ) -> None:
        self._plan = plan
        self._seen = seen
        self._again = seen_again
        self._configs = [
            Config.of(point.kwargs, defaults.get(point.native_type, {}), surroundings=surroundings)
            for point in plan.points
        ]
        self._rules_of: dict[str, list[RuleBase]] = defaultdict(list)
        for rule in rules:
            self._rules_of[rule.native_type].append(rule)
        self._points_of: dict[str, list[int]] = defaultdict(list)
        for index, point in enumerate(plan.points):
            self._points_of[point.native_type].append(index)

    def judge(self, rule: RuleBase) -> Verdict:
        """The verdict on one rule."""
        first, second = self._plan.pairs[rule.id]
        verdict = Verdict(rule, self._seen[first], self._seen[second])
        verdict.positive_verdict = self._judge_positive(rule, first, verdict)
        verdict.negative_verdict = self._judge_negative(rule, second, verdict)
        if (verdict.positive_verdict, verdict.negative_verdict) == ("positive_confirmed", "negative_confirmed"):
            verdict.negative_verdict = self._control(rule, first, second, verdict)
        self._fill_table(rule, verdict)
        return verdict

    def _judge_positive(self, rule: RuleBase, index: int, verdict: Verdict) -> CaseVerdict:
        if broken := self._broken(rule, index, verdict, wanted=True):
            return broken
        showing = self._shows(rule, index)
        verdict.proof = showing.proof
        if showing.shown:
            return "positive_confirmed"
        seen = self._seen[index]
        acted = bool(showing.otherwise) or seen.effect != "pass"
        detail = "; ".join(showing.otherwise) or f"the library shows {seen.effect}"
        verdict.divergences.append(
            Divergence("wrong" if acted else "missing", "positive", rule.kwargs_positive, detail)
        )
        return verdict.divergences[-1].kind

    def _judge_negative(self, rule: RuleBase, index: int, verdict: Verdict) -> CaseVerdict:
        if broken := self._broken(rule, index, verdict, wanted=False):
            return broken
        seen = self._seen[index]
        if rule.expected.effect == "pass":
            fired, detail = seen.effect == "pass", "the library accepts it and says nothing"
            masked = False
        else:
            fired, detail = self._fired(rule, index, verdict), "the effect shows although the predicate is false"
            masked = bool(seen.refusals)
        if fired:
            verdict.divergences.append(Divergence("noisy", "negative", rule.kwargs_negative, detail))
            return "noisy"
        if masked:
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
        fires = rule.fires(self._configs[index])
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
        table = verdict.table
        noisy: list[tuple[Point, str]] = []
        missing: list[tuple[Point, str]] = []
        for index in self._points_of[rule.native_type]:
            point, seen = self._plan.points[index], self._seen[index]
            if not point.speaks_about(rule):
                continue
            fires = rule.fires(self._configs[index])
            if seen.unchecked or fires is None:
                table.unchecked += bool(seen.unchecked)
                table.unknown += not seen.unchecked
                continue
            showing = self._shows(rule, index)
            if fires and showing.shown:
                table.true_positive += 1
            elif fires and self._masked(rule, seen):
                table.masked += 1
            elif fires:
                table.false_positive += 1
                noisy.append((point, "; ".join(showing.otherwise) or f"the library shows {seen.effect}"))
            elif showing.shown and not showing.compared and self._unexplained(rule, index):
                table.false_negative += 1
                missing.append((point, "the effect shows although the predicate is false"))
            else:
                table.true_negative += 1
        if not verdict.divergences:  # the pair's own divergence says it better
            _add_smallest("noisy", noisy, verdict)
            _add_smallest("missing", missing, verdict)

    def _shows(self, rule: RuleBase, index: int) -> Showing:
        return shows(rule, self._seen[index], self._configs[index])

    @staticmethod
    def _masked(rule: RuleBase, seen: Observation) -> bool:
        return bool(seen.refusals) or (rule.expected.effect == "pass" and seen.effect != "pass")

    def _unexplained(self, rule: RuleBase, index: int) -> bool:
        """Whether no other rule, firing here, claims the same effect; a rule of one direction (pass) is never too narrow."""
        # Nothing says where a field was *not* read while the config was used: another mode may pass it over as well.
        placed = rule.source is not None and rule.reach != "generate"
        if rule.expected.effect == "pass" or (rule.message_template is None and not placed):
            return False
        fields = set(rule.dormant_fields)
        for other in self._rules_of[rule.native_type]:
            if other is rule or _family(other) != _family(rule) or not other.fires(self._configs[index]):
                continue
            # A warning claims that its fields act all the same: where only words were seen, that is for the rules to say.
            named = other.dormant_fields or fields_of(other.predicate, references=False)
            if fields <= set(named) and self._shows(other, index).shown:
                return False
        return True


def _family(rule: RuleBase) -> str:
    """Effects that look alike where only a message was seen."""
    return "said" if rule.expected.effect in {"warn", "dormant_announced"} else rule.expected.effect


def _add_smallest(kind: DivergenceKind, found: Sequence[tuple[Point, str]], verdict: Verdict) -> None:
    if found:
        point, detail = min(found, key=lambda one: (len(one[0].key), one[0].key))
        verdict.divergences.append(Divergence(kind, "point", point.kwargs, detail))
