"""The kinds of rule: what they lower to, which documents they take, and dormant fields in every form."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from llem_rules.rules import (
    Config,
    Dormancy,
    Invalidity,
    Invariant,
    PredicateError,
    Surroundings,
    parse_predicate,
    rule_from,
    to_document,
)
from llem_rules.rules.kinds import KINDS, REACHES, DormantField, rule_list_adapter
from llem_rules.rules.predicates import AllOf, Field, Not, Predicate, Test

BASE: dict[str, Any] = {
    "id": "m.Thing.some-rule",
    "native_type": "m.Thing",
    "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
    "kwargs_positive": {"x": 1},
    "kwargs_negative": {"x": 2},
}
INVALIDITY = {**BASE, "kind": "invalidity", "match": {"x": 1}}
DORMANCY = {**BASE, "kind": "dormancy", "match": {"x": 1}, "dormant": ["y"]}
INVARIANT = {**BASE, "kind": "invariant", "require": {"x": 1}}
X1 = Field("x", (Test("==", 1),))
Y2 = Field("y", (Test("==", 2),))


@pytest.mark.parametrize(
    ("document", "kind", "predicate", "parts"),
    [
        (INVALIDITY, Invalidity, X1, ("match",)),
        (DORMANCY, Dormancy, X1, ("match",)),
        (INVARIANT, Invariant, Not(X1), ("require",)),
        ({**INVARIANT, "given": {"y": 2}}, Invariant, AllOf((Y2, Not(X1))), ("given", "require")),
        ({**INVARIANT, "given": None}, Invariant, Not(X1), ("require",)),
        ({**INVARIANT, "given": {}}, Invariant, AllOf((AllOf(()), Not(X1))), ("given", "require")),
        ({**INVALIDITY, "match": {"x": 1, "y": 2}}, Invalidity, AllOf((X1, Y2)), ("match",)),
    ],
)
def test_lowering(document: dict[str, Any], kind: type, predicate: Predicate, parts: tuple[str, ...]) -> None:
    rule = rule_from(document)
    assert type(rule) is kind
    assert rule.predicate == predicate
    assert rule.predicate_parts == parts
    assert rule.kind in KINDS
    assert rule.reach == REACHES[0]


@pytest.mark.parametrize(
    ("document", "kwargs", "fires"),
    [
        (INVALIDITY, {"x": 1}, True),
        (INVALIDITY, {"x": 2}, False),
        (DORMANCY, {"x": 1}, True),
        (INVARIANT, {"x": 1}, False),
        (INVARIANT, {}, True),
        ({**INVARIANT, "given": {"y": 2}}, {"y": 2}, True),
        ({**INVARIANT, "given": {"y": 2}}, {"y": 3}, False),
        ({**INVALIDITY, "match": {"env": {"A": "1"}}}, {}, None),
        ({**INVARIANT, "require": {"env": {"A": "1"}}}, {}, None),
    ],
)
def test_fires(document: dict[str, Any], kwargs: dict[str, Any], fires: bool | None) -> None:
    assert rule_from(document).fires(Config.of(kwargs)) is fires


def test_fires_by_surroundings() -> None:
    rule = rule_from({**INVALIDITY, "match": {"env": {"A": "1"}}})
    assert rule.fires(Config.of({}, surroundings=Surroundings(env={"A": "1"}))) is True
    assert rule.fires(Config.of({}, surroundings=Surroundings(env={}))) is False


KEPT = DormantField()


@pytest.mark.parametrize(
    ("dormant", "fields"),
    [
        ([], {}),
        (["y"], {"y": KEPT}),
        (["y", "z.x"], {"y": KEPT, "z.x": KEPT}),
        ({}, {}),
        ({"y": {}}, {"y": KEPT}),
        ({"y": None}, {"y": KEPT}),
        ({"y": {"effective": 1}}, {"y": DormantField(effective=1)}),
        ({"y": {"effective": None}}, {"y": DormantField(effective=None)}),
        ({"y": {"effective": "@x"}, "z": {}}, {"y": DormantField(effective="@x"), "z": KEPT}),
        ({"y": {"effective": {"$absent": True}}}, {"y": DormantField(effective={"$absent": True})}),
    ],
)
def test_dormant_fields(dormant: Any, fields: dict[str, DormantField]) -> None:
    rule = rule_from({**DORMANCY, "dormant": dormant})
    assert dict(rule.dormant_fields) == fields
    assert rule_from(to_document(rule)) == rule


@pytest.mark.parametrize(
    ("inner", "replaced"), [({}, False), (None, False), ({"effective": None}, True), ({"effective": 0}, True)]
)
def test_replaced(inner: Any, replaced: bool) -> None:
    assert rule_from({**DORMANCY, "dormant": {"y": inner}}).dormant_fields["y"].replaced is replaced


@pytest.mark.parametrize("document", [INVALIDITY, INVARIANT])
def test_only_dormancies_have_dormant_fields(document: dict[str, Any]) -> None:
    assert dict(rule_from(document).dormant_fields) == {}


@pytest.mark.parametrize(
    "document",
    [
        INVALIDITY,
        DORMANCY,
        INVARIANT,
        {**INVARIANT, "given": {"y": 2}, "reach": "build", "tags": ["a"], "references": [], "applies_to": ">=5"},
        {**DORMANCY, "dormant": {"y": {"effective": 1}, "z": {}}, "message_template": "got {x}", "summary": "S."},
        {**INVALIDITY, "source": {"file": "m/t.py", "function": "Thing.check"}, "cross_validated_by": ["lift"]},
        {**INVALIDITY, "kwargs_positive": {"x": {"$tuple": [1, float("inf")]}, "y": None}},
    ],
)
def test_document_comes_back(document: dict[str, Any]) -> None:
    rule = rule_from(document)
    assert to_document(rule) == document
    _ = rule.predicate, rule.compiled  # what was computed is no part of the rule
    assert to_document(rule) == document
    assert rule_from(document) == rule


def test_documents_start_with_what_names_the_rule() -> None:
    shuffled = dict(sorted(INVALIDITY.items(), reverse=True))
    assert list(to_document(rule_from(shuffled)))[:2] == ["id", "native_type"]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {**INVALIDITY, "kind": "validity"},
        {**INVALIDITY, "kind": None},
        {**INVALIDITY, "surprise": 1},
        {**INVALIDITY, "dormant": ["y"]},
        {**INVALIDITY, "match": None},
        {**INVALIDITY, "match": [1]},
        {**INVALIDITY, "require": {"x": 1}},
        {**INVARIANT, "require": None},
        {**INVARIANT, "match": {"x": 1}},
        {**DORMANCY, "dormant": "y"},
        {**DORMANCY, "dormant": None},
        {**DORMANCY, "dormant": [1]},
        {**DORMANCY, "dormant": {"y": 3}},
        {**DORMANCY, "dormant": {"y": {"becomes": 3}}},
        {**INVALIDITY, "expected": {"effect": "boom", "channel": "exception"}},
        {**INVALIDITY, "expected": {"effect": "error"}},
        {**INVALIDITY, "reach": "later"},
        {**INVALIDITY, "id": "nodots"},
        {**INVALIDITY, "id": "m.Thing.a rule"},
        {**INVALIDITY, "id": "m.Thing.rule\n"},
        {**INVALIDITY, "native_type": "Thing"},
        {**INVALIDITY, "native_type": "m..Thing"},
        {**INVALIDITY, "kwargs_positive": None},
        {**INVALIDITY, "kwargs_positive": [1]},
        {**INVALIDITY, "source": {"file": "m.py"}},
        {**INVALIDITY, "added_by": "me"},
        {**INVALIDITY, "tags": "a"},
        {key: value for key, value in INVALIDITY.items() if key != "match"},
        {key: value for key, value in DORMANCY.items() if key != "dormant"},
        {key: value for key, value in INVARIANT.items() if key != "require"},
        {key: value for key, value in INVALIDITY.items() if key != "kwargs_negative"},
    ],
)
def test_refused(document: Any) -> None:
    with pytest.raises(ValidationError):
        rule_from(document)


def test_a_malformed_predicate_shows_on_first_use() -> None:
    rule = rule_from({**INVALIDITY, "match": {"x": {"=>": 1}}})
    with pytest.raises(PredicateError) as caught:
        _ = rule.predicate
    assert (caught.value.code, caught.value.location, caught.value.on_key) == ("L012", ("x", "=>"), True)
    assert caught.value.word == "=>"
    assert "<=" in caught.value.known


@pytest.mark.parametrize(
    ("plain", "location", "on_key"),
    [
        ({"all_of": [{"x": 1}, 2]}, ("all_of", 1), False),
        ({"any_of": [{"x": {"is": 1}}]}, ("any_of", 0, "x", "is"), True),
        ({"not": {"a b": 1}}, ("not", "a b"), True),
        ({"x": {"in": [1, "@"]}}, ("x", "in", 1), False),
        ({"x": {"each": {"length": {"<": None}}}}, ("x", "each", "length", "<"), False),
        ({"env": {"A": {}}}, ("env", "A"), False),
        ({"env": {1: "a"}}, ("env", 1), True),
        ({"fields": {"x": {"present": 1}}}, ("fields", "x", "present"), False),
    ],
)
def test_mistakes_have_a_place(plain: Any, location: tuple[str | int, ...], on_key: bool) -> None:
    with pytest.raises(PredicateError) as caught:
        parse_predicate(plain)
    assert (caught.value.location, caught.value.on_key) == (location, on_key)
    with pytest.raises(PredicateError) as inside:
        parse_predicate(plain, (0, "match"))
    assert inside.value.location == (0, "match", *location)


def test_a_list_of_rules() -> None:
    rules = rule_list_adapter().validate_python([INVALIDITY, DORMANCY, INVARIANT])
    assert [rule.kind for rule in rules] == list(KINDS)
