"""The whole of a replay of one engine: describe, plan, run, judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.environments import Facts, Library
from llem_rules.replay.judge import Judge
from llem_rules.replay.plan import Point, make_plan
from llem_rules.replay.verdict import Verdict
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation, texts_of
from llem_rules.rules.values import decode

Progress = Callable[[int, int], None]  # cases done, cases in all


@dataclass(frozen=True)
class Replay:
    """Verdicts in the order of the rules, and the environment they were reached in."""

    engine: str
    facts: Facts
    verdicts: tuple[Verdict, ...]
    cases: int

    def count(self, outcome: str) -> int:
        """How many rules ended so."""
        return sum(verdict.outcome == outcome for verdict in self.verdicts)


def replay_rules(session: Library, rules: Sequence[RuleBase], progress: Progress) -> Replay:
    """Replay rules in an entered session."""
    defaults = live_defaults(session, sorted({rule.native_type for rule in rules}))
    plan = make_plan(rules, defaults)
    again = plan.again
    requests = [point.request() for point in plan.points]
    total = len(requests) + len(again)
    done = [0]

    def tell(_index: int, _raw: dict[str, Any]) -> None:
        done[0] += 1
        progress(done[0], total)

    raw = session.run([*requests, *(requests[index] for index in again)], tell)
    usual = {(p.native_type, p.reach): texts_of(one) for p, one in zip(plan.points, raw, strict=False) if not p.kwargs}

    def read(point: Point, one: dict[str, Any]) -> Observation:
        return Observation.from_raw(one, usual.get((point.native_type, point.reach), frozenset()))

    seen = [read(point, one) for point, one in zip(plan.points, raw, strict=False)]
    repeated = {i: read(plan.points[i], one) for i, one in zip(again, raw[len(requests) :], strict=True)}
    judge = Judge(rules, plan, seen, repeated, defaults, session.facts.surroundings)
    return Replay(session.engine.name, session.facts, tuple(judge.judge(rule) for rule in rules), total)


def live_defaults(session: Library, native_types: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The defaults of each native type in the live library, with the base arguments that its adapter adds."""
    answers = session.run([{"op": "describe", "native_type": name, "kwargs": {}} for name in native_types])
    found: dict[str, Mapping[str, Any]] = {}
    for name, answer in zip(native_types, answers, strict=True):
        fields = answer.get("described", {}).get("fields", {})
        about = session.engine.native_types.get(name)
        plain = {field: one["default"] for field, one in fields.items() if "default" in one}
        base = {} if about is None else dict(about.base)
        found[name] = {field: decode(value) for field, value in {**plain, **base}.items()}
    return found
