"""The gear never changes a verdict: a replay in the fast gear and one in the reference gear leave the same evidence."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest

from llem_rules.environments import Session
from llem_rules.environments.gears import Gears, key_of, same
from llem_rules.replay.evidence import isolation_of, validated_entry
from llem_rules.replay.plan import Point, make_plan
from llem_rules.replay.run import live_defaults, replay_rules
from llem_rules.rules import rule_from
from llem_rules.rules.kinds import RuleBase
from tests.live import all_rules, live_session
from tests.replay.test_judge import ALL, TYPE

ENOUGH = 2000
SELDOM = {
    "id": "fauxllm.leaking.Left.seldom",
    "native_type": "fauxllm.leaking.Left",
    "kind": "dormancy",
    "match": {"how": "seldom"},
    "dormant": ["seen"],
    "expected": {"effect": "dormant_announced", "channel": "logger"},
    "message_template": "seen is ignored the first time",
    "kwargs_positive": {"how": "seldom", "seen": "clean"},
    "kwargs_negative": {"how": "other", "seen": "clean"},
}


def entries(session: Session | Gears, rules: Sequence[RuleBase]) -> list[dict[str, Any]]:
    return [validated_entry(one, "1") for one in replay_rules(session, rules, lambda *_: None).verdicts]


def test_every_kind_of_verdict_is_the_same_in_both_gears(session: Session) -> None:
    """Faults and answers by chance among them."""
    rules = [
        rule_from({"id": f"{one.get('native_type', TYPE)}.row-{number}", "native_type": TYPE, **one})
        for number, one in enumerate(ALL)
        if "random" not in repr(one)  # its evidence holds what chance said
    ]
    assert entries(Gears(session), rules) == entries(session, rules)


def test_a_pair_that_is_asked_once_is_still_seen_twice(session: Session) -> None:
    """A producer that only wants to know which rules stay sees each pair in two processes of the fast gear."""
    too = {**SELDOM, "id": f"{SELDOM['id']}-too", "kwargs_positive": {"how": "seldom", "seen": "too"}}
    rules = [rule_from(SELDOM), rule_from(too)]
    gears = Gears(session, share=0.0)
    once = replay_rules(gears, rules, lambda *_: None, twice=False)
    assert [one.outcome for one in once.verdicts] == ["confirmed", "confirmed"]
    assert isolation_of(gears.checks)["put_back"] == ["fauxllm.leaking.Left"]


def test_a_library_that_leaks_cannot_change_a_verdict(session: Session) -> None:
    """What is said of the first case alone would make the rule divergent."""
    too = {**SELDOM, "id": f"{SELDOM['id']}-too", "kwargs_positive": {"how": "seldom", "seen": "too"}}
    rules = [rule_from(SELDOM), rule_from(too)]
    gears = Gears(session, share=0.0)
    assert entries(gears, rules) == entries(session, rules)
    assert [one["verdict"] for one in entries(gears, rules)] == ["confirmed", "confirmed"]
    isolation = isolation_of(gears.checks)
    assert isolation["put_back"] == ["fauxllm.leaking.Left"]
    assert isolation["disagreed"] >= 1


def test_the_header_is_the_same_in_every_run(session: Session) -> None:
    rules = [rule_from(SELDOM), *(rule_from({"id": f"{TYPE}.x", "native_type": TYPE, **ALL[0]}) for _ in range(1))]
    headers = []
    for _ in range(2):
        gears = Gears(session)
        replay_rules(gears, rules, lambda *_: None)
        headers.append(isolation_of(gears.checks))
    assert headers[0] == headers[1]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["transformers", pytest.param("vllm", marks=pytest.mark.xdist_group("vllm"))])
def test_the_gears_agree_on_thousands_of_cases_of_the_live_library(engine: str) -> None:
    session, rules = live_session(engine), all_rules(engine)
    types = sorted({rule.native_type for rule in rules})
    plan = make_plan(rules, live_defaults(session, types))
    cases = [_short_of_use(session, point) for point in plan.points]
    cases += [
        {**case, "kwargs": {**case["kwargs"], **other["kwargs"]}}
        for case, other in itertools.pairwise(cases)
        if case["native_type"] == other["native_type"]
    ]
    different = list({key_of(case): case for case in cases}.values())
    cases = random.Random(5).sample(different, min(len(different), ENOUGH + 200))
    gears = Gears(session, share=1.0)
    gears.run(cases)
    assert len(gears.checks.checked) >= ENOUGH
    assert (gears.checks.disagreed, gears.checks.back) == (set(), {})


def _short_of_use(session: Session, point: Point) -> dict[str, Any]:
    """A point at the last stage that has a fast gear."""
    request = point.request()
    use = point.reach == "generate"
    return {**request, "reach": session.engine.native_types[point.native_type].before_use} if use else request


def test_a_gear_that_shows_less_is_not_the_same() -> None:
    assert not same({"messages": [{"text": "said"}]}, {"messages": []})
