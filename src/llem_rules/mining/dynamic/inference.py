"""From one aim to the smallest predicate that separates its hits from its misses, or to why that cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from llem_rules.mining.dynamic.aims import Aim
from llem_rules.mining.dynamic.atoms import atoms_for
from llem_rules.mining.dynamic.axes import Labelled
from llem_rules.mining.dynamic.evidence import Evidence
from llem_rules.mining.dynamic.explore import Explorer
from llem_rules.mining.dynamic.hints import Hints
from llem_rules.mining.dynamic.inferred import CannotTell, Inferred
from llem_rules.mining.dynamic.learner import Hypothesis, Learner
from llem_rules.mining.dynamic.oracle import Oracle, key_of
from llem_rules.mining.dynamic.pools import Pools
from llem_rules.mining.dynamic.scan import Scanner, minimise
from llem_rules.mining.dynamic.signatures import Point, Seen
from llem_rules.mining.dynamic.trials import Trials
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import fields_of

TESTS = 100  # points that an accepted predicate has classified without having been inferred from them
_ROUNDS = 14
_WIDEST = 5  # fields of one predicate
_COST_LIMIT = 22.0  # a longer predicate is a list of examples, not a rule


class Inference:
    """One aim, after the first look of an explorer. ``near``: the only fields that are suspected at first; None: all."""

    def __init__(
        self,
        oracle: Oracle,
        aim: Aim,
        pools: Pools,
        hints: Hints,
        explorer: Explorer,
        random: Random,
        near: Sequence[str] | None = None,
    ) -> None:
        self._oracle = oracle
        self._aim = aim
        self._pools = pools
        self._hints = hints
        self._suspects = list(oracle.fields) if near is None else [name for name in near if name in oracle.fields]
        self._usable = explorer.usable
        self._evidence = Evidence(oracle, aim, explorer.types)
        self._label = self._evidence.label
        self._scanner = Scanner(oracle, self._label, pools)
        self._trials = Trials(oracle, pools, explorer.usable, random)
        self._fields: list[str] = []

    def run(self) -> Inferred:
        """Infer.

        Raises:
            CannotTell: with the reason.
            BudgetSpent: no case is left.
        """
        self._begin()
        for _ in range(_ROUNDS):
            hypotheses = self._hypotheses()
            if not hypotheses:
                self._widen()
                continue
            best = hypotheses[0]
            wrong = self._wrong(best, list(self._oracle.memory.values()))
            if not wrong:
                wrong = self._wrong(best, self._oracle.ask(self._disputed(hypotheses)))
            tested, failed = (0, wrong) if wrong else self._test(best)
            if failed:
                self._learn_from(best, failed)
                continue
            hits, misses = self._examples()
            self._require_another_side(best, misses)
            return Inferred(self._aim, best.plain, tuple(self._fields), tested, hits, misses)
        raise CannotTell("every predicate that fits what was seen was refuted by the next points")

    def _begin(self) -> None:
        shown = [seen for seen, label in self._evidence.labelled() if label]
        if not shown:
            raise CannotTell("the effect shows only where two fields at once hold what neither of them takes")
        first = min(shown, key=lambda seen: (len(seen.point), key_of(seen.point)))
        start = minimise(self._oracle, first.point, lambda seen: self._label(seen) is True)
        self._fields = list(start)
        if not start:
            raise CannotTell("the effect shows for the empty config")
        self._fields += self._flipping(start)[: max(0, _WIDEST - len(self._fields))]
        self._scan(start)

    def _close(self, start: Point) -> list[str]:
        """Fields that may matter although they were not given: named beside the given ones first."""
        named = [] if self._aim.signature is None else list(self._aim.signature.mentions)
        beside = [other for name in start for other in self._hints.beside(name)]
        wanted = dict.fromkeys([*named, *beside, *self._suspects])
        return [name for name in wanted if name not in start and name in self._oracle.fields]

    def _flipping(self, start: Point) -> list[str]:
        """Other fields of which some value takes the effect away."""
        close = {
            *self._hints.beside(next(iter(start))),
            *(() if self._aim.signature is None else self._aim.signature.mentions),
        }
        tried = {name: self._usable.get(name, [])[: 14 if name in close else 4] for name in self._close(start)}
        points = [(name, {**start, name: value}) for name, values in tried.items() for value in values]
        seen = self._oracle.ask([point for _, point in points])
        flips = {name for (name, _), one in zip(points, seen, strict=True) if self._label(one) is False}
        return [name for name in tried if name in flips]

    def _scan(self, point: Point) -> None:
        for name in self._fields:
            self._scanner.scan(point, name, self._fields)

    def _hypotheses(self) -> list[Hypothesis]:
        constants = {name: self._pools.constants[name] for name in self._fields}
        for _ in range(8):
            about = self._evidence.about(self._fields)
            found = Learner(self._evidence.learned_from(about), atoms_for(about, self._fields, constants)).best()
            wrong = self._wrong(found[0], list(self._oracle.memory.values())) if found else []
            if not wrong:
                break
            self._evidence.note(wrong[:40])
            if any(not self._fields_known(seen) for seen in wrong):
                break
        if found and found[0].cost > _COST_LIMIT:
            raise CannotTell("the shortest predicate that fits is a list of examples")
        return found

    def _fields_known(self, seen: Seen) -> bool:
        return set(seen.point) <= set(self._fields)

    def _wrong(self, hypothesis: Hypothesis, cases: Sequence[Seen]) -> list[Seen]:
        """The cases that refute a hypothesis, the plainest first."""
        misjudged = self._misjudges(hypothesis)
        return sorted((seen for seen in cases if misjudged(seen)), key=lambda seen: len(seen.point))

    def _misjudges(self, hypothesis: Hypothesis) -> Callable[[Seen], bool]:
        fires = compile_predicate(parse_predicate(hypothesis.plain))

        def misjudged(seen: Seen) -> bool:
            label = self._label(seen)
            return label is not None and (fires(seen.config) is True) is not label

        return misjudged

    def _disputed(self, hypotheses: Sequence[Hypothesis]) -> list[Point]:
        """Points on which the best hypotheses disagree."""
        if len(hypotheses) == 1:
            return []
        fires = [compile_predicate(parse_predicate(one.plain)) for one in hypotheses]
        points = self._trials.points(60, self._fields, self._evidence.about(self._fields), hypotheses[0].plain)
        answers = [(point, {fire(self._oracle.config(point)) for fire in fires}) for point in points]
        return [point for point, different in answers if len(different) > 1][:16]

    def _test(self, best: Hypothesis) -> tuple[int, list[Seen]]:
        tested = 0
        for _ in range(14):
            points = self._trials.points(
                min(50, TESTS - tested + 10), self._fields, self._evidence.about(self._fields), best.plain
            )
            seen = self._oracle.ask(points)
            wrong = self._wrong(best, seen)
            if wrong:
                return tested, wrong
            tested += sum(self._label(one) is not None for one in seen)
            if tested >= TESTS:
                return tested, []
        raise CannotTell(f"only {tested} fresh points could be judged; the others are refused elsewhere")

    def _learn_from(self, best: Hypothesis, wrong: list[Seen]) -> None:
        misjudged = self._misjudges(best)
        least = minimise(self._oracle, wrong[0].point, misjudged)
        self._evidence.note((*wrong[:20], *self._oracle.ask([least])))
        self._add([name for name in least if name not in self._fields])
        self._scan(least)

    def _widen(self) -> None:
        """Nothing fits: cases alike in these fields with different labels, or hits without them, show what else matters."""
        about = self._evidence.about(self._fields)
        alike: dict[str, Labelled] = {}
        for seen, label in about:
            key = key_of({name: seen.point[name] for name in self._fields if name in seen.point})
            other = alike.setdefault(key, (seen, label))
            names = [name for name in {**seen.point, **other[0].point} if name not in self._fields]
            if other[1] is not label and names:
                return self._take_up(names[:2], seen.point if label else other[0].point)
        known = [seen.point for seen, label in self._evidence.learned_from(about) if label]
        foreign = [point for point in known if not set(point) <= set(self._fields)]
        without = [{name: one for name, one in point.items() if name not in self._fields} for point in foreign]
        asked = self._oracle.ask(list({key_of(point): point for point in without}.values())[:60])
        alone = [seen.point for seen in asked if self._label(seen)]
        for point in (*alone[:1], *foreign[:: max(1, len(foreign) // 10)]):
            least = minimise(self._oracle, point, lambda seen: self._label(seen) is True)
            if names := [name for name in least if name not in self._fields]:
                return self._take_up(names, least)
        raise CannotTell("no predicate over " + ", ".join(self._fields) + " fits what was seen")

    def _take_up(self, names: Sequence[str], point: Point) -> None:
        self._add(names)
        self._scan(point)

    def _add(self, names: Sequence[str]) -> None:
        self._fields += names
        if len(self._fields) > _WIDEST:
            raise CannotTell("it depends on more than " + str(_WIDEST) + " fields: " + ", ".join(self._fields))

    def _require_another_side(self, best: Hypothesis, misses: Sequence[Seen]) -> None:
        """Every field of the predicate has been given somewhere without the effect: else no value is known to be good."""
        for name in fields_of(parse_predicate(best.plain)):
            if not any(seen.config.present(name) for seen in misses):
                raise CannotTell(f"no value of {name} was found for which the effect does not show")

    def _examples(self) -> tuple[tuple[Seen, ...], tuple[Seen, ...]]:
        data = sorted(self._evidence.about(self._fields), key=lambda one: (len(one[0].point), key_of(one[0].point)))
        return tuple(seen for seen, label in data if label), tuple(seen for seen, label in data if not label)
