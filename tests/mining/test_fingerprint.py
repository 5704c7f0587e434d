"""Equal fingerprints mean equal truth, and what means the same has the same fingerprint as far as it can be seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given

from llem_rules.mining.fingerprint import Conjunction, fingerprint, form_text, normal_form
from llem_rules.rules import Config, compile_predicate, parse_predicate
from llem_rules.rules.evaluate import Truth
from llem_rules.rules.expressions import UNKNOWN
from llem_rules.rules.predicates import Field, Not, Predicate, RequiredKey, Surrounding
from tests.rules.reference import World
from tests.rules.strategies import config_of, predicates, worlds

Plain = dict[str, Any]

SAME: list[tuple[Plain, Plain]] = [
    ({"n": {"type_is": "int", "<": 3}}, {"n": {"type_is": "int", "<=": 2}}),
    ({"n": {"type_is": "int"}, "not": {"n": {"<": 3}}}, {"n": {"type_is": "int", ">=": 3}}),
    ({"n": {"in": [2, 1, 1.0]}}, {"any_of": [{"n": True}, {"n": 2}]}),
    ({"not": {"n": {"in": ["a", None]}}}, {"n": {"!=": None}, "all_of": [{"n": {"not_in": ["a"]}}]}),
    ({"not": {"any_of": [{"a": 1}, {"b": {"present": True}}]}}, {"a": {"!=": 1}, "b": {"absent": True}}),
    ({"n": {">": 0, "<": 5, "<=": 4.5}}, {"all_of": [{"n": {"<=": 4.5}}, {"n": {">": 0}}]}),
    ({"a": {"<": "@b"}}, {"b": {">": "@a"}}),
    ({"a": {"!=": "@b"}}, {"not": {"b": {"==": "@a"}}}),
    ({"x": {"present": True, "!=": None, "not_in": [1]}}, {"x": {"present": True, "!=": 1}}),
    ({"a": 1, "any_of": [{"b": 1}, {"c": 1}]}, {"any_of": [{"c": 1, "a": 1}, {"a": 1, "b": 1}]}),
    ({"any_of": [{"a": 1}, {"a": 1, "b": 2}]}, {"a": 1}),
    ({"any_of": [{"a": 1, "b": 2}, {"a": 1, "not": {"b": 2}}]}, {"a": 1}),
    ({"at_most_one_of": ["a", "b"]}, {"not": {"required_key": ["b", "a"]}}),
    ({"s": {"length": {">": 2}}}, {"s": {"length": {">=": 3}}}),
    ({"s": {"lower": {"!=": "a", "in": ["b", "c"]}}}, {"s": {"lower": {"in": ["c", "b"], "!=": "a"}}}),
    (
        {"s": {"keys": {"length": 1, "contains": "a"}}},
        {"all_of": [{"s": {"keys": {"contains": "a"}}}, {"s": {"keys": {"length": 1}}}]},
    ),
    ({"s": {"matches": "x", "!=": "y"}}, {"all_of": [{"s": {"!=": "y"}}, {"s": {"matches": "x"}}]}),
    ({"n": {">": "@a + 1"}}, {"n": {">": "@a+1"}}),
    ({"n": {"type_is": ["int", "bool"]}}, {"not": {"n": {"type_is_not": "int"}}}),
]
DIFFERENT: list[tuple[Plain, Plain]] = [
    ({"n": {">=": 3}}, {"not": {"n": {"<": 3}}}),
    ({"n": {"type_is": ["int", "float"], ">=": 3}}, {"n": {"type_is": ["int", "float"]}, "not": {"n": {"<": 3}}}),
    ({"n": {"<": 3}}, {"n": {"<=": 2}}),
    ({"n": {"absent": True}}, {"n": None}),
    ({"a": {"<": "@b"}}, {"not": {"a": {">=": "@b"}}}),
    ({"n": 1}, {"n": {"type_is": "int", "==": 1}}),
    ({"n": {"in": [1]}}, {"n": {"contains": 1}}),
    ({"s": {"lower": "a"}}, {"s": "a"}),
    ({"s": {"distinct": True}}, {"not": {"s": {"distinct": False}}}),
    ({"s": {"keys": {"any_item": 1}}}, {"s": {"values": {"any_item": 1}}}),
    ({"env": {"X": "1"}}, {"platform": {"X": "1"}}),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_one_meaning_has_one_fingerprint(left: Plain, right: Plain) -> None:
    one, two = parse_predicate(left), parse_predicate(right)
    assert form_text(one) == form_text(two)
    assert fingerprint("m.Thing", "error", [], one) == fingerprint("m.Thing", "error", (), two)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_other_meanings_have_other_fingerprints(left: Plain, right: Plain) -> None:
    assert form_text(parse_predicate(left)) != form_text(parse_predicate(right))


def test_effect_and_dormant_fields_belong_to_the_meaning() -> None:
    same = parse_predicate({"a": 1})
    found = [
        fingerprint("m.Thing", "error", [], same),
        fingerprint("n.Thing", "error", [], same),
        fingerprint("m.Thing", "warn", [], same),
        fingerprint("m.Thing", "dormant_silent", ["a"], same),
        fingerprint("m.Thing", "dormant_silent", ["a", "b"], same),
    ]
    assert len(set(found)) == len(found)
    assert found[-1] == fingerprint("m.Thing", "dormant_silent", ["b", "a"], same)


def _holds(form: tuple[Conjunction, ...], config: Config) -> Truth:
    truths = [
        _together([_region(name, region, config) for name, region in one.regions] + _atoms(one, config)) for one in form
    ]
    return True if True in truths else None if None in truths else False


def _together(truths: list[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def _region(name: tuple[str, str], region: Any, config: Config) -> Truth:
    value = config.value(name[1]) if name[0] == "field" else config.surroundings.read(*name)
    return None if value is UNKNOWN else region.holds(value)


def _atoms(one: Conjunction, config: Config) -> list[Truth]:
    found = []
    for atom in one.atoms:
        domain, name = atom.name
        single: Predicate = Field(name, (atom.test,)) if domain == "field" else Surrounding(domain, name, (atom.test,))
        if atom.operator == "required_key":
            single = RequiredKey(name, (atom.test.operand,))
        found.append(compile_predicate(single if atom.wanted else Not(single))(config))
    return found


@given(predicates, worlds)
def test_the_form_means_what_the_predicate_means(plain: Plain, world: World) -> None:
    predicate = parse_predicate(plain)
    form = normal_form(predicate)
    assume(form is not None)
    assert form is not None
    assert _holds(form, config_of(world)) is compile_predicate(predicate)(config_of(world))


@given(predicates, predicates, worlds)
def test_equal_fingerprints_are_never_told_apart(left: Plain, right: Plain, world: World) -> None:
    rearranged = {"not": {"any_of": [{"not": right}, {"not": left}]}}
    one, two = parse_predicate({"all_of": [left, right]}), parse_predicate(rearranged)
    assert fingerprint("m.Thing", "error", [], one) == fingerprint("m.Thing", "error", [], two)
    assert compile_predicate(one)(config_of(world)) is compile_predicate(two)(config_of(world))
