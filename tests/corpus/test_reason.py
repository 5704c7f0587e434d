"""Reasoning is sound: what it claims no config contradicts, and what it should see it sees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from llem_rules.rules import Config, compile_predicate, parse_predicate
from llem_rules.rules.reason import Verdict, always, equivalent, never, satisfiable
from tests.rules.reference import World
from tests.rules.strategies import config_of, predicates, worlds

Plain = dict[str, Any]

NEVER: list[tuple[Plain, str]] = [
    ({"t": {"<": 0, ">": 2}}, "t < 0 and t > 2"),
    ({"t": {"<": 1, ">": 0, "type_is": "int"}}, "t < 1 and t > 0 and t type_is int"),
    ({"t": {">": float("inf")}}, "t > inf"),
    ({"n": {"in": []}}, "n in []"),
    ({"n": {"in": [1, 2], "not_in": [2.0, True]}}, "n in [1, 2] and n not_in [2.0, true]"),
    ({"n": {"==": 1, "type_is": "str"}}, "n == 1 and n type_is str"),
    ({"n": {"type_is_not": "int", "type_is": "bool"}}, "n type_is_not int and n type_is bool"),
    ({"n": {"present": True, "==": None}}, "n present and n == null"),
    ({"n": {"present": True, "absent": True}}, "n present and n absent"),
    ({"n": {"present": True, "given": False}}, "n present and n not given"),
    ({"all_of": [{"n": {"given": True}}, {"n": {"given": False}}]}, "n given and n not given"),
    ({"s": {">": "b", "<": "a"}}, "s > 'b' and s < 'a'"),
    ({"s": {">": "b", "<": 3}}, "s > 'b' and s < 3"),
    ({"s": {"matches": "x", "in": ["a", "b"]}}, "s matches 'x' and s in ['a', 'b']"),
    ({"s": {"in": ["a", "bb"], "length": {">": 2}}}, "s in ['a', 'bb'] and s length (> 2)"),
    ({"s": {"length": {"<": 0}}}, "s length (< 0)"),
    ({"s": {"length": {">": 2, "<": 3}}}, "s length (> 2 and < 3)"),
    ({"s": {"any_item": {"<": 0, ">": 1}}}, "s any_item (< 0 and > 1)"),
    ({"a": {"<": "@b", ">=": "@b"}}, "a < @b and a >= @b"),
    ({"a": {"<": "@b"}, "b": {"<": "@a"}}, "a < @b and b < @a"),
    ({"a": {"<": "@a"}}, "a < @a"),
    ({"a": {"<": "@b"}, "b": None}, "b == null and b type_is int or float or str"),
    ({"at_most_one_of": ["a", "b"], "required_key": ["a", "b"]}, "at_most_one_of"),
    ({"not": {"at_most_one_of": ["a", "b"]}, "a": {"absent": True}}, "a absent"),
    ({"required_key": {"a": "k"}, "a": {"type_is": "list"}}, "a required_key 'k' and a type_is list"),
    ({"a": 1, "not": {"a": {"<": 2}}}, "a == 1 and not (a < 2)"),
    ({"any_of": [{"a": {"<": 0, ">": 1}}, {"b": {"in": []}}]}, "in every branch"),
    ({"env": {"X": {"type_is": "int"}}}, "env X type_is int"),
    ({"platform": {"device": {"in": ["cpu"], "!=": "cpu"}}}, "platform device"),
    ({"packages": {"torch": {"absent": True}}, "not": {"packages": {"torch": {"absent": True}}}}, "packages torch"),
    ({"any_of": []}, ""),
]

NOT_NEVER: list[Plain] = [
    {"n": {"present": False, "==": 3}},  # the default may be 3
    {"n": {">": 0, "<": 2, "type_is": "int"}},
    {"n": {">": 0, "<": 1e-300}},
    {"n": {"in": [1], "type_is": "bool"}},
    {"n": {"==": [1], "type_is": "tuple"}},
    {"n": {"==": [1], "each": {"type_is": "bool"}}},
    {"n": {"!=": "@n"}},  # NaN
    {"n": {"<=": "@m", ">=": "@m"}},
    {"n": {"given": True, "absent": True}},
    {"n": {"given": False, "==": 1}},  # the default
    {"n": {"each": {"<": 0, ">": 1}}},  # the empty list
    {"n": {"not_multiple_of": 2, "multiple_of": 3}},
    {"s": {"matches": "^a", "contains": "b", "length": 2}},
    {"s": {">": "a", "<": "b"}},
    {"packages": {"torch": {">=": "2.10", "<": "2.9"}}},  # versions are not reasoned about
    {"n": {"type_is": "Thing", "==": {"$native": "m.Thing"}}},
]

ALWAYS: list[Plain] = [
    {},
    {"not": {"t": {"<": 0, ">": 2}}},
    {"any_of": [{"n": {"<": 1}}, {"not": {"n": {"<": 0}}}]},
    {"any_of": [{"n": {"present": True}}, {"n": {"absent": True}}]},
    {"any_of": [{"n": {"given": True}}, {"n": {"absent": True}}]},
    {"any_of": [{"n": {"type_is": "int"}}, {"n": {"type_is_not": "bool"}}]},
    {"any_of": [{"n": {"matches": "x"}}, {"not": {"n": {"matches": "x"}}}]},
]

EQUIVALENT: list[tuple[Plain, Plain, bool]] = [
    ({"n": {"in": [1, 2]}}, {"any_of": [{"n": 2}, {"n": 1}]}, True),
    ({"n": {">": 0, "<": 9}}, {"all_of": [{"n": {"<": 9}}, {"n": {">": 0}}]}, True),
    ({"not": {"any_of": [{"a": 1}, {"b": 1}]}}, {"a": {"!=": 1}, "b": {"!=": 1}}, True),
    ({"a": {"<": "@b"}}, {"b": {">": "@a"}}, True),
    ({"n": {"<": 1}}, {"not": {"n": {">=": 1}}}, False),  # strings and None
    ({"n": {"matches": "a"}}, {"n": {"matches": "b"}}, False),
    ({"n": {"type_is": "int"}}, {"n": {"type_is": ["int", "bool"]}}, True),
]


@pytest.mark.parametrize(("plain", "words"), NEVER)
def test_sees_that_it_can_never_be_true(plain: Plain, words: str) -> None:
    predicate = parse_predicate(plain)
    why = never(predicate)
    assert why is not None
    assert words in why
    assert satisfiable(predicate).verdict is Verdict.UNSATISFIABLE


@pytest.mark.parametrize("plain", NOT_NEVER)
def test_does_not_claim_too_much(plain: Plain) -> None:
    assert never(parse_predicate(plain)) is None


@pytest.mark.parametrize("plain", ALWAYS)
def test_sees_that_it_is_always_true(plain: Plain) -> None:
    assert always(parse_predicate(plain))


@pytest.mark.parametrize(("left", "right", "same"), EQUIVALENT)
def test_sees_what_means_the_same(left: Plain, right: Plain, same: bool) -> None:
    assert equivalent(parse_predicate(left), parse_predicate(right)) is same


def test_gives_up_instead_of_taking_forever() -> None:
    wide = {"all_of": [{"any_of": [{f"f{i}": j} for j in range(6)]} for i in range(40)], "n": {"in": []}}
    late = {"all_of": [*wide["all_of"], {"n": {"in": []}}]}
    assert satisfiable(parse_predicate(late)).verdict is Verdict.UNKNOWN


@given(predicates, worlds)
def test_no_world_contradicts_a_claim(plain: Plain, world: World) -> None:
    predicate = parse_predicate(plain)
    truth = compile_predicate(predicate)(config_of(world))
    if truth is True:
        assert never(predicate) is None
    if truth is False:
        assert not always(predicate)


@given(predicates)
def test_a_witness_fires(plain: Plain) -> None:
    predicate = parse_predicate(plain)
    answer = satisfiable(predicate)
    if answer.verdict is Verdict.SATISFIABLE:
        assert answer.witness is not None
        assert compile_predicate(predicate)(Config(answer.witness)) is True
        assert never(predicate) is None


@given(predicates, predicates, worlds)
def test_no_world_tells_equivalents_apart(left: Plain, right: Plain, world: World) -> None:
    one, two = parse_predicate(left), parse_predicate(right)
    if equivalent(one, two):
        config = config_of(world)
        truths = compile_predicate(one)(config), compile_predicate(two)(config)
        assert None in truths or truths[0] is truths[1]


@given(predicates)
def test_nothing_is_both_never_and_always_true(plain: Plain) -> None:
    predicate = parse_predicate(plain)
    assert never(predicate) is None or not always(predicate)
