"""Reading what a bundle wrote, and judging it by the rules of today."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from llem_rules.environments import Facts
from llem_rules.environments.gears import Checks
from llem_rules.replay.plan import Plan, Point
from llem_rules.replay.run import Replay, Seen, Work
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model, RuleBase
from llem_rules.rules.reading import Declared, Kind

HOME = "cpu"  # where the pairs of all rules were chosen
_NOT_ASKED = {"unchecked": {"reason": "not-asked", "detail": "the bundle was made before this case was there"}}


class Brought(Model):
    """What was seen elsewhere. ``seen`` and ``seen_again`` stand in the order of ``cases`` and of ``again``."""

    schema_version: Literal[1] = 1
    engine: str
    rules: str
    asked: tuple[str, ...] = ()
    cases: tuple[dict[str, Any], ...]
    again: tuple[int, ...]
    facts: dict[str, Any]
    defaults: dict[str, dict[str, Any]]
    readings: dict[str, dict[str, Kind]]
    checks: dict[str, Any] | None
    seen: tuple[dict[str, Any], ...]
    seen_again: tuple[dict[str, Any], ...]


def read_brought(path: Path) -> Brought:
    """What a bundle wrote.

    Raises:
        Failure: (2) the file cannot be read, or no bundle wrote it.
    """
    try:
        return parsed(path.read_bytes(), path)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror or error}") from error


def parsed(data: bytes, path: Path) -> Brought:
    """What a bundle wrote, from the bytes of a file.

    Raises:
        Failure: (2) no bundle wrote it.
    """
    try:
        brought = Brought.model_validate(json.loads(data.decode("utf-8", "surrogatepass")))
    except (ValueError, RecursionError) as error:  # pydantic's is one of them
        raise Failure(f"{path} is not what a bundle writes", hint="`llem-rules bundle ENGINE` makes one") from error
    if len(brought.seen) != len(brought.cases) or len(brought.seen_again) != len(brought.again):
        raise Failure(f"{path} does not hold an observation for every case", hint="run the bundle again")
    return brought


def judged(brought: Brought, rules: Sequence[RuleBase]) -> Replay:
    """The verdicts of today's rules. A case that the bundle did not ask is unchecked; a second sight is taken as it comes."""
    facts = Facts.from_answer(brought.facts, brought.facts["files"])
    described = {name: Declared(plain, brought.readings.get(name)) for name, plain in brought.defaults.items()}
    known = {rule.native_type for rule in rules}
    described |= {name: Declared({}, None) for name in known - described.keys()}
    work = Work(rules, described, facts.surroundings, away=facts.device != HOME)
    points = [Point(one["native_type"], one["kwargs"], one["reach"]) for one in brought.cases]
    first = {point.key: raw for point, raw in zip(points, brought.seen, strict=True)}
    again = {points[index].key: raw for index, raw in zip(brought.again, brought.seen_again, strict=True)}
    twice = {index: again[key] for index in work.plan.again if (key := work.plan.points[index].key) in again}
    seen = Seen(_found(work.plan, range(len(work.plan.points)), first), twice)
    checks = None if brought.checks is None else Checks.from_plain(brought.checks)
    return Replay(brought.engine, facts, work.judge(seen), len(first) + len(again), checks)


def _found(plan: Plan, indices: Sequence[int], raw: Mapping[str, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {index: raw.get(plan.points[index].key, _NOT_ASKED) for index in indices}
