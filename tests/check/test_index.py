"""The index never passes over a rule that the evaluator would let fire or leave undecided, whatever was learned before."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llem_rules.check import Corpus, load_compiled
from llem_rules.check.cuts import cuts_of
from llem_rules.check.index import TypeIndex
from llem_rules.check.settled import bits
from llem_rules.rules import Config, Surroundings, parse_predicate, rule_from
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.reading import Declared
from tests.rules import strategies

RULE = {
    "kind": "invalidity",
    "native_type": "lib.T",
    "expected": {"effect": "error", "channel": "exception"},
    "kwargs_positive": {},
    "kwargs_negative": {},
}
NAMES = ("a", "b", "c")
REFERENCES = ("a", "ab", "@a", "@b", "@b * 2", "@c - @a", "min(@a, @b)", "@a.config_json.size", "@b.x")
near = st.one_of(
    strategies.numbers, st.floats(-3, 5), st.integers(-5, 9), st.text("ab1.", max_size=4), strategies.strings
)
# A third of the predicates compare plainly, since it is those that an unseen value is taken for a neighbour in.
compared = st.dictionaries(
    st.sampled_from(NAMES),
    st.dictionaries(
        st.sampled_from(("<", "<=", ">", ">=", "==", "!=")),
        st.one_of(strategies.numbers, st.sampled_from(REFERENCES)),
        min_size=1,
        max_size=2,
    ),
    min_size=1,
    max_size=3,
)
divided = st.builds(
    lambda name, word, by, rest: {**rest, "all_of": [{name: {word: by}}]},
    st.sampled_from(NAMES),
    st.sampled_from(("multiple_of", "not_multiple_of")),
    st.sampled_from((2, 3, 0.5, "@b", "@c")),
    compared,
)
rules = st.lists(st.one_of(compared, divided, strategies.predicates), min_size=1, max_size=4)
defaults = st.builds(
    Declared,
    st.dictionaries(st.sampled_from(NAMES), st.one_of(near, strategies.values), max_size=3),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("bool", "int", "float")), max_size=2),
)
value = st.one_of(near, near, near, strategies.values)
given_fields = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)


def made(plain: list[dict[str, Any]]) -> list[Any]:
    return [rule_from(RULE | {"id": f"lib.T.r{at}", "match": one}) for at, one in enumerate(plain)]


@given(rules, defaults, st.lists(given_fields, min_size=1, max_size=2), st.data(), strategies.surroundings)
def test_no_rule_is_passed_over(
    plain: list[dict[str, Any]], known: Declared, shapes: list[list[str]], data: st.DataObject, around: dict[str, Any]
) -> None:
    held = made(plain)
    decoded = Declared(Config.of(known).given, known.readings)
    index = TypeIndex(held, [fields_of(rule.predicate) for rule in held], decoded)
    for _ in range(12):
        kwargs = {name: data.draw(value) for name in data.draw(st.sampled_from(shapes))}
        config = Config.of(kwargs, known, surroundings=Surroundings(**around))
        truths = [rule.compiled(config) for rule in held]
        for given_as in (kwargs, config.given, kwargs):  # as written, decoded, and when it is known
            mask, settled = index.find(given_as)
            if settled is not None:
                stays = settled.stays(given_as, decoded, config.surroundings)
                for at in bits(settled.false | (settled.undecided if stays else 0)):
                    assert truths[at] is (None if settled.undecided >> at & 1 else False), (kwargs, plain[at])
            passed_over = [plain[at] for at, truth in enumerate(truths) if truth is not False and not mask >> at & 1]
            assert passed_over == [], (kwargs, truths)


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_no_confirmed_rule_is_passed_over_for_values_never_seen(engine: str) -> None:
    corpus = load_compiled(engine)
    draw = random.Random(11)
    asked = 0
    for native_type in corpus.native_types:
        index = corpus.index(native_type)
        names = sorted({name for reads in index.reads for name in reads})
        cuts = {
            name: cuts_of(name, enumerate(rule.predicate for rule in index.rules), index.defaults) for name in names
        }
        for _ in range(3 if names else 0):
            chosen = draw.sample(names, min(len(names), 5))
            for _ in range(12):
                kwargs = {name: beside(draw, cuts[name].numbers, sorted(cuts[name].texts)) for name in chosen}
                mask, settled = index.find(kwargs)
                config = Config(kwargs, index.defaults)
                if settled is not None:
                    assert not any(index.rules[place].compiled(config) is not False for place in bits(settled.false))
                    assert not any(index.rules[place].compiled(config) is not None for place in bits(settled.undecided))
                touching = set(bits(index.touching(chosen)))
                for place in touching - set(bits(mask)):
                    assert index.rules[place].compiled(config) is False, (index.rules[place], kwargs)
                    asked += 1
    assert asked > 2_000


def beside(draw: random.Random, numbers: tuple[float, ...], texts: list[str]) -> Any:
    """A value on a cut, next to one, between two, or of another class."""
    if texts and draw.random() < 0.3:
        return draw.choice([draw.choice(texts), draw.choice(texts) + "x", str(draw.random())])
    cut = draw.choice(numbers) if numbers else 0
    whole = round(cut) if math.isfinite(cut) else 0
    near_by = [cut, math.nextafter(cut, math.inf), math.nextafter(cut, -math.inf), cut + draw.random(), float(cut)]
    return draw.choice([*near_by, whole + draw.randint(-9, 9), True, None, float("nan"), str(cut)])


@pytest.mark.parametrize(
    ("match", "learned", "asked", "left"),
    [
        ({"a": {"<": 0}}, 1.5, 7.25, 0),  # between the same two cuts
        ({"a": {"<": 0}}, 1.5, -7.25, 1),
        ({"a": {">=": 2, "<=": 4}}, 3.5, 2.0, 1),  # a cut is its own neighbour
        ({"a": {"in": [1, 2, "x"]}}, "y", "z", 0),
        ({"a": {"in": [1, 2, "x"]}}, "y", "x", 1),
        ({"a": {"multiple_of": 3}}, 4, 6, 1),
        ({"a": {"multiple_of": 3}}, 6, 8, 0),
        ({"a": {"multiple_of": 1}}, 2.0, 2.5, 0),
        ({"a": {"multiple_of": 1.0}}, 10**400, 7, 1),  # the first is too large for a float
        ({"a": {"not_multiple_of": "@b"}}, 10, 11, 1),
        ({"a": {"<": "@b * @a"}}, 0, 1, 1),  # nothing is said of what is compared with itself
        ({"a": {"matches": "^x"}}, "a", "xa", 1),
        ({"a": {"length": {">": 2}}}, "a", "abc", 1),
        ({"a": {"<": "m"}}, "z", "a", 1),
        ({"a": {">": "@b"}}, 1, 2, 0),  # b holds its default, 5
        ({"a": {">": "@b"}}, 1, 6, 1),
        ({"b": {"<": "@a"}}, 1, 6, 1),  # the same from the other side
        ({"b": {"<": "@a * 2"}}, 1, 3, 1),
        ({"a": {"type_is": "float"}}, 1, 1.0, 1),
    ],
)
def test_what_a_value_says_of_another(match: dict[str, Any], learned: Any, asked: Any, left: int) -> None:
    index = TypeIndex(made([match]), [("a", "b")], {"b": 5})
    for _ in range(3):
        index.find({"a": learned})
    assert index.find({"a": asked})[0].bit_count() == left


@pytest.mark.parametrize(
    ("kwargs", "effect"),
    [({}, "error"), ({"c": 1}, "error"), ({"a": 1}, "pass"), ({"a": 1, "c": 1}, "pass"), ({"a": None}, "error")],
)
def test_a_rule_that_holds_where_none_of_its_fields_is_given_is_asked(kwargs: dict[str, Any], effect: str) -> None:
    [rule] = made([{"a": {"absent": True}, "b": {"absent": True}}])
    corpus = Corpus("lib", "1", [rule], {"lib.T": {}})
    assert [corpus.judge("lib.T", kwargs).effect for _ in range(4)] == [effect] * 4


def test_cuts_are_the_constants_and_the_defaults_that_a_field_meets() -> None:
    plain = [
        {"a": {">": 1}},
        {"a": {"in": [2.5, "x"]}},
        {"a": {">": "@b"}},
        {"c": {"<": "@a"}},
        {"a": {"multiple_of": 4}},
    ]
    found = cuts_of("a", enumerate(map(parse_predicate, plain)), {"b": 7, "c": 9})
    assert found.numbers == (1, 2.5, 7, 9)
    assert found.texts == {"x"}
    assert found.divisors == {int: (4,), float: (4,)}
    assert (found.open_to_numbers, found.open_to_texts) == (0, 0)


@pytest.mark.parametrize("default", [[], {"$tuple": [{"$native": "m.Thing", "kwargs": {}}]}, {"a": 1}, "folder", None])
def test_what_stays_undecided_where_the_default_is_no_folder(default: Any) -> None:
    """A rule asks for the config.json of a field that holds anything at all."""
    held = made([{"a": {"<": 0}}, {"env": {"A": {"<": "@a.config_json"}}}])
    index = TypeIndex(held, [fields_of(rule.predicate) for rule in held], Config.of({"a": default}).given)
    found = [index.find({})[1] for _ in range(3)][-1]
    assert found is not None
    assert found.undecided == 0b10
    assert found.stays({}, index.defaults, Surroundings(configs={}))
    assert found.stays({}, index.defaults, Surroundings(configs={"folder": {}})) is (default != "folder")
