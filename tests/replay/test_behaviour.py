"""Dormancy proved by behaviour: never read, or no difference with a control; and claims that behaviour refutes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llem_rules.environments import Session
from llem_rules.replay.evidence import validated_entry
from llem_rules.replay.run import replay_rules
from llem_rules.replay.verdict import Verdict
from llem_rules.rules import rule_from
from llem_rules.rules.evidence import ValidatedRule
from llem_rules.rules.observation import Observation
from tests.engines import open_faux
from tests.inside.test_use import TYPE, engine

SILENT = {"effect": "dormant_silent", "channel": "none"}
SAID = {"effect": "dormant_announced", "channel": "warnings"}
UNREAD: dict[str, Any] = {
    "match": {"warmth": {"present": True, "!=": 1.0}, "draw": {"in": [None, False]}},
    "dormant": ["warmth"],
    "expected": SILENT,
    "kwargs_positive": {"warmth": 2.0},
    "kwargs_negative": {"warmth": 2.0, "draw": True},
}
COMPARED: dict[str, Any] = {
    "match": {"draw": True, "spread": {"<=": 0}},
    "dormant": ["spread"],
    "expected": SILENT,
    "kwargs_positive": {"draw": True, "spread": -1},
    "kwargs_negative": {"draw": True, "spread": 1},
}
LOUD: dict[str, Any] = {
    "match": {"mode": "loud", "unused": {"present": True}},
    "dormant": ["unused"],
    "expected": SAID,
    "message_template": "unused is ignored where the mode is loud",
    "kwargs_positive": {"mode": "loud", "unused": 1},
    "kwargs_negative": {"unused": 1},
}
CLAIMS: dict[str, Any] = {
    "match": {"mode": "claims", "warmth": {"present": True}},
    "dormant": ["warmth"],
    "expected": SAID,
    "message_template": "warmth is ignored where the mode claims it",
    "kwargs_positive": {"mode": "claims", "warmth": 2.0, "draw": True},
    "kwargs_negative": {"warmth": 2.0, "draw": True},
}


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux(engine()) as entered:
        yield entered


def verdict_of(session: Session, document: dict[str, Any]) -> Verdict:
    common = {"id": f"{TYPE}.row", "native_type": TYPE, "kind": "dormancy", "reach": "generate"}
    return replay_rules(session, [rule_from({**common, **document})], lambda _done, _all: None).verdicts[0]


CONFIRMED: list[tuple[str, dict[str, Any], str, str, str]] = [
    # which rule, proof, what was seen of its field in the positive and in the negative
    ("never read", UNREAD, "behaviour", "unread", "differs"),
    ("no difference", COMPARED, "behaviour", "no_difference", "differs"),
    ("said, and never read", LOUD, "behaviour", "unread", "unread"),
    ("never read, and then read and passed over",
     {**UNREAD, "dormant": ["spread"], "match": {"spread": {"<": 0}, "draw": {"in": [None, False]}},
      "kwargs_positive": {"spread": -1}, "kwargs_negative": {"spread": -1, "draw": True}},
     "behaviour", "unread", "no_difference"),
    ("said, and only compared without a control",
     {**LOUD, "match": {"mode": "claims", "spread": {"present": True}}, "dormant": ["spread"],
      "message_template": "spread is ignored where the mode claims it",
      "kwargs_positive": {"mode": "claims", "spread": -1, "draw": True}, "kwargs_negative": {"spread": -1}},
     "message", "no_difference", "unread"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "proof", "positive", "negative"), [row[1:] for row in CONFIRMED], ids=[row[0] for row in CONFIRMED]
)
def test_confirmed(session: Session, document: dict[str, Any], proof: str, positive: str, negative: str) -> None:
    verdict = verdict_of(session, document)
    assert verdict.divergences == []
    assert (verdict.outcome, verdict.proof) == ("confirmed", proof)
    entry = ValidatedRule.model_validate(validated_entry(verdict, "1"))
    field = document["dormant"][0]
    assert [(one.behaviour or {}).get(field) for one in (entry.positive, entry.negative)] == [positive, negative]


DIVERGENT: list[tuple[str, dict[str, Any], tuple[str, str], str]] = [
    ("no difference in the negative either",
     {**COMPARED, "match": {"draw": True, "spread": {"<": -5}}, "kwargs_positive": {"draw": True, "spread": -6},
      "kwargs_negative": {"draw": True, "spread": -1}},
     ("noisy", "negative"), "the effect shows although the predicate is false"),
    ("the negative does not set the field",
     {**COMPARED, "kwargs_negative": {"draw": True}},
     ("noisy", "negative"), "no control: the negative does not set spread"),
    ("the field acts",
     {**UNREAD, "match": {"warmth": {"present": True}, "draw": True}, "kwargs_positive": {"warmth": 2.0, "draw": True},
      "kwargs_negative": {"warmth": 2.0}},
     ("wrong", "positive"), "without warmth something else came out"),
    ("too wide: the field acts beside its pair",
     {**COMPARED, "match": {"draw": True, "spread": {"<": 2}}, "kwargs_negative": {"draw": True, "spread": 2}},
     ("noisy", "point"), "without spread something else came out"),
    ("the library says so, and it is not so", CLAIMS,
     ("wrong", "positive"), "without warmth something else came out"),
    ("announced, not silent",
     {**LOUD, "expected": SILENT, "message_template": None},
     ("wrong", "positive"), "unused was announced"),
    ("a stage too early",
     {**UNREAD, "reach": "construct"},
     ("missing", "positive"), "the library shows pass"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "divergence", "words"), [row[1:] for row in DIVERGENT], ids=[row[0] for row in DIVERGENT]
)
def test_divergent(session: Session, document: dict[str, Any], divergence: tuple[str, str], words: str) -> None:
    verdict = verdict_of(session, document)
    assert (verdict.divergences[0].kind, verdict.divergences[0].where) == divergence
    assert words in verdict.divergences[0].detail


def test_a_warning_that_the_field_acts_explains_what_a_dormancy_leaves_out(session: Session) -> None:
    """Only words are seen before the use; which of the two is true, the use decides."""
    warned = {
        "kind": "invalidity",
        "match": CLAIMS["match"],
        "expected": {"effect": "warn", "channel": "warnings"},
        **{key: CLAIMS[key] for key in ("message_template", "kwargs_positive", "kwargs_negative")},
    }
    dormant = {
        **CLAIMS,
        "match": {**CLAIMS["match"], "draw": {"in": [None, False]}},
        "kwargs_positive": {"mode": "claims", "warmth": 2.0},
        "kwargs_negative": {"warmth": 2.0},
    }
    common = {"native_type": TYPE, "reach": "generate"}
    rules = [
        rule_from({**common, "id": f"{TYPE}.warned", **warned}),
        rule_from({**common, "kind": "dormancy", "id": f"{TYPE}.dormant", **dormant}),
    ]
    verdicts = replay_rules(session, rules, lambda _done, _all: None).verdicts
    assert [(one.outcome, one.divergences) for one in verdicts] == [("confirmed", []), ("confirmed", [])]
    assert [one.proof for one in verdicts] == ["message", "behaviour"]


EFFECTS: list[tuple[dict[str, str], list[str], str, str | None]] = [
    ({"a": "unread"}, [], "dormant_silent", "behaviour"),
    ({"a": "unread"}, ["a is ignored"], "dormant_announced", "behaviour"),
    ({"a": "no_difference"}, [], "pass", None),
    ({"a": "differs"}, [], "pass", None),
    ({"a": "no_difference", "b": "unread"}, ["a is ignored"], "dormant_silent", "behaviour"),
]


@pytest.mark.parametrize(("fields", "said", "effect", "proof"), EFFECTS)
def test_what_an_observation_shows_by_itself(
    fields: dict[str, str], said: list[str], effect: str, proof: str | None
) -> None:
    """That one comparison found no difference is for a rule to claim."""
    messages = [
        {"channel": "warnings", "level": "WARNING", "text": text, "stage": "generate", "site": None} for text in said
    ]
    about = {name: {"proof": one, "site": None} for name, one in fields.items()}
    seen = Observation.from_raw({"messages": messages, "use": {"outcome": "x", "fields": about}})
    assert (seen.effect, seen.proof) == (effect, proof)
