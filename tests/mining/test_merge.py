"""The merge: authored rules win, equal candidates become one, every candidate has one end, in whatever order they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llem_rules.corpus.discovered import load_discovered
from llem_rules.mining.merge import merge
from llem_rules.mining.model import Candidate
from llem_rules.mining.report import MergeReport, after_replay
from llem_rules.mining.solve import Ground
from llem_rules.rules import rule_from, to_document
from llem_rules.rules.kinds import AddedBy, RuleBase
from tests.live import all_rules
from tests.rules.strategies import predicates

Plain = dict[str, Any]
ERROR = {"effect": "error", "channel": "exception", "exception": "ValueError"}
SOURCE = {"file": "m/thing.py", "function": "Thing.check"}
GROUND = {"m.Thing": Ground({"n": 1, "m": 2, "s": None})}


def candidate(name: str, match: Plain, miner: AddedBy = "static_miner", **more: Any) -> Candidate:
    plain = {
        "kind": "invalidity",
        "native_type": "m.Thing",
        "match": match,
        "expected": ERROR,
        "source": SOURCE,
        **more,
    }
    return Candidate("m.Thing", name, plain, miner)


def authored(name: str, match: Plain, **more: Any) -> RuleBase:
    plain = {
        "kind": "invalidity",
        "native_type": "m.Thing",
        "match": match,
        "expected": ERROR,
        "source": SOURCE,
        **more,
    }
    return rule_from({"kwargs_positive": {}, "kwargs_negative": {}, **plain, "id": f"m.Thing.{name}"})


def ends(report: MergeReport) -> dict[str, tuple[str, str]]:
    return {end.name: (end.outcome, end.reason) for end in report.ends}


def ids(rules: Sequence[RuleBase]) -> list[str]:
    return [rule.id.removeprefix("m.Thing.") for rule in rules]


LOW: Plain = {"n": {"type_is": "int", "<": 1}}
LOW_TOO: Plain = {"all_of": [{"n": {"<=": 0}}, {"n": {"type_is": "int"}}]}


def test_a_new_candidate_is_proposed_with_its_pair() -> None:
    merged = merge([], [candidate("low", LOW, message_template="n is {n}")], GROUND)
    [rule] = merged.rules
    assert (
        to_document(rule)
        == {
            "id": "m.Thing.low",
            "kind": "invalidity",
            "native_type": "m.Thing",
            "match": LOW,
            "expected": ERROR,
            "source": SOURCE,
            "message_template": "n is {n}",
            "added_by": "static_miner",
            "kwargs_positive": {"n": 0},
            "kwargs_negative": {"n": 1},
        }
        | {}
    )
    assert merged.report.counts == {"proposed": 1, "merged": 0, "rejected": 0}


def test_an_authored_rule_wins_and_records_who_agrees() -> None:
    own = authored("own", LOW, summary="Mine.")
    merged = merge([own], [candidate("a", LOW_TOO), candidate("b", LOW, "lift")], GROUND)
    [rule] = merged.rules
    assert rule.id == own.id
    assert rule.cross_validated_by == ("lift", "static_miner")
    assert to_document(rule) == {**to_document(own), "cross_validated_by": ["lift", "static_miner"]}
    assert {end.outcome for end in merged.report.ends} == {"merged"}
    assert own.cross_validated_by == ()


def test_authored_rules_of_other_effects_are_no_twins() -> None:
    other = authored("own", LOW, expected={"effect": "warn", "channel": "logger"})
    assert ids(merge([other], [candidate("a", LOW)], GROUND).rules) == ["a", "own"]


def test_one_site_and_one_message_agree_on_samples() -> None:
    # The predicates differ where "s" is given; there another authored rule refuses first.
    first = authored("s-given", {"s": {"present": True}}, message_template="no s")
    own = authored("own", {"n": {"<": 1}}, message_template="n is too small: {n}")
    mined = candidate("mined", {"n": {"<": 1}, "s": {"absent": True}}, message_template="n is too small: {n}")
    merged = merge([first, own], [mined], GROUND)
    assert ids(merged.rules) == ["own", "s-given"]
    assert ends(merged.report)["mined"] == (
        "merged",
        "the authored rule fires on the same sampled configs, at the same site",
    )


def test_equal_candidates_become_one() -> None:
    merged = merge(
        [], [candidate("b", LOW_TOO, "lift"), candidate("a", LOW), candidate("c", LOW, "dynamic_miner")], GROUND
    )
    [rule] = merged.rules
    assert (rule.id, rule.added_by) == ("m.Thing.a", "static_miner")
    assert rule.cross_validated_by == ("dynamic_miner", "lift")
    assert merged.report.counts == {"proposed": 1, "merged": 2, "rejected": 0}


def test_what_another_says_with_more_is_dropped() -> None:
    narrow = candidate("narrow", {"n": {"<": 0}, "s": "x"}, message_template="bad n")
    wide = candidate("wide", {"n": {"<": 0}}, message_template="bad n")
    elsewhere = candidate("elsewhere", {"n": {"<": 0}, "s": "y"}, message_template="another")
    merged = merge([], [narrow, wide, elsewhere], GROUND)
    assert ids(merged.rules) == ["elsewhere", "wide"]
    assert ends(merged.report)["narrow"][0] == "rejected"
    assert "subsumed" in ends(merged.report)["narrow"][1]


@pytest.mark.parametrize(("confirmed", "left"), [(None, ["high", "low"]), (("m.Thing.low",), ["both", "high", "low"])])
def test_what_confirmed_rules_cover_is_dropped(confirmed: tuple[str, ...] | None, left: list[str]) -> None:
    rules = [
        authored("low", {"n": {"<": 0}}, message_template="bad n"),
        authored("high", {"n": {">": 9}}, message_template="bad n"),
    ]
    both = candidate("both", {"any_of": [{"n": {"<": 0}}, {"n": {">": 9}}]}, message_template="bad n")
    assert ids(merge(rules, [both], GROUND, confirmed).rules) == left


REJECTED: list[tuple[Plain, str]] = [
    ({"n": {"<": 0, ">": 2}}, "can never be true"),
    ({}, "no pair: no change"),
    ({"n": {">": "@m.Thing.size"}}, "no pair: it refers to another section"),
    ({"n": {"~": 1}}, "not in the language"),
]


@pytest.mark.parametrize(("match", "words"), REJECTED)
def test_rejections_say_why(match: Plain, words: str) -> None:
    merged = merge([], [candidate("x", match)], GROUND)
    assert merged.rules == ()
    assert words in ends(merged.report)["x"][1]
    assert words in merged.report.to_text()


def test_names_stay_apart() -> None:
    taken = authored("n-odd", {"s": 1})
    merged = merge([taken], [candidate("n-odd", LOW), candidate("n-odd", {"m": 3})], GROUND)
    names = ids(merged.rules)
    assert len(set(names)) == 3
    assert "n-odd" in names
    alone = merge([taken], [candidate("n-odd", LOW)], GROUND)
    assert set(ids(alone.rules)) <= set(names)


def test_after_a_replay_the_divergent_mined_ones_go() -> None:
    merged = merge([authored("own", {"s": 1})], [candidate("a", LOW), candidate("b", LOW_TOO, "lift")], GROUND)
    verdicts = [("m.Thing.own", "divergent", "x"), ("m.Thing.a", "divergent", "noisy at {}")]
    kept, reasons = after_replay(merged.rules, verdicts)
    assert ids(kept) == ["own"]
    report = merged.report.with_rejected(reasons)
    assert report.counts == {"proposed": 0, "merged": 0, "rejected": 2}
    assert "noisy" in report.to_text()
    assert report.to_plain()["summary"] == {"candidates": 2, "proposed": 0, "merged": 0, "rejected": 2}


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=12)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), predicates, st.sampled_from(("static_miner", "lift"))), max_size=5),
    st.randoms(),
)
def test_order_does_not_matter_and_each_has_one_end(several: list[tuple[str, Plain, AddedBy]], random: Any) -> None:
    candidates = [candidate(name, plain, miner) for name, plain, miner in several]
    own = [authored("own", plain) for _, plain, _ in several[:1]]
    one = merge(own, candidates, GROUND)
    shuffled = list(candidates)
    random.shuffle(shuffled)
    two = merge(own, shuffled, GROUND)
    assert repr([to_document(rule) for rule in one.rules]) == repr([to_document(rule) for rule in two.rules])
    assert one.report == two.report
    assert len(one.report.ends) == len(candidates)
    assert len({rule.id for rule in one.rules}) == len(one.rules)


def test_authored_rules_come_back_to_themselves() -> None:
    """What a perfect miner would find is merged, whole."""
    discovered = load_discovered("vllm")
    assert discovered is not None
    rules = [
        rule
        for rule in all_rules("vllm")
        if rule.native_type.endswith("SamplingParams") and rule.added_by == "authored"
    ]
    drop = ("id", "kwargs_positive", "kwargs_negative", "summary")
    candidates = [
        Candidate(
            rule.native_type,
            f"mined-{place}",
            {key: value for key, value in to_document(rule).items() if key not in drop},
            "static_miner",
        )
        for place, rule in enumerate(rules)
    ]
    merged = merge(
        rules, candidates, {name: Ground(discovered.defaults(name)) for name in {r.native_type for r in rules}}
    )
    assert {end.outcome for end in merged.report.ends} == {"merged"}
    assert len(merged.rules) == len(rules)


def test_values_of_authored_rules_are_used_in_pairs() -> None:
    thing = {"$native": "m.Part", "kwargs": {"size": 3}}
    own = authored("own", {"part.size": {"<": 0}}, kwargs_negative={"part": thing})
    [rule] = [
        rule for rule in merge([own], [candidate("big", {"part.size": {">": 9}})], GROUND).rules if rule is not own
    ]
    assert rule.kwargs_positive == {"part": {"$native": "m.Part", "kwargs": {"size": 10}}}
    assert rule.kwargs_negative == {"part": {"$native": "m.Part", "kwargs": {"size": 9}}}
