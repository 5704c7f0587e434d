"""A replay in parts: which points belong to which shard, what a shard hands on, and the parts as one whole again.

Every shard makes the same plan and the same split from the same rules; nothing is agreed on between them. A shard hands on
what it saw, not what it means: a rule is judged on the points of all shards.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field

from llem_rules.environments import Facts
from llem_rules.environments.gears import Checks
from llem_rules.replay.plan import Plan
from llem_rules.replay.run import Replay, Seen, Work
from llem_rules.rules.failure import NOT_CHECKED, Failure
from llem_rules.rules.kinds import Model, RuleBase, to_document
from llem_rules.rules.reading import Declared, Kind, readings_in

# What a case costs beside one that is only constructed, by the stage that it is taken to (measured with the pinned engines).
_COST = {"construct": 1.0, "validate": 1.0, "build": 8.0, "generate": 12.0}
_ENVIRONMENT = ("library_version", "python", "system", "machine", "device", "packages", "image", "fork_unclean")


class Shard(Model):
    """What one shard saw. Observations stand under the number of their point in the plan."""

    schema_version: Literal[1] = 1
    engine: str
    number: int = Field(ge=1)
    of: int = Field(ge=1)
    rules: str = Field(description="Digest of the rules that the plan was made from.")
    asked: tuple[str, ...] = Field((), description="The patterns of ids that were asked for.")
    facts: dict[str, Any] = Field(description="What the worker said of its environment.")
    defaults: dict[str, dict[str, Any]] = Field(description="Of each native type, in the live library.")
    readings: dict[str, dict[str, Kind]] = Field(description="How fields of each native type read strings.")
    checks: dict[str, Any] | None = Field(description="The fast gear's account; null in the reference gear.")
    seen: dict[int, dict[str, Any]]
    seen_again: dict[int, dict[str, Any]]

    @property
    def environment(self) -> dict[str, Any]:
        """What has to be the same in all shards."""
        return {name: self.facts.get(name) for name in _ENVIRONMENT}


def owned(plan: Plan, number: int, shards: int) -> list[int]:
    """The points of one shard: the dearest go first, each to the shard that has the least to do."""
    twice = set(plan.again)
    costs = [_COST[point.reach] * (1 + (index in twice)) for index, point in enumerate(plan.points)]
    order = sorted(range(len(costs)), key=lambda index: (-costs[index], plan.points[index].key))
    loads = [(0.0, shard) for shard in range(1, shards + 1)]
    mine = []
    for index in order:
        load, shard = heapq.heappop(loads)
        heapq.heappush(loads, (load + costs[index], shard))
        if shard == number:
            mine.append(index)
    return sorted(mine)


def digest_of(rules: Sequence[RuleBase]) -> str:
    """Equal for equal rules."""
    return hashlib.sha256(repr([to_document(rule) for rule in rules]).encode()).hexdigest()[:16]


def shard_of(
    work: Work, engine: str, facts: Facts, seen: Seen, checks: Checks | None, number: int, of: int, asked: Sequence[str]
) -> Shard:
    """What a shard hands on."""
    return Shard(
        engine=engine,
        number=number,
        of=of,
        rules=digest_of(work.rules),
        asked=tuple(asked),
        facts=json.loads(json.dumps(asdict(facts) | {"import_s": 0.0})),
        defaults={name: dict(plain) for name, plain in work.described.items()},
        readings={name: dict(readings_in(plain)) for name, plain in work.described.items()},
        checks=None if checks is None else checks.plain(),
        seen=_lasting(seen.first),
        seen_again=_lasting(seen.again),
    )


def _lasting(raw: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    return {
        index: {name: value for name, value in one.items() if name != "duration_ms"}
        for index, one in sorted(raw.items())
    }


def text_of(shard: Shard) -> str:
    """A shard as the bytes of its file. Keys keep their order: evidence has that of the observations."""
    return json.dumps(shard.model_dump()) + "\n"


def joined(shards: Sequence[Shard], rules: Sequence[RuleBase]) -> Replay:
    """All shards of one replay, judged as a whole.

    Raises:
        Failure: (2) one is missing or there twice, or they were not taken from the same rules and the same environment; (3) one
            had to put a native type back into the reference gear that another saw in the fast gear.
    """
    first = shards[0]
    _fit(shards, first, rules)
    facts = Facts.from_answer(first.facts, first.facts["files"])
    described = {name: Declared(plain, first.readings.get(name)) for name, plain in first.defaults.items()}
    work = Work(rules, described, facts.surroundings)
    seen = {index: one for shard in shards for index, one in shard.seen.items()}
    again = {index: one for shard in shards for index, one in shard.seen_again.items()}
    if sorted(seen) != list(range(len(work.plan.points))) or sorted(again) != work.plan.again:
        raise Failure("the shards do not hold every case of the plan", hint="replay all shards again")
    accounts = [Checks.from_plain(shard.checks) for shard in shards if shard.checks is not None]
    _put_back_alike(shards, work, accounts)
    checks = Checks.together(accounts) if accounts else None
    return Replay(first.engine, facts, work.judge(Seen(seen, again)), len(seen) + len(again), checks)


def _fit(shards: Sequence[Shard], first: Shard, rules: Sequence[RuleBase]) -> None:
    numbers = sorted(shard.number for shard in shards)
    if numbers != list(range(1, first.of + 1)):
        given = ", ".join(f"{shard.number}/{shard.of}" for shard in shards)
        raise Failure(f"these are not the {first.of} shards of one replay: {given}", hint="give each of them once")
    for shard in shards:
        for what in ("engine", "of", "rules", "asked", "environment", "defaults", "readings"):
            if getattr(shard, what) != getattr(first, what):
                said = f"shard {shard.number} and shard {first.number} differ in their {what}"
                raise Failure(said, hint="replay all shards from the same rules, in the same environment")
    if first.rules != digest_of(rules):
        raise Failure("the rules have changed since the shards were taken", hint="replay the shards again")


def _put_back_alike(shards: Sequence[Shard], work: Work, accounts: Sequence[Checks]) -> None:
    """A native type that one shard found out to leak must not have been seen in the fast gear by another."""
    leaking = {name for account in accounts for name in account.back}
    for shard in shards:
        fast = shard.checks is not None
        own = leaking - set((shard.checks or {}).get("back", {}))
        if fast and any(work.plan.points[index].native_type in own for index in shard.seen):
            raise Failure(
                f"{sorted(own)[0]} leaks from case to case: one shard put it back into the reference gear, shard "
                f"{shard.number} did not find that out",
                hint=f"replay --shard {shard.number}/{shard.of} --gear reference, and merge again",
                code=NOT_CHECKED,
            )
