"""Every verdict and every kind of divergence, on a library that does what the row needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from llem_rules.engines import NativeType
from llem_rules.engines.base import Call
from llem_rules.environments import Session
from llem_rules.replay.crossing import Crossing
from llem_rules.replay.evidence import validated_entry
from llem_rules.replay.judge import Judge
from llem_rules.replay.plan import make_plan
from llem_rules.replay.run import live_defaults, replay_rules
from llem_rules.replay.verdict import Verdict
from llem_rules.rules import rule_from
from llem_rules.rules.config import NOWHERE
from llem_rules.rules.evidence import ValidatedRule
from llem_rules.rules.observation import Observation
from tests.engines import LIMITS, faux, open_faux

TYPE = "fauxllm.config.Judged"
ERROR = {"effect": "error", "channel": "exception"}
CHECK = {"file": "fauxllm/config.py", "function": "Judged._check"}
SMALL: dict[str, Any] = {
    "kind": "invalidity",
    "match": {"n": {"<": 1}},
    "expected": {**ERROR, "exception": "ValueError"},
    "message_template": "n must be at least 1, got {n}.",
    "source": CHECK,
    "kwargs_positive": {"n": 0},
    "kwargs_negative": {"n": 1},
}
OLD: dict[str, Any] = {
    "kind": "invalidity",
    "match": {"mode": "old"},
    "expected": {"effect": "warn", "channel": "warnings"},
    "message_template": "mode {mode} is deprecated",
    "source": {"file": "fauxllm/config.py", "function": "Judged._speak"},
    "kwargs_positive": {"mode": "old"},
    "kwargs_negative": {"mode": "a"},
}
TOP: dict[str, Any] = {
    "kind": "dormancy",
    "match": {"temp": 0.0, "top": {"present": True, "!=": 1.0}},
    "dormant": {"top": {"effective": 1.0}},
    "expected": {"effect": "dormant_silent", "channel": "none"},
    "kwargs_positive": {"temp": 0.0, "top": 0.5},
    "kwargs_negative": {"temp": 1.0, "top": 0.5},
}
IGNORED: dict[str, Any] = {
    "kind": "dormancy",
    "match": {"temp": {"<": 0}},
    "dormant": ["top"],
    "expected": {"effect": "dormant_announced", "channel": "logger"},
    "message_template": "top is ignored where temp is negative",
    "kwargs_positive": {"temp": -1.0, "top": 0.5},
    "kwargs_negative": {"temp": 1.0, "top": 0.5},
}
OFF: dict[str, Any] = {
    "kind": "dormancy",
    "match": {"off": -1},
    "dormant": ["off"],
    "expected": {"effect": "pass", "channel": "none"},
    "kwargs_positive": {"off": -1},
    "kwargs_negative": {"off": 2},
}
INVARIANT: dict[str, Any] = {
    "kind": "invariant",
    "given": {"mode": "a"},
    "require": {"n": {">=": 1}},
    **{key: SMALL[key] for key in ("expected", "message_template", "source", "kwargs_positive", "kwargs_negative")},
}


def fault(name: str, **positive: Any) -> dict[str, Any]:
    """A rule about a class that does something dreadful instead."""
    return {
        "native_type": f"fauxllm.faults.{name}",
        "kind": "invalidity",
        "match": {"go": True},
        "expected": ERROR,
        "kwargs_positive": {"go": True, **positive},
        "kwargs_negative": {"go": False},
    }


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = faux(types={TYPE: NativeType(validate=(Call("validate"),))})
    with open_faux(engine, limits=replace(LIMITS, timeout_s=1.0)) as entered:
        yield entered


def verdict_of(session: Session, document: dict[str, Any]) -> Verdict:
    native_type = document.get("native_type", TYPE)
    rule = rule_from({"id": f"{native_type}.row", "native_type": native_type, **document})
    return replay_rules(session, [rule], lambda _done, _all: None).verdicts[0]


CONFIRMED: list[tuple[str, dict[str, Any], str | None]] = [
    ("invalidity", SMALL, "exception"),
    ("invariant", INVARIANT, "exception"),
    ("a base class of the exception", {**SMALL, "expected": {**ERROR, "exception": "Exception"}}, "exception"),
    ("warning", OLD, "message"),
    ("silent", TOP, "state"),
    ("announced", IGNORED, "message"),
    ("off", OFF, None),
    (
        "late",
        {**OLD, "match": {"mode": "late"}, "expected": ERROR, "reach": "validate", "message_template": "refused late",
         "kwargs_positive": {"mode": "late"}, "source": {**CHECK, "function": "Judged.validate"}},
        "exception",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("document", "proof"), [row[1:] for row in CONFIRMED], ids=[row[0] for row in CONFIRMED])
def test_confirmed(session: Session, document: dict[str, Any], proof: str | None) -> None:
    verdict = verdict_of(session, document)
    assert verdict.divergences == []
    assert (verdict.positive_verdict, verdict.negative_verdict) == ("positive_confirmed", "negative_confirmed")
    assert (verdict.outcome, verdict.proof) == ("confirmed", proof)
    assert verdict.table.true_positive >= 1
    assert verdict.table.true_negative >= 1
    assert (verdict.table.false_positive, verdict.table.false_negative, verdict.table.unchecked) == (0, 0, 0)


CONFIRMED_PAIR = ("positive_confirmed", "negative_confirmed")
DIVERGENT: list[tuple[str, dict[str, Any], tuple[str, str], list[tuple[str, str]], str]] = [
    # what is wrong, rule, the pair's verdicts, divergences by kind and where, words of the first detail
    (
        "nothing happens",
        {**SMALL, "match": {"n": {">": 5}}, "kwargs_positive": {"n": 6}, "kwargs_negative": {"n": 5}},
        ("missing", "negative_confirmed"), [("missing", "positive")], "shows pass",
    ),
    (
        "nothing happens, silently",
        {**TOP, "match": {"temp": 2.0}, "kwargs_positive": {"temp": 2.0, "top": 0.5}},
        ("missing", "negative_confirmed"), [("missing", "positive")], "shows pass",
    ),
    (
        "too narrow for its negative",
        {**SMALL, "match": {"n": {"<": 0}}, "kwargs_positive": {"n": -1}, "kwargs_negative": {"n": 0}},
        ("positive_confirmed", "noisy"), [("noisy", "negative")], "although the predicate is false",
    ),
    (
        "fires on the default",
        {**SMALL, "match": {"n": {"<": 2}}, "kwargs_negative": {"n": 2}},
        CONFIRMED_PAIR, [("noisy", "point")], "shows pass",
    ),
    (
        "fires on a legal point",
        {**SMALL, "match": {"n": {"!=": 1}}},
        CONFIRMED_PAIR, [("noisy", "point")], "shows pass",
    ),
    (
        "too narrow beside its pair",
        {**SMALL, "match": {"n": 0}},
        CONFIRMED_PAIR, [("missing", "point")], "although the predicate is false",
    ),
    (
        "inverted",
        {**SMALL, "match": {"not": {"n": {"<": 1}}}, "kwargs_positive": {"n": 1}, "kwargs_negative": {"n": 0}},
        ("missing", "noisy"), [("missing", "positive"), ("noisy", "negative")], "shows pass",
    ),
    (
        "another effect",
        {**SMALL, "expected": {"effect": "warn", "channel": "warnings"}},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "raised FieldError instead",
    ),
    (
        "another exception",
        {**SMALL, "expected": {**ERROR, "exception": "TypeError"}},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "raised FieldError, not TypeError",
    ),
    (
        "another message",
        {**SMALL, "message_template": "n must be at least 2"},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "the message is 'n must be at least 1, got 0.'",
    ),
    (
        "another value in the message",
        {**SMALL, "message_template": "n must be at least 1, got {off}1"},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "the message is",
    ),
    (
        "another site",
        {**SMALL, "source": {**CHECK, "function": "Judged._speak"}},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "the site is fauxllm/config.py:Judged._check:",
    ),
    (
        "another field",
        {**SMALL, "match": {"mode": "b"}, "kwargs_positive": {"mode": "b", "n": 0}, "message_template": None},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "names the field 'n'",
    ),
    (
        "another channel",
        {**OLD, "expected": {"effect": "warn", "channel": "logger"}},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "said through warnings, not logger",
    ),
    (
        "only said at info level",
        {**OLD, "match": {"mode": "quiet"}, "kwargs_positive": {"mode": "quiet"}},
        ("missing", "negative_confirmed"), [("missing", "positive")], "shows pass",
    ),
    (
        "another effective value",
        {**TOP, "dormant": {"top": {"effective": 0.9}}},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "the effective top is 1.0, not 0.9",
    ),
    (
        "said to be silent",
        {**IGNORED, "expected": {"effect": "dormant_silent", "channel": "none"}, "message_template": None},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "shows dormant_announced",
    ),
    (
        "said to be announced",
        {**TOP, "expected": {"effect": "dormant_announced", "channel": "logger"}},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "top was changed, and nothing said",
    ),
    (
        "said to be off",
        {**OFF, "match": {"off": 2}, "kwargs_positive": {"off": 2}, "kwargs_negative": {"off": 3}},
        ("wrong", "negative_confirmed"), [("wrong", "positive")], "off was spoken of",
    ),
    (
        "off is not alone",
        {**OFF, "kwargs_negative": {"off": -2}},
        ("positive_confirmed", "noisy"), [("noisy", "negative")], "accepts it",
    ),
    (
        "refused for something else",
        {**SMALL, "kwargs_negative": {"n": 101}},
        ("positive_confirmed", "wrong"), [("wrong", "negative")], "refused by another site: n is too large",
    ),
    (
        "the predicate is false of its positive",
        {**SMALL, "kwargs_positive": {"n": 5}},
        ("predicate", "negative_confirmed"), [("predicate", "positive")], "the predicate is false of kwargs_positive",
    ),
    (
        "the predicate is true of its negative",
        {**SMALL, "kwargs_negative": {"n": -5}},
        ("positive_confirmed", "predicate"), [("predicate", "negative")], "the predicate is true of kwargs_negative",
    ),
    (
        "never the same",
        {**SMALL, "match": {"mode": "random"}, "message_template": None, "kwargs_positive": {"mode": "random"}},
        ("unstable", "negative_confirmed"), [("unstable", "positive")], "two runs",
    ),
    (
        "earlier than the rule says is early enough, later is not",
        {**OLD, "match": {"mode": "late"}, "expected": ERROR, "message_template": None, "source": None,
         "kwargs_positive": {"mode": "late"}},
        ("missing", "negative_confirmed"), [("missing", "positive")], "shows pass",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "pair", "divergences", "words"), [row[1:] for row in DIVERGENT], ids=[row[0] for row in DIVERGENT]
)
def test_divergent(
    session: Session,
    document: dict[str, Any],
    pair: tuple[str, str],
    divergences: list[tuple[str, str]],
    words: str,
) -> None:
    verdict = verdict_of(session, document)
    assert [(one.kind, one.where) for one in verdict.divergences] == divergences
    assert (verdict.positive_verdict, verdict.negative_verdict) == pair
    assert verdict.outcome == "divergent"
    assert words in verdict.divergences[0].detail


def test_the_smallest_point_is_the_evidence(session: Session) -> None:
    verdict = verdict_of(session, {**SMALL, "match": {"n": {"<": 2}}, "kwargs_negative": {"n": 2}})
    assert verdict.divergences[0].kwargs == {}  # the library's default config


UNCHECKED: list[tuple[str, dict[str, Any], str]] = [
    ("crashed", fault("Segfault"), "crashed: signal SIGSEGV"),
    ("timeout", fault("Hang"), "timeout: no answer within 1 s"),
    ("out-of-memory", fault("Memory"), "out-of-memory: "),
    ("output-flood", fault("FloodRaw"), "output-flood: "),
    ("exited", fault("Exit", code=9), "exited: left with code 9"),
    ("unreadable-result", fault("Garbage"), "unreadable-result: "),
    ("worker-died", fault("KillParent"), "worker-died: "),
    ("missing-type", fault("Missing"), "missing-type: NotFound: fauxllm.faults has no Missing"),
    (
        "unbuildable",
        {**SMALL, "kwargs_positive": {"n": 0, "top": {"$dtype": "float16"}}},
        "unbuildable: a dtype needs torch",
    ),
    (
        "surroundings",
        {**SMALL, "match": {"n": {"<": 1}, "platform": {"compute_capability": {"<": 8}}}},
        "surroundings: ",
    ),
]


@pytest.mark.parametrize(("reason", "document", "words"), UNCHECKED, ids=[row[0] for row in UNCHECKED])
def test_unchecked(session: Session, reason: str, document: dict[str, Any], words: str) -> None:
    verdict = verdict_of(session, document)
    assert verdict.divergences == []
    assert verdict.outcome == "unchecked"
    assert verdict.positive_verdict == "unchecked"
    assert verdict.negative_verdict == ("unchecked" if reason == "missing-type" else "negative_confirmed")
    assert (verdict.unchecked or "").startswith(words)
    if reason == "surroundings":
        assert verdict.table.unknown >= 1
    else:
        assert verdict.table.unchecked >= 1


def test_an_unchecked_negative_does_not_take_over_the_positives_verdict(session: Session) -> None:
    document = {
        **fault("Segfault"),
        "match": {"go": False},
        "kwargs_positive": {"go": False},
        "kwargs_negative": {"go": True},
    }
    verdict = verdict_of(session, document)
    assert (verdict.positive_verdict, verdict.negative_verdict, verdict.outcome) == (
        "missing",
        "unchecked",
        "divergent",
    )


def test_masked_is_neither_for_nor_against(session: Session) -> None:
    verdict = verdict_of(
        session, {**OLD, "match": {"mode": "old", "n": {"!=": 0}}, "kwargs_positive": {"mode": "old", "n": 1}}
    )
    assert verdict.outcome == "confirmed"
    assert verdict.table.masked >= 1  # n = -1 is refused before anything is said of the mode


def test_another_rule_explains_what_this_one_does_not_claim(session: Session) -> None:
    narrow = {"id": f"{TYPE}.zero", "native_type": TYPE, **SMALL, "match": {"n": 0}}
    rest = {"id": f"{TYPE}.rest", "native_type": TYPE, **SMALL, "match": {"n": {"<": 0}}, "kwargs_positive": {"n": -1}}
    alone = replay_rules(session, [rule_from(narrow)], lambda *_: None).verdicts
    both = replay_rules(session, [rule_from(narrow), rule_from(rest)], lambda *_: None).verdicts
    assert [one.outcome for one in alone] == ["divergent"]
    assert [one.outcome for one in both] == ["confirmed", "confirmed"]


ALL = (
    [row[1] for row in CONFIRMED]
    + [row[1] for row in DIVERGENT]
    + [row[1] for row in UNCHECKED if row[0] != "worker-died"]
)


def test_counts_always_add_up(session: Session) -> None:
    rules = [
        rule_from({"id": f"{one.get('native_type', TYPE)}.row-{number}", "native_type": TYPE, **one})
        for number, one in enumerate(ALL)
    ]
    result = replay_rules(session, rules, lambda *_: None)
    assert [verdict.rule.id for verdict in result.verdicts] == [rule.id for rule in rules]
    assert sum(result.count(outcome) for outcome in ("confirmed", "divergent", "unchecked")) == len(rules)
    plan = make_plan(rules, live_defaults(session, sorted({rule.native_type for rule in rules})))
    for verdict in result.verdicts:
        about = sum(point.speaks_about(verdict.rule) for point in plan.points)
        assert sum(asdict(verdict.table).values()) == about
        entry = ValidatedRule.model_validate(validated_entry(verdict, "1.2.3"))
        assert entry.verdict == verdict.outcome
        assert bool(entry.divergences) == (verdict.outcome == "divergent")
        assert (entry.applies_to == ("1.2.3",)) == (verdict.outcome == "confirmed")


def test_a_second_replay_sees_the_same(session: Session) -> None:
    rules = [
        rule_from({"id": f"{TYPE}.row-{number}", "native_type": TYPE, **row[1]})
        for number, row in enumerate(DIVERGENT)
        if row[0] != "never the same"
    ]
    first, second = (replay_rules(session, rules, lambda *_: None).verdicts for _ in range(2))
    assert [validated_entry(one, "1") for one in first] == [validated_entry(one, "1") for one in second]


def test_progress_counts_every_case(session: Session) -> None:
    told: list[tuple[int, int]] = []
    result = replay_rules(
        session, [rule_from({"id": f"{TYPE}.row", "native_type": TYPE, **SMALL})], lambda *one: told.append(one)
    )
    assert told == [(number, result.cases) for number in range(1, result.cases + 1)]


def test_what_failed_the_second_time_is_no_verdict() -> None:
    """An infrastructure failure is never one: seen once, and then not, is unchecked."""
    rule = rule_from({"id": f"{TYPE}.row", "native_type": TYPE, **SMALL})
    plan = make_plan([rule], {})
    refused = Observation.from_raw(
        {
            "exception": {
                "mro": ["ValueError"],
                "message": "n must be at least 1, got 0.",
                "field": "n",
                "site": {**CHECK, "line": 1},
            }
        }
    )
    late = Observation.from_raw({"unchecked": {"reason": "timeout", "detail": "too long"}})
    seen = {i: refused if point.kwargs.get("n", 1) < 1 else Observation() for i, point in enumerate(plan.points)}
    verdict = Judge(plan, Crossing([rule], plan, seen, {}, NOWHERE), {0: late}).judge(rule)
    assert (verdict.outcome, verdict.positive_verdict, verdict.unchecked) == (
        "unchecked",
        "unchecked",
        "timeout: too long",
    )
