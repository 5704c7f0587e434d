"""Points that tell a rule from others: found where one field at a time is not enough, new, and the same in every run."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.replay.hunting import hunt
from llem_rules.replay.points import Siblings, key_of
from llem_rules.rules import Config, compile_predicate, parse_predicate, rule_from
from llem_rules.rules.kinds import RuleBase

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "one edge of a pattern": (
        {"kind": {"matches": r"\A(?i:fast)\Z"}},
        {"kind": {"matches": r"(?i:fast)\Z"}},
        {"kind": "FAST"},
        {"kind": "slow"},
    ),
    "a word of another field": (
        {
            "any_of": [{"kind": {"matches": r"\Afast\Z"}}, {"other": {"matches": r"\Aquick\Z"}}],
            "size": {"present": True},
        },
        {"any_of": [{"kind": {"matches": r"\Afast\Z"}}, {"other": {"matches": r"\Aquick"}}], "size": {"present": True}},
        {"kind": "fast", "size": 1},
        {"kind": "slow", "size": 1},
    ),
    "both changed": (
        {"any_of": [{"size": {">": 3}, "kind": "fast"}, {"size": {"<": 0}}]},
        {"any_of": [{"size": {">": 4}, "kind": "fast"}, {"size": {"<": 0}}]},
        {"size": -1},
        {"size": 1},
    ),
    "a set": (
        {"xs": {"type_is": ["list", "tuple"], "any_item": {"<": 0}}},
        {"xs": {"type_is": ["list", "tuple", "set"], "any_item": {"<": 0}}},
        {"xs": [-1]},
        {"xs": [1]},
    ),
}


def made(match: dict[str, Any], positive: dict[str, Any], negative: dict[str, Any]) -> RuleBase:
    return rule_from(
        {
            "id": "lib.T.one",
            "kind": "invalidity",
            "native_type": "lib.T",
            "match": match,
            "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
            "kwargs_positive": positive,
            "kwargs_negative": negative,
        }
    )


@pytest.mark.parametrize(("match", "changed", "positive", "negative"), list(CASES.values()), ids=list(CASES))
def test_found(
    match: dict[str, Any], changed: dict[str, Any], positive: dict[str, Any], negative: dict[str, Any]
) -> None:
    rule, mutant = made(match, positive, negative), compile_predicate(parse_predicate(changed))
    first = hunt(rule, [mutant], {}, Siblings(), set())
    assert first
    assert all(rule.fires(Config.of(one)) is not mutant(Config.of(one)) for one in first)
    assert hunt(rule, [mutant], {}, Siblings(), set()) == first
    known = {key_of(one) for one in first}
    assert not {key_of(one) for one in hunt(rule, [mutant], {}, Siblings(), known)} & {key_of(one) for one in first}


def test_nothing_tells_a_rule_from_itself() -> None:
    match, _, positive, negative = CASES["both changed"]
    rule = made(match, positive, negative)
    assert hunt(rule, [rule.compiled], {}, Siblings(), set()) == []
