"""Widened, narrowed, shifted: a table, and random edits against brute force over a grid of configs."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llem_rules.graph.points import Point
from llem_rules.graph.relation import Relation, relate
from llem_rules.mining.ground import Ground
from llem_rules.rules import Config, parse_predicate
from llem_rules.rules.predicates import Predicate

TABLE: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "the same": ({"n": {"<": 1}}, {"n": {"<": 1}}, "same", "proved"),
    "a bound": ({"n": {"<": 1}}, {"n": {"<": 2}}, "widened", "proved"),
    "no int lies between, but a float does": ({"n": {"<": 1}}, {"n": {"<=": 0}}, "narrowed", "proved"),
    "no int lies between": (
        {"n": {"<": 1, "type_is": "int"}}, {"n": {"<=": 0, "type_is": "int"}}, "same", "proved"),
    "strings have an order too": ({"s": {"<": "b"}}, {"s": {"<": "c"}}, "widened", "proved"),
    "True is 1": ({"n": {"in": [True]}}, {"n": {"in": [1]}}, "same", "proved"),
    "where there is no default, only what is given counts": (
        {"n": {"==": 1}}, {"n": {"==": 1, "present": True}}, "same", "proved"),
    "sibling": ({"a": {">": "@b"}}, {"a": {">": "@b + 1"}}, "narrowed", "sampled"),
    "multiples": ({"n": {"multiple_of": 4}}, {"n": {"multiple_of": 2}}, "widened", "proved"),
    "patterns": ({"s": {"matches": "^a"}}, {"s": {"matches": "^ab"}}, "narrowed", "sampled"),
    "arithmetic": ({"a": {"<": "@b * @c"}}, {"a": {"<": "@c * @b"}}, "undecided", "sampled"),
    "another section": ({"a": {">": "@m.Thing.x"}}, {"a": {">=": "@m.Thing.x"}}, "widened", "proved"),
    "an environment variable": ({"env": {"X": "1"}}, {"env": {"X": {"in": ["1", "2"]}}}, "widened", "proved"),
    "a package": ({"packages": {"p": {"<": "2"}}}, {"packages": {"p": {"<": "3"}}}, "widened", "sampled"),
    "each and any": ({"l": {"any_item": {"<": 1}}}, {"l": {"any_item": {"<": 2}}}, "widened", "proved"),
    "at most one": ({"at_most_one_of": ["a", "b"]}, {"at_most_one_of": ["a", "b", "c"]}, "narrowed", "proved"),
    "a key": ({"required_key": {"d": "x"}}, {"required_key": {"d": ["x", "y"]}}, "narrowed", "proved"),
    "never and never": ({"n": {"<": 1, ">": 2}}, {"n": {"<": 0, ">": 3}}, "same", "proved"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_table(case: str) -> None:
    old, new, word, basis = TABLE[case]
    relation = relate(parse_predicate(old), parse_predicate(new), Ground())
    assert (relation.word, relation.basis) == (word, basis)
    _witnesses_are_true(relation, parse_predicate(old), parse_predicate(new))


def test_a_default_decides() -> None:
    given_low, low = parse_predicate({"n": {"present": True, "<": 1}}), parse_predicate({"n": {"<": 1}})
    relation = relate(given_low, low, Ground({"n": 0}))
    assert relation.word == "widened"
    assert relation.only_new is not None
    assert relation.only_new.kwargs == {}


def _witnesses_are_true(relation: Relation, old: Predicate, new: Predicate) -> None:
    from llem_rules.rules import compile_predicate

    before, after = compile_predicate(old), compile_predicate(new)
    for point, truths in ((relation.only_old, (True, False)), (relation.only_new, (False, True))):
        if point is not None:
            config = point.config({})
            assert (before(config), after(config)) == truths


# ---------------------------------------------------------------- random edits

VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2, 3, 4, 0.5, 1.0, 1.5, 2.5, float("nan"), "", "a", "ab", "b", "1", [], [1], [1, 2], ["a"],
    {"x": 1}, {},
)  # fmt: skip
GONE = object()
GRID = [
    {name: value for name, value in zip(("a", "b"), chosen, strict=True) if value is not GONE}
    for chosen in product((GONE, *VALUES), repeat=2)
]

numbers = st.sampled_from((-1, 0, 1, 2, 3, 0.5, 1.5, True))
texts = st.sampled_from(("", "a", "b", "ab"))
scalars = st.one_of(numbers, texts, st.none())
references = st.sampled_from(("@a", "@b", "@b + 1", "@a * 2", "@len(@b)"))
fields = st.sampled_from(("a", "b"))
TESTS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("==", "!="), st.one_of(scalars, references)),
    **dict.fromkeys(("<", "<=", ">", ">="), st.one_of(numbers, texts, references)),
    **dict.fromkeys(("in", "not_in"), st.lists(scalars, min_size=1, max_size=3)),
    "present": st.booleans(),
    "type_is": st.lists(st.sampled_from(("int", "float", "bool", "str", "none", "list")), min_size=1, max_size=3),
    "type_is_not": st.lists(st.sampled_from(("int", "float", "bool", "str", "none")), min_size=1, max_size=3),
    "multiple_of": st.sampled_from((1, 2, 3)),
    "matches": st.sampled_from(("^a", "b$", "a")),
    "length": st.fixed_dictionaries({}, optional={"<": st.integers(0, 3), ">": st.integers(0, 3)}).filter(bool),
    "contains": st.sampled_from((1, "a", "x")),
}
conditions = st.one_of([st.fixed_dictionaries({name: right}) for name, right in TESTS.items()])
leaves = st.builds(lambda name, condition: {name: condition}, fields, conditions)
predicates = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"all_of": parts}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"any_of": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)


@st.composite
def edited(draw: st.DrawFn, plain: dict[str, Any]) -> dict[str, Any]:
    """A predicate with one place changed: a part more, a part less, another test, or the opposite."""
    [(key, value)] = plain.items()
    if key in {"all_of", "any_of"}:
        place = draw(st.integers(0, len(value)))
        if place == len(value):
            return {key: [*value, draw(leaves)]}
        if len(value) > 1 and draw(st.booleans()):
            return {key: [*value[:place], *value[place + 1 :]]}
        return {key: [*value[:place], draw(edited(value[place])), *value[place + 1 :]]}
    if key == "not" and draw(st.booleans()):
        return {"not": draw(edited(value))}
    ways = [
        leaves,
        conditions.map(lambda condition: {key if key in {"a", "b"} else "a": condition}),
        st.builds(lambda more: {"all_of": [plain, more]}, leaves),
        st.builds(lambda more: {"any_of": [plain, more]}, leaves),
    ]
    return draw(st.one_of(ways))


@st.composite
def edits(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A predicate before and after."""
    old = draw(predicates)
    return old, draw(edited(old))


