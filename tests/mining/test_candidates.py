"""From findings to candidates: a table of sites and conditions with the rules that they have to become."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.mining.candidates import make_candidates
from llem_rules.mining.model import NO_VALUE, EffectSite, Finding, Opaque, SiteKind
from llem_rules.mining.naming import name_of
from llem_rules.rules import parse_predicate, rule_from
from llem_rules.rules.kinds import Channel

Plain = dict[str, Any]
_CHANNELS: dict[str, Channel] = {"raise": "exception", "warn": "warnings", "log": "logger", "collect": "logger"}


def site(kind: SiteKind, line: int = 1, **about: Any) -> EffectSite:
    about.setdefault("exception", "ValueError" if kind == "raise" else None)
    about.setdefault("level", "warning" if kind == "log" else None)
    return EffectSite(
        "m.Thing", "m/thing.py", line, "Thing.check", kind, "construct", _CHANNELS.get(kind, "none"), **about
    )


def finding(where: EffectSite, plain: Plain) -> Finding:
    return Finding(where, parse_predicate(plain))


# a site, the conditions of the paths to it, and what has to stand in the candidate (None: no candidate)
TABLE: list[tuple[EffectSite, list[Plain], Plain | None]] = [
    (
        site("raise", message="n must be positive, got {n}."),
        [{"n": {"<=": 0}}],
        {
            "kind": "invalidity",
            "match": {"n": {"<=": 0}},
            "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
            "message_template": "n must be positive, got {n}.",
            "source": {"file": "m/thing.py", "function": "Thing.check"},
            "reach": "construct",
        },
    ),
    (
        site("raise"),
        [{"t": {"type_is": "float"}, "not": {"t": {">=": 0, "<=": 1}}}],
        {"kind": "invariant", "given": {"t": {"type_is": ["float"]}}, "require": {"t": {">=": 0, "<=": 1}}},
    ),
    (site("raise"), [{"not": {"t": {"in": [1, 2]}}}], {"kind": "invariant", "require": {"t": {"in": [1, 2]}}}),
    (site("raise"), [{"a": 1}, {"b": 1}], {"match": {"any_of": [{"a": 1}, {"b": 1}]}}),
    (site("raise"), [{"a": 1}, {"a": 1, "b": 1}], {"match": {"a": 1}}),
    (site("raise"), [{"all_of": [{"a": {">": 1}}, {"a": {">": 0}}]}], {"match": {"a": {">": 1}}}),
    (site("raise", message="{*}"), [{"a": 1}], {"message_template": None}),
    (
        site("raise"),
        [
            {
                "any_of": [
                    {"a": {"type_is": "bool", "==": True}},
                    {"a": {"!=": None}, "not": {"a": {"type_is": "bool", "==": True}}},
                ]
            }
        ],
        {"match": {"a": {"!=": None}}},
    ),
    (
        site("raise", exception=None),
        [{"a": 1}],
        {"expected": {"effect": "error", "channel": "exception", "exception": "Exception"}},
    ),
    (
        site("warn", message="top_k is odd"),
        [{"top_k": {"not_multiple_of": 2}}],
        {"kind": "invalidity", "expected": {"effect": "warn", "channel": "warnings"}},
    ),
    (
        site("log", message="`top_p` is ignored when greedy is on"),
        [{"greedy": True, "top_p": {"!=": 1.0}}],
        {
            "kind": "dormancy",
            "match": {"greedy": True, "top_p": {"!=": 1.0, "present": True}},
            "dormant": ["top_p"],
            "expected": {"effect": "dormant_announced", "channel": "logger"},
        },
    ),
    (site("log", level="info", message="using {a}"), [{"a": 1}], None),
    (
        site("collect", field="top_p", message="`top_p` is set to {top_p}, but greedy is on"),
        [{"greedy": True}],
        {"kind": "dormancy", "dormant": ["top_p"], "match": {"greedy": True, "top_p": {"present": True}}},
    ),
    (
        site("collect", field="pad", message="`pad` should be positive"),
        [{"pad": {"<": 0}}],
        {"kind": "invalidity", "expected": {"effect": "warn", "channel": "logger"}},
    ),
    (
        site("rewrite", field="top_p", effective=1.0),
        [{"greedy": True}],
        {
            "kind": "dormancy",
            "match": {"greedy": True, "top_p": {"present": True, "!=": 1.0}},
            "dormant": {"top_p": {"effective": 1.0}},
            "expected": {"effect": "dormant_silent", "channel": "none"},
        },
    ),
    (
        site("rewrite", field="a", effective="@b"),
        [{}],
        {"match": {"a": {"present": True, "!=": "@b"}}, "dormant": {"a": {"effective": "@b"}}},
    ),
    (site("rewrite", field="a", effective=NO_VALUE), [{"b": 1}], {"dormant": {"a": {}}}),
    (
        site("rewrite", field="a", effective=None),
        [{"b": 1}],
        {"dormant": {"a": {"effective": None}}, "match": {"b": 1, "a": {"present": True}}},
    ),
    (
        site("rewrite", field="d", effective={"$dtype": "float16"}),
        [{"b": 1}],
        {"match": {"b": 1, "d": {"present": True, "not_in": [{"$dtype": "float16"}, "float16", "torch.float16"]}}},
    ),
]


@pytest.mark.parametrize(("where", "plains", "wanted"), TABLE)
def test_what_a_site_becomes(where: EffectSite, plains: list[Plain], wanted: Plain | None) -> None:
    made = make_candidates([finding(where, plain) for plain in plains])
    if wanted is None:
        assert not made.candidates
        assert len(made.left) == len(plains)
        return
    [candidate] = made.candidates
    assert {key: candidate.plain.get(key) for key in wanted} == wanted
    rule = rule_from(
        {**candidate.plain, "id": f"m.Thing.{candidate.name}", "kwargs_positive": {}, "kwargs_negative": {}}
    )
    assert rule.predicate is not None


def test_a_rewrite_with_its_message_is_one_announced_dormancy() -> None:
    said = finding(site("warn", 1, message="`top_p` is replaced by 1.0"), {"greedy": True, "top_p": {"!=": 1.0}})
    done = finding(site("rewrite", 2, field="top_p", effective=1.0), {"greedy": True, "top_p": {"!=": 1.0}})
    for findings in ([said, done], [done, said]):
        [candidate] = make_candidates(findings).candidates
        assert candidate.plain["expected"] == {"effect": "dormant_announced", "channel": "warnings"}
        assert candidate.plain["dormant"] == {"top_p": {"effective": 1.0}}
        assert candidate.plain["message_template"] == "`top_p` is replaced by 1.0"
        assert {one.kind for one in candidate.sites} == {"warn", "rewrite"}


def test_guards_of_earlier_raises_are_left_out() -> None:
    first = finding(site("raise", 1, message="no n"), {"n": {"type_is_not": "int"}})
    second = finding(site("raise", 2, message="small n"), {"not": {"n": {"type_is_not": "int"}}, "n": {"<": 1}})
    third = finding(
        site("warn", 3, message="big n"), {"all_of": [{"n": {"type_is": "int"}}, {"n": {">=": 1}}, {"n": {">": 9}}]}
    )
    found = {
        one.plain["message_template"]: one.plain["match"] for one in make_candidates([first, second, third]).candidates
    }
    assert found["no n"] == {"n": {"type_is_not": ["int"]}}
    assert found["small n"] == {"n": {"<": 1}}
    assert found["big n"] == {"n": {">": 9}}


def test_partial_findings_are_left_for_probing() -> None:
    partial = Finding(site("raise"), parse_predicate({"a": 1}), (Opaque("self.deep()", "not inlined"),))
    made = make_candidates([partial])
    assert not made.candidates
    [(left, why)] = made.left
    assert left is partial
    assert "self.deep()" in why


NAMES: list[tuple[Plain, tuple[str, ...], str]] = [
    ({"min_tokens": {">": "@max_tokens"}}, (), "min_tokens-above-max_tokens"),
    ({"n": {"type_is": "int", "<": 1}}, (), "n-below-1"),
    ({"n": {"type_is_not": "int"}}, (), "n-not-int"),
    ({"t": {"type_is": "float"}, "not": {"t": {">=": 0, "<=": 1}}}, (), "t-out-of-range-and-t-is-float"),
    ({"p": {"<": -2.5}}, (), "p-below-minus-2_5"),
    ({"a": {"present": True}, "b": {"present": True}}, (), "a-given-and-b-given"),
    (
        {"greedy": True, "top_p": {"present": True, "!=": 1.0}},
        ("top_p",),
        "top_p-idle-when-greedy-is-true-and-top_p-not-1",
    ),
    ({"s": {"not_in": ["a", "b", "c"]}}, (), "s-unknown"),
    ({"o.kind": "x y"}, (), "o-kind-is-x-y"),
    ({}, (), "always"),
]


@pytest.mark.parametrize(("plain", "dormant", "name"), NAMES)
def test_names_are_read_off_the_condition(plain: Plain, dormant: tuple[str, ...], name: str) -> None:
    assert name_of(parse_predicate(plain), dormant) == name
