"""A replay in parts: the parts share out every case, and their union is one run, to the byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

from llem_rules.cli import evidence
from llem_rules.cli.replaying import subject_of
from llem_rules.environments import Library, Session
from llem_rules.environments.gears import Gears
from llem_rules.replay.evidence import validated_entry
from llem_rules.replay.plan import Plan, Point
from llem_rules.replay.run import Replay, make_work, replay_rules
from llem_rules.replay.sharding import Shard, joined, owned, shard_of, text_of
from llem_rules.rules import rule_from
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Reach, RuleBase
from tests.live import remembering_session
from tests.replay.test_judge import ALL, TYPE

FAUX = [
    rule_from({"id": f"{TYPE}.row-{number}", "native_type": TYPE, **one})
    for number, one in enumerate(ALL)
    if one.get("native_type", TYPE) == TYPE and "random" not in repr(one)
]
TWICE = {
    "native_type": "fauxllm.Sampling",
    "kind": "dormancy",
    "match": {"how": "clamp", "temperature": {"present": True}},
    "dormant": {"temperature": {"effective": 0.5}},
    "expected": {"effect": "dormant_silent", "channel": "none"},
    "kwargs_positive": {"how": "clamp", "temperature": 2.0, "dropped": 1, "also_dropped": 2},
    "kwargs_negative": {"how": "", "temperature": 2.0},
}
FAUX.append(rule_from({**TWICE, "id": "fauxllm.Sampling.twice"}))
LEAKY = {
    "native_type": "fauxllm.leaking.Left",
    "kind": "dormancy",
    "match": {"how": "hidden"},
    "dormant": {"seen": {"effective": "clean"}},
    "expected": {"effect": "dormant_silent", "channel": "none"},
    "kwargs_negative": {"how": "once", "seen": "x"},
}


SHORT: list[Reach] = ["construct"]
BUILT: list[Reach] = ["build"]
USED: list[Reach] = ["generate"]


def plan_of(*reaches: Reach) -> Plan:
    plan = Plan()
    for number, reach in enumerate(reaches):
        plan.add(Point("x.Y", {"n": number}, reach))
    return plan


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
@pytest.mark.parametrize("plan", [plan_of(), plan_of("construct"), plan_of(*SHORT * 40, *BUILT * 5, *USED * 3)])
def test_every_point_has_one_owner(plan: Plan, shards: int) -> None:
    parts = [owned(plan, number, shards) for number in range(1, shards + 1)]
    assert sorted(index for part in parts for index in part) == list(range(len(plan.points)))


def test_dear_cases_are_shared_out_first() -> None:
    plan = plan_of(*SHORT * 24, *USED * 2)
    assert [len(owned(plan, number, 2)) for number in (1, 2)] == [13, 13]
    lopsided = plan_of(*SHORT * 12, *USED)
    assert sorted(len(owned(lopsided, number, 2)) for number in (1, 2)) == [1, 12]


def shards_of(library: Library, rules: Sequence[RuleBase], of: int, gear: str, engine: str = "fauxllm") -> list[Shard]:
    """Each part as a run of its own would write and a merge would read it."""
    made = []
    for number in range(1, of + 1):
        own = Gears(library) if gear == "fast" else library
        work = make_work(own, rules)
        seen = work.see(own, owned(work.plan, number, of), lambda *_: None)
        checks = own.checks if isinstance(own, Gears) else None
        text = text_of(shard_of(work, engine, own.facts, seen, checks, number, of, ()))
        made.append(Shard.model_validate(json.loads(text)))
    return made


def said(result: Replay) -> list[str]:
    """As text: in the evidence the order of keys is seen, too."""
    return [json.dumps(validated_entry(one, "1")) for one in result.verdicts]


@pytest.mark.parametrize("gear", ["fast", "reference"])
@pytest.mark.parametrize("of", [1, 2, 3])
def test_the_union_is_one_run(of: int, gear: str, session: Session) -> None:
    whole = replay_rules(Gears(session) if gear == "fast" else session, FAUX, lambda *_: None)
    union = joined(shards_of(session, FAUX, of, gear)[::-1], FAUX)
    assert (said(union), union.cases, union.checks) == (said(whole), whole.cases, whole.checks)


@pytest.mark.parametrize("gear", ["fast", "reference"])
@pytest.mark.parametrize("of", [2, 3])
@pytest.mark.parametrize(
    ("engine", "glob"),
    [
        ("transformers", "transformers.[!G]*"),
        pytest.param("transformers", "*", marks=pytest.mark.slow),
        pytest.param("vllm", "*", marks=[pytest.mark.slow, pytest.mark.xdist_group("vllm")]),
    ],
)
def test_the_union_is_one_run_of_the_live_library(engine: str, glob: str, of: int, gear: str) -> None:
    subject = subject_of(engine, [glob])
    union = joined(shards_of(remembering_session(engine), subject.rules, of, gear, engine), subject.rules)
    assert evidence.text_of(subject.versions, union) == whole(engine, glob, gear)


@cache
def whole(engine: str, glob: str, gear: str) -> str:
    """The evidence of one run."""
    subject, session = subject_of(engine, [glob]), remembering_session(engine)
    replay = replay_rules(Gears(session) if gear == "fast" else session, subject.rules, lambda *_: None)
    return evidence.text_of(subject.versions, replay)


Change = dict[str, Any]
BAD: list[tuple[str, list[Change], str]] = [
    ("one is missing", [{"number": 1}], "not the 2 shards"),
    ("one is there twice", [{"number": 1}, {"number": 1}], "not the 2 shards"),
    ("of another engine", [{"number": 1}, {"number": 2, "engine": "other"}], "differ in their engine"),
    ("of other rules", [{"number": 1}, {"number": 2, "rules": "0"}], "differ in their rules"),
    ("of other defaults", [{"number": 1}, {"number": 2, "defaults": {}}], "differ in their defaults"),
    ("of another library", [{"number": 1}, {"number": 2, "facts": {}}], "differ in their environment"),
    ("of rules that changed", [{"number": 1, "rules": "0"}, {"number": 2, "rules": "0"}], "rules have changed"),
    ("not all cases", [{"number": 1}, {"number": 2, "seen": {}}], "do not hold every case"),
]


@pytest.mark.parametrize(("changes", "says"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_does_not_belong_together_is_not_merged(changes: list[Change], says: str, session: Session) -> None:
    shards = {one.number: one for one in shards_of(session, FAUX[:2], 2, "reference")}
    with pytest.raises(Failure, match=says):
        joined([shards[one["number"]].model_copy(update=one) for one in changes], FAUX[:2])


def test_a_type_that_leaks_in_one_shard_is_not_believed_in_another(session: Session) -> None:
    rules = [
        rule_from({**LEAKY, "id": f"fauxllm.leaking.Left.{n}", "kwargs_positive": {"how": "hidden", "seen": f"x{n}"}})
        for n in range(6)
    ]
    first, second = shards_of(session, rules, 2, "fast")
    assert first.checks is not None
    assert list(first.checks["back"]) == ["fauxllm.leaking.Left"]
    unaware = second.model_copy(update={"checks": {"checked": [], "disagreed": [], "back": {}}})
    with pytest.raises(Failure, match="leaks from case to case") as failure:
        joined([first, unaware], rules)
    assert (failure.value.code, failure.value.hint) == (3, "replay --shard 2/2 --gear reference, and merge again")
    again = shards_of(session, rules, 2, "reference")[1]
    union = joined([first, again], rules)
    assert said(union) == said(replay_rules(session, rules, lambda *_: None))
    assert union.checks is not None
    assert list(union.checks.back) == ["fauxllm.leaking.Left"]


def test_a_shard_is_the_same_bytes_in_every_run(session: Session) -> None:
    one, two = (text_of(shards_of(session, FAUX, 2, "fast")[0]) for _ in range(2))
    assert one == two
