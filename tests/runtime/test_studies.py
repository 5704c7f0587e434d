"""Studies as people write them, what a config resolves to, and what of a study need not run."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.check import Corpus, load_corpus
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import rule_from
from llem_rules.runtime.reducing import reduced
from llem_rules.runtime.resolved import resolved
from llem_rules.runtime.study import members_of

T = "faux.Config"


@pytest.mark.parametrize(
    ("data", "native_type", "members"),
    [
        ([{T: {"a": 1}}, {T: None}], None, [{T: {"a": 1}}, {T: {}}]),
        ([{"a": 1}, {"a": 2}], T, [{T: {"a": 1}}, {T: {"a": 2}}]),
        ({"grid": {f"{T}.a": [1, 2], f"{T}.b": [3, 4]}}, None, [{T: {"a": a, "b": b}} for a in (1, 2) for b in (3, 4)]),
        ({"base": {"c": 0}, "grid": {"a": [[1], [2]]}}, T, [{T: {"c": 0, "a": [1]}}, {T: {"c": 0, "a": [2]}}]),
        ([{"grid": {"a": [1]}}, {"a": 5}], T, [{T: {"a": 1}}, {T: {"a": 5}}]),
        ([], T, []),
    ],
)
def test_members(data: Any, native_type: str | None, members: list[Any]) -> None:
    assert [one.sections for one in members_of(data, native_type)] == members


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([3], "entry 1"),
        ([{"a": 1}], "give --type"),
        ({"grid": {"a": [1]}}, "native.Type.field"),
        ({"grid": {f"{T}.a": 1}}, "list of values"),
        ({"grid": {f"{T}.a": []}}, "list of values"),
        ({"grid": {f"{T}.a": [1]}, "bse": {}}, "bse"),
        ({"grid": []}, "grid maps"),
    ],
)
def test_what_is_no_study_is_said(data: Any, words: str) -> None:
    with pytest.raises(Failure, match=words):
        members_of(data)


def _dormancy(name: str, match: Any, dormant: Any, effect: str = "dormant_silent", **more: Any) -> Any:
    return rule_from(
        {
            "id": f"{T}.{name}",
            "kind": "dormancy",
            "native_type": T,
            "match": match,
            "dormant": dormant,
            "expected": {"effect": effect, "channel": "none" if effect in ("dormant_silent", "pass") else "logger"},
            "kwargs_positive": {},
            "kwargs_negative": {},
            **more,
        }
    )


def _corpus(*rules: Any) -> Corpus:
    return Corpus("faux", "1", rules, {T: {"t": 1.0, "p": 1.0, "k": 50, "mode": "sample"}})


GREEDY = _dormancy("greedy-p", {"t": 0, "p": {"present": True, "!=": 1.0}}, {"p": {"effective": 1.0}})
IDLE = _dormancy("greedy-k", {"t": 0, "k": {"present": True}}, ["k"], "dormant_announced")
SMALL = _dormancy("small-k", {"k": {"<": 3}}, ["k"], "dormant_announced")
LOWER = _dormancy("lower", {"mode": {"lower": {"!=": "@mode"}}}, ["mode"])
OFF = _dormancy("off", {"k": 0}, ["k"], "pass")


@pytest.mark.parametrize(
    ("rules", "kwargs", "result"),
    [
        ([], {"t": 0.5, "p": 1, "k": None}, {"t": 0.5}),
        ([GREEDY], {"t": 0, "p": 0.5}, {"t": 0}),
        ([GREEDY], {"t": 0.7, "p": 0.5}, {"t": 0.7, "p": 0.5}),
        ([IDLE], {"t": 0, "k": 7}, {"t": 0}),
        ([SMALL], {"k": 1}, {"k": {"$idle": True}}),
        ([LOWER], {"mode": "BEAM"}, {"mode": "BEAM"}),
        ([OFF], {"k": 0}, {"k": 0}),
    ],
)
def test_resolved(rules: list[Any], kwargs: dict[str, Any], result: dict[str, Any]) -> None:
    assert resolved(T, kwargs, _corpus(*rules)) == result


def test_one_of_each_class_is_kept() -> None:
    members = members_of(
        [
            {"t": 0, "p": 0.5, "k": 7},
            {"t": 0, "p": 0.9},
            {"t": 0},
            {"t": 0.0, "p": 1},
            {"t": 0.7, "p": 0.5},
        ],
        T,
    )
    result = reduced(members, lambda _name: _corpus(GREEDY, IDLE))
    assert [(one.member.number, one.same_as) for one in result.members] == [
        (1, 3),
        (2, 3),
        (3, None),
        (4, 3),
        (5, None),
    ]
    assert (len(result.kept), result.duplicates, result.invalid, result.saved) == (2, 3, 0, 0.6)


@pytest.mark.slow
def test_the_real_corpus_judges_a_grid() -> None:
    vllm = "vllm.SamplingParams"
    grid = {"temperature": [0.0, 0.7, -1.0], "top_p": [0.5, 0.9, 1.0], "top_k": [0, 10]}
    result = reduced(members_of({"grid": grid}, vllm), lambda _name: load_corpus("vllm"))
    assert (len(result.members), len(result.kept), result.invalid, result.duplicates) == (18, 7, 6, 5)
    again = reduced(
        members_of([one.member.sections[vllm] for one in result.kept], vllm), lambda _name: load_corpus("vllm")
    )
    assert again.saved == 0
