"""Every rule's cases under every rule's predicate: what fires besides the rule's own is explained, or is a divergence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from llem_rules.check.load import validated_document
from llem_rules.environments import Session
from llem_rules.replay.evidence import cross_fire, validated_entry
from llem_rules.replay.run import make_work, replay_rules
from llem_rules.rules import rule_from
from llem_rules.rules.evidence import CrossFire
from llem_rules.rules.showing import shows, shows_at_all
from tests.engines import LIMITS, faux, open_faux
from tests.replay.test_judge import ALL, ERROR, OLD, SMALL, TYPE

NAMED = {"id": f"{TYPE}.named", "native_type": TYPE, **SMALL}
WIDE = {**NAMED, "id": f"{TYPE}.wide", "match": {"n": {"<": 2}}, "kwargs_negative": {"n": 2}}
LATER = {"id": f"{TYPE}.later", "native_type": TYPE, **OLD, "kwargs_positive": {"mode": "old", "n": 1}}
BARE = {
    "id": f"{TYPE}.bare",
    "native_type": TYPE,
    "kind": "invalidity",
    "match": {"n": {"<=": 0}},
    "expected": ERROR,
    "kwargs_positive": {"n": 0},
    "kwargs_negative": {"n": 1},
}


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux(faux(), limits=replace(LIMITS, timeout_s=2.0)) as entered:
        yield entered


def replayed(session: Session, *documents: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rules = [rule_from(one) for one in documents]
    verdicts = replay_rules(session, rules, lambda *_: None).verdicts
    return {one.rule.id.rpartition(".")[2]: validated_entry(one, "1") for one in verdicts}


FIRED: list[tuple[str, list[dict[str, Any]], dict[str, dict[str, str]]]] = [
    ("alone", [NAMED], {}),
    ("nothing in common", [NAMED, LATER], {}),
    (
        "the same site",
        [NAMED, {**NAMED, "id": f"{TYPE}.twin"}],
        {"named": {f"{TYPE}.twin": "shown"}, "twin": {f"{TYPE}.named": "shown"}},
    ),
]


@pytest.mark.parametrize(("documents", "positive"), [row[1:] for row in FIRED], ids=[row[0] for row in FIRED])
def test_what_else_fires_is_in_the_evidence(
    documents: list[dict[str, Any]], positive: dict[str, dict[str, str]], session: Session
) -> None:
    seen = replayed(session, *documents)
    assert {
        name: one["positive"]["also_fires"] for name, one in seen.items() if "also_fires" in one["positive"]
    } == positive
    assert {one["verdict"] for one in seen.values()} == {"confirmed"}


def test_a_refusal_that_comes_first_explains_why_nothing_is_said(session: Session) -> None:
    seen = replayed(session, {**NAMED, "kwargs_positive": {"n": 0, "mode": "old"}}, {**LATER, "match": {"mode": "old"}})
    assert seen["named"]["positive"]["also_fires"] == {f"{TYPE}.later": "masked"}
    assert seen["later"]["verdict"] == "confirmed"


def test_an_over_eager_rule_shows_on_the_cases_of_others(session: Session) -> None:
    """Its own pair may look right; the negative of another rule is where it fires without cause."""
    seen = replayed(session, NAMED, {**WIDE, "kwargs_positive": {"n": 0}})
    assert seen["named"]["negative"]["also_fires"] == {f"{TYPE}.wide": "unexplained"}
    assert (seen["named"]["verdict"], seen["wide"]["verdict"]) == ("confirmed", "divergent")
    assert seen["wide"]["divergences"][0]["kind"] == "noisy"


def test_a_raise_at_a_foreign_site_is_wrong(session: Session) -> None:
    """A rule that says neither place nor words would be confirmed by whatever is raised."""
    assert replayed(session, BARE)["bare"]["verdict"] == "confirmed"
    seen = replayed(session, BARE, NAMED)
    assert (seen["bare"]["positive"]["verdict"], seen["bare"]["verdict"]) == ("wrong", "divergent")
    assert "fauxllm.config.Judged.named" in seen["bare"]["divergences"][0]["detail"]
    assert seen["named"]["verdict"] == "confirmed"


@pytest.mark.parametrize("judged", [NAMED, WIDE, LATER, BARE], ids=lambda one: one["id"])
def test_a_rule_beside_others_is_judged_as_if_all_were(judged: dict[str, Any], session: Session) -> None:
    """The divergence of a rule may rest on what another one claims."""
    rules = [rule_from(one) for one in (NAMED, WIDE, LATER, BARE)]
    [only] = replay_rules(session, rules, lambda *_: None, judged=[judged["id"]]).verdicts
    assert validated_entry(only, "1") == replayed(session, NAMED, WIDE, LATER, BARE)[judged["id"].rpartition(".")[2]]


def test_whether_an_effect_shows_is_the_same_without_the_reasons(session: Session) -> None:
    named = [one for one in ALL if one.get("native_type", TYPE) == TYPE]
    rules = [rule_from({"id": f"{TYPE}.row-{at}", "native_type": TYPE, **one}) for at, one in enumerate(named)]
    work = make_work(session, rules)
    crossing = work.crossing(work.see(session, range(len(work.plan.points)), lambda *_: None).first)
    told = [
        (shows(rule, seen, config).shown, shows_at_all(rule, seen, config))
        for index, seen in crossing.seen.items()
        if not seen.unchecked
        for rule, config in ((rule, crossing.configs[index]) for rule in rules)
    ]
    assert set(told) == {(True, True), (False, False)}


def test_the_matrix_leaves_out_what_fires_alone(session: Session) -> None:
    seen = replayed(session, NAMED, {**NAMED, "id": f"{TYPE}.twin"}, LATER)
    matrix = CrossFire.model_validate(cross_fire("fauxllm", seen))
    assert (matrix.cases, matrix.crossed, matrix.shown, matrix.masked, matrix.unexplained) == (6, 2, 2, 0, 0)
    assert list(matrix.also_fires) == ["named", "twin"]


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_no_case_of_the_corpora_fires_a_rule_that_nothing_explains(engine: str) -> None:
    entries = {one["id"]: one for one in validated_document(engine)["rules"]}
    matrix = CrossFire.model_validate(cross_fire(engine, entries))
    assert matrix.cases == 2 * len(entries)
    assert matrix.unexplained == 0
