"""The whole of a replay of one engine: describe, plan, run, judge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from llem_rules.environments import Facts, Library
from llem_rules.environments.declared import described_defaults
from llem_rules.environments.gears import Checks, Gears, confirmed, reference_of, same
from llem_rules.replay.crossing import Crossing
from llem_rules.replay.judge import Judge
from llem_rules.replay.plan import Plan, Point, make_plan
from llem_rules.replay.verdict import Verdict
from llem_rules.rules.config import Surroundings
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation, texts_of
from llem_rules.rules.reading import Declared, readings_in
from llem_rules.rules.values import decode

Progress = Callable[[int, int], None]  # cases done, cases in all
Raw = dict[str, Any]


@dataclass(frozen=True)
class Replay:
    """Verdicts in the order of the rules, and the environment they were reached in. ``checks``: None in the reference gear.

    ``elsewhere``: the same rules on other platforms; the verdicts hold theirs too.
    """

    engine: str
    facts: Facts
    verdicts: tuple[Verdict, ...]
    cases: int
    checks: Checks | None = None
    elsewhere: tuple[Replay, ...] = ()

    def beside(self, others: Sequence[Replay]) -> Replay:
        """The same with what other platforms showed of these rules."""
        for other in others:
            told = {one.rule.id: one for one in other.verdicts}
            for verdict in self.verdicts:
                verdict.others[other.facts.device] = told[verdict.rule.id]
        return replace(self, elsewhere=tuple(others))

    def count(self, outcome: str) -> int:
        """How many rules ended so."""
        return sum(verdict.outcome == outcome for verdict in self.verdicts)


@dataclass(frozen=True)
class Seen:
    """Raw observations by the point's index in a plan: the first, and for a rule's own pair the second."""

    first: Mapping[int, Raw]
    again: Mapping[int, Raw]


@dataclass(frozen=True)
class Work:
    """Rules with the points to see, and what is needed to say what they show. ``wide``: points of every kind.

    ``away``: on another platform than the one that the rules' pairs were chosen on (see ``Judge``).
    ``twice``: each rule's own pair is asked a second time. ``judged``: ids of the rules in question; the others were judged
    before, and stand beside them.
    """

    rules: Sequence[RuleBase]
    described: Mapping[str, Mapping[str, Any]]
    surroundings: Surroundings
    wide: bool = False
    twice: bool = True
    judged: Collection[str] | None = None
    away: bool = False
    defaults: Mapping[str, Mapping[str, Any]] = field(init=False)
    plan: Plan = field(init=False)
    _crossed: list[tuple[Mapping[int, Raw], Crossing]] = field(default_factory=list)

    def __post_init__(self) -> None:
        defaults = {name: _decoded(plain) for name, plain in self.described.items()}
        object.__setattr__(self, "defaults", defaults)
        object.__setattr__(self, "plan", make_plan(self.rules, defaults, wide=self.wide))

    def see(self, session: Library, points: Iterable[int], progress: Progress) -> Seen:
        """Put some of the points to the library; what surprises is seen in the reference gear too."""
        chosen = sorted(points)
        again = [index for index in self.plan.again if index in set(chosen)] if self.twice else []
        cases = [self.plan.points[index].request() for index in (*chosen, *again)]
        done = [0]

        def tell(_index: int, _raw: Raw) -> None:
            done[0] += 1
            progress(done[0], len(cases))

        raw = session.run(cases, tell)
        if isinstance(session, Gears):
            first = dict(zip(chosen, raw, strict=False))
            usual = {**self._defaults_seen(session, first), **first}
            surprising = [
                chosen.index(index) for index in self.crossing(usual).surprising(self.judged) if index in first
            ]
            raw = confirmed(session, cases, raw, surprising)
        return Seen(dict(zip(chosen, raw, strict=False)), dict(zip(again, raw[len(chosen) :], strict=True)))

    def _defaults_seen(self, session: Library, first: Mapping[int, Raw]) -> dict[int, Raw]:
        """The empty configs that others see: what is said of them is usual."""
        missing = [index for index, one in enumerate(self.plan.points) if not one.kwargs and index not in first]
        cases = [self.plan.points[index].request() for index in missing]
        return dict(zip(missing, reference_of(session).run(cases), strict=True))

    def crossing(self, raw: Mapping[int, Raw]) -> Crossing:
        """What raw observations show, beside what the rules say. Asked of the same again, it is not worked out again."""
        for known, crossing in self._crossed:
            if known.keys() == raw.keys() and all(
                one is known[index] or same(one, known[index]) for index, one in raw.items()
            ):
                return crossing
        crossing = Crossing(self.rules, self.plan, self._read(raw, raw), self.defaults, self.surroundings)
        self._crossed[:] = [(raw, crossing)]
        return crossing

    def judge(self, seen: Seen) -> tuple[Verdict, ...]:
        """The verdict on every rule in question; every point was seen."""
        judge = Judge(self.plan, self.crossing(seen.first), self._read(seen.again, seen.first), away=self.away)
        return tuple(judge.judge(rule) for rule in self.rules if self.judged is None or rule.id in self.judged)

    def _read(self, raw: Mapping[int, Raw], first: Mapping[int, Raw]) -> dict[int, Observation]:
        points = self.plan.points
        usual = {_stage(points[i]): texts_of(one) for i, one in first.items() if not points[i].kwargs}
        return {i: Observation.from_raw(one, usual.get(_stage(points[i]), frozenset())) for i, one in raw.items()}


def _stage(point: Point) -> tuple[str, str]:
    return point.native_type, point.reach


def replay_rules(
    session: Library,
    rules: Sequence[RuleBase],
    progress: Progress,
    *,
    wide: bool = False,
    twice: bool = True,
    judged: Collection[str] | None = None,
) -> Replay:
    """Replay rules in an entered session; for the options see ``Work``."""
    work = make_work(session, rules, wide=wide, twice=twice, judged=judged)
    seen = work.see(session, range(len(work.plan.points)), progress)
    checks = session.checks if isinstance(session, Gears) else None
    return Replay(session.engine.name, session.facts, work.judge(seen), len(seen.first) + len(seen.again), checks)


def make_work(
    session: Library,
    rules: Sequence[RuleBase],
    *,
    wide: bool = False,
    twice: bool = True,
    judged: Collection[str] | None = None,
) -> Work:
    """What is to be seen, by the defaults that the live library has."""
    described = described_defaults(session, sorted({rule.native_type for rule in rules}))
    return Work(rules, described, session.facts.surroundings, wide, twice, judged)


def live_defaults(session: Library, native_types: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The defaults of each native type in the live library, with the base arguments that its adapter adds."""
    return {name: _decoded(plain) for name, plain in described_defaults(session, native_types).items()}


def _decoded(plain: Mapping[str, Any]) -> Declared:
    return Declared({field: decode(value) for field, value in plain.items()}, readings_in(plain))
