"""A rule that speaks of one platform: its effect is proved there, and its absence elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from llem_rules.environments import Session
from llem_rules.replay.evidence import validated_entry
from llem_rules.replay.run import Replay, Work, make_work
from llem_rules.rules.evidence import ValidatedRule
from llem_rules.rules.kinds import RuleBase, rule_from
from tests.engines import open_faux


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def rule(device: str | None, name: str = "negative") -> RuleBase:
    """What ``fauxllm.Strict`` refuses on every platform, said of one."""
    document: dict[str, Any] = {
        "id": f"fauxllm.Strict.{name}",
        "kind": "invalidity",
        "native_type": "fauxllm.Strict",
        "match": {"size": {"<": 1}} | ({"platform": {"device": device}} if device else {}),
        "expected": {"effect": "error", "channel": "exception", "exception": "FieldError"},
        "kwargs_positive": {"size": 0},
        "kwargs_negative": {"size": 1},
    }
    return rule_from(document)


def replayed(session: Session, rules: list[RuleBase], device: str, *, refuses: bool = True) -> Replay:
    """As if the worker were on a device, where the library refuses as it does, or accepts everything."""
    work = make_work(session, rules)
    there = replace(work.surroundings, platform={"device": device})
    work = Work(rules, work.described, there)
    seen = work.see(session, range(len(work.plan.points)), quiet)
    if not refuses:
        accepted = {"stage": "construct", "effective": {}, "messages": []}
        seen = replace(seen, first=dict.fromkeys(seen.first, accepted), again=dict.fromkeys(seen.again, accepted))
    return Replay("fauxllm", replace(session.facts, device=device), work.judge(seen), len(work.plan.points))


# The rule's platform, whether each library refuses (cpu, cuda), the outcomes there, the verdict, where it holds.
CASES = [
    (None, (True, True), ("confirmed", "confirmed"), "confirmed", ["cpu", "cuda"]),
    (None, (True, False), ("confirmed", "divergent"), "divergent", ["cpu"]),
    ("cpu", (True, False), ("confirmed", "silent"), "confirmed", ["cpu"]),
    ("cpu", (True, True), ("confirmed", "divergent"), "divergent", ["cpu"]),
    ("cuda", (False, True), ("silent", "confirmed"), "confirmed", ["cuda"]),
    ("cuda", (True, True), ("divergent", "confirmed"), "divergent", ["cuda"]),
    ("cuda", (False, False), ("silent", "divergent"), "divergent", []),
]


@pytest.mark.parametrize(("device", "refuse", "outcomes", "verdict", "holds_on"), CASES)
def test_both_sides(
    device: str | None, refuse: tuple[bool, bool], outcomes: tuple[str, str], verdict: str, holds_on: list[str]
) -> None:
    with open_faux() as session:
        cpu, cuda = (
            replayed(session, [rule(device)], on, refuses=how) for on, how in zip(("cpu", "cuda"), refuse, strict=True)
        )
    assert (cpu.verdicts[0].here, cuda.verdicts[0].here) == outcomes
    together = cpu.beside([cuda]).verdicts[0]
    assert together.outcome == verdict
    entry = validated_entry(together, "1.2.3")
    assert entry["holds_on"] == holds_on
    assert ValidatedRule.model_validate(entry).platforms is not None
    assert entry["platforms"]["cuda"].get("same", False) is (device is None and refuse == (True, True))


def test_alone_it_is_not_known() -> None:
    with open_faux() as session:
        alone = replayed(session, [rule("cuda")], "cpu", refuses=False).verdicts[0]
    assert (alone.here, alone.outcome) == ("silent", "unchecked")
    assert "another one" in str(alone.why_unchecked)
    assert "holds_on" not in validated_entry(alone, "1.2.3")