def _agrees(old_plain: dict[str, Any], new_plain: dict[str, Any]) -> None:
    old, new = parse_predicate(old_plain), parse_predicate(new_plain)
    relation = relate(old, new, Ground())
    _witnesses_are_true(relation, old, new)
    seen = _brute_force(old, new)
    if (True, False) in seen:
        assert relation.word in {"narrowed", "shifted"}, (relation, old_plain, new_plain)
    if (False, True) in seen:
        assert relation.word in {"widened", "shifted"}, (relation, old_plain, new_plain)
    if relation.word in {"narrowed", "shifted"}:
        assert relation.only_old is not None
    if relation.word in {"widened", "shifted"}:
        assert relation.only_new is not None


def _brute_force(old: Predicate, new: Predicate) -> set[tuple[Any, Any]]:
    from llem_rules.rules import compile_predicate

    before, after = compile_predicate(old), compile_predicate(new)
    return {(before(config), after(config)) for config in map(Config.of, GRID)}


@given(edits())
@settings(max_examples=200)
def test_agrees_with_brute_force(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _agrees(*pair)


@pytest.mark.slow
@given(edits())
@example(({"not": {"a": {">": "@a * 2"}}}, {"not": {"a": {"multiple_of": 2}}}))  # only below zero
@example(({"any_of": [{"b": None}, {"a": {"length": {"<": 1}}}]}, {"a": {"<": "a"}}))  # a text before "a", not empty
@settings(max_examples=5000)
def test_agrees_with_brute_force_often(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _agrees(*pair)


@given(edits())
@settings(max_examples=100)
def test_the_mirror_is_the_mirror(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    old, new = map(parse_predicate, pair)
    there, back = relate(old, new, Ground()), relate(new, old, Ground())
    mirrored = {"widened": "narrowed", "narrowed": "widened"}
    assert back.word == mirrored.get(there.word, there.word)


def test_given_configs_are_looked_at_first() -> None:
    old, new = parse_predicate({"a": {"<": "@b * @c"}}), parse_predicate({"a": {"<": "@c * @b - @d"}})
    mine = Point({"a": 11, "b": 3, "c": 4, "d": 7})
    assert relate(old, new, Ground(), [mine]).only_old == mine
