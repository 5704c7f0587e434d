"""What holds for every predicate and every config."""

from __future__ import annotations

import io
import random
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from llem_rules.rules import (
    Config,
    PredicateError,
    Surroundings,
    compile_predicate,
    parse_predicate,
    rule_from,
    to_document,
    to_plain,
)
from llem_rules.rules.expressions import ExpressionError, parse_expression
from llem_rules.rules.grammar import predicate_schema
from llem_rules.rules.predicates import fields_of
from tests.rules import reference, strategies
from tests.rules.reference import World
from tests.rules.strategies import config_of, predicates, worlds

Plain = dict[str, Any]
Strategy = st.SearchStrategy[Any]
Data = st.DataObject
SCHEMA = jsonschema.Draft202012Validator(predicate_schema())


def answer(plain: Plain, world: World) -> bool | None:
    return compile_predicate(parse_predicate(plain))(config_of(world))


@given(predicates, worlds)
def test_evaluators_agree(plain: Plain, world: World) -> None:
    assert answer(plain, world) is reference.fires(plain, world)


@given(predicates)
def test_plain_form_parses_to_the_same(plain: Plain) -> None:
    parsed = parse_predicate(plain)
    assert parse_predicate(to_plain(parsed)) == parsed
    assert repr(to_plain(parse_predicate(to_plain(parsed)))) == repr(to_plain(parsed))


@given(predicates)
def test_survives_pyyaml(plain: Plain) -> None:
    written = yaml.dump(to_plain(parse_predicate(plain)), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    assert repr(parse_predicate(yaml.load(written, Loader=yaml.CSafeLoader))) == repr(parse_predicate(plain))


@given(predicates)
def test_survives_ruamel(plain: Plain) -> None:
    handler = YAML(typ="safe", pure=True)
    handler.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    handler.dump(to_plain(parse_predicate(plain)), stream)
    assert repr(parse_predicate(handler.load(stream.getvalue()))) == repr(parse_predicate(plain))


@given(strategies.documents)
def test_rules_round_trip(document: dict[str, Any]) -> None:
    rule = rule_from(document)
    written = to_document(rule)
    assert rule_from(written) == rule
    assert repr(to_document(rule_from(written))) == repr(written)
    assert {key: repr(value) for key, value in written.items()} == {key: repr(value) for key, value in document.items()}


@given(predicates)
def test_schema_allows_what_parses(plain: Plain) -> None:
    assert [error.message for error in SCHEMA.iter_errors(plain)] == []


@given(predicates, predicates, worlds)
def test_de_morgan(one: Plain, two: Plain, world: World) -> None:
    apart = [{"not": one}, {"not": two}]
    assert answer({"not": {"any_of": [one, two]}}, world) is answer({"all_of": apart}, world)
    assert answer({"not": {"all_of": [one, two]}}, world) is answer({"any_of": apart}, world)


@given(predicates, worlds)
def test_double_negation(plain: Plain, world: World) -> None:
    assert answer({"not": {"not": plain}}, world) is answer(plain, world)


OPPOSITES = [
    ("==", "!=", st.one_of(strategies.scalars, strategies.mappings, strategies.paths.map("@{}".format))),
    ("in", "not_in", strategies.right_lists),
    ("present", "absent", st.booleans()),
    ("type_is", "type_is_not", strategies.OPERATORS["type_is"]),
]


@pytest.mark.parametrize(("operator", "opposite", "rights"), OPPOSITES, ids=lambda value: str(value)[:12])
@given(path=strategies.paths, world=worlds, data=st.data())
def test_opposites(*, operator: str, opposite: str, rights: Strategy, path: str, world: World, data: Data) -> None:
    right = data.draw(rights)
    straight = answer({"fields": {path: {operator: right}}}, world)
    assert answer({"fields": {path: {opposite: right}}}, world) is reference.negated(straight)


def shuffled(plain: Any, chance: random.Random) -> Any:
    """The same with the entries of every mapping, and the parts of all_of and any_of, in another order."""
    if not isinstance(plain, dict):
        return plain
    entries = [(key, shuffled(value, chance)) for key, value in plain.items()]
    chance.shuffle(entries)
    for key, value in entries:
        if key in ("all_of", "any_of") and isinstance(value, list):
            chance.shuffle(value)
    return dict(entries)


@given(predicates, worlds, st.randoms(use_true_random=False))
def test_order_does_not_matter(plain: Plain, world: World, chance: random.Random) -> None:
    assert answer(shuffled(plain, chance), world) is answer(plain, world)


@given(predicates, worlds, st.data())
def test_what_is_known_stays(plain: Plain, world: World, data: Data) -> None:
    known = answer(plain, world)
    assume(known is not None)
    for _ in range(3):
        assert answer(plain, data.draw(strategies.completions(world))) is known


@given(predicates, worlds, st.data())
def test_nothing_is_unknown_when_all_is_given(plain: Plain, world: World, data: Data) -> None:
    assert answer(plain, data.draw(strategies.completions(world))) is not None


@given(predicates, worlds)
def test_fields_of_names_all_that_is_read(plain: Plain, world: World) -> None:
    read = fields_of(parse_predicate(plain))
    config = {name: value for name, value in world.config.items() if name in read}
    defaults = {name: value for name, value in world.defaults.items() if name in read}
    assert answer(plain, World(config, defaults, world.sections, world.surroundings)) is answer(plain, world)


# ---------------------------------------------------------------- nothing raises


def _refuse(*_: object) -> Any:
    raise RuntimeError("hostile")


class Hostile:
    """Refuses everything."""

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __iter__ = __contains__ = _refuse
    __mod__ = __rmod__ = __add__ = __getitem__ = __repr__ = __str__ = _refuse
    __hash__ = object.__hash__


class Vague(Hostile):
    """Answers a comparison with something that is no bool and has none."""

    def __eq__(self, *_: object) -> Any:
        return Hostile()

    __hash__ = object.__hash__


class HostileInt(int):
    """A number that refuses what numbers do."""

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __mod__ = __add__ = __neg__ = __mul__ = _refuse
    __hash__ = int.__hash__


class ArrayFloat(float):
    """Like ``numpy.float64``: comparisons answer with objects that are only truthy or falsy."""

    def __lt__(self, other: float) -> Any:
        return [1] if float(self) < other else []

    __le__ = __gt__ = __ge__ = __lt__


hostile = st.builds(lambda make: make(), st.sampled_from((Hostile, Vague, HostileInt, ArrayFloat, object)))
hostile_values = st.recursive(
    st.one_of(hostile, strategies.values, st.just({1, 2}), st.just(b"x")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.builds(lambda key, value: {key: value}, hostile, inner),
        st.builds(lambda value: {"$tuple": [value]}, inner),
        st.builds(lambda value: {"$native": "m.Thing", "kwargs": {"x": value}}, inner),
        st.builds(lambda value: {"$object": value}, inner),
    ),
    max_leaves=4,
)


def deep(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"x": value}
    return value


@given(predicates, st.dictionaries(st.sampled_from(strategies.FIELDS), hostile_values, min_size=1, max_size=4))
def test_no_value_makes_it_raise(plain: Plain, kwargs: dict[str, Any]) -> None:
    fires = compile_predicate(parse_predicate(plain))
    known = Surroundings(platform={"device": Hostile()})
    for config in (Config.of(kwargs), Config(kwargs), Config.of({}, kwargs), Config.of(kwargs, surroundings=known)):
        assert fires(config) in (True, False, None)


@given(predicates, st.sampled_from((60, 63, 64, 65, 66, 300)))
def test_no_depth_makes_it_raise(plain: Plain, levels: int) -> None:
    fires = compile_predicate(parse_predicate(plain))
    assert fires(Config.of({"a": deep(levels), "b": deep(levels)})) in (True, False, None)


def works_or_is_refused(plain: Any) -> PredicateError | None:
    """The refusal, if there is one; else the predicate is written back and evaluated."""
    try:
        parsed = parse_predicate(plain)
    except PredicateError as error:
        return error
    assert parse_predicate(to_plain(parsed)) == parsed
    assert compile_predicate(parsed)(Config.of({"a": 1, "b": [2]})) in (True, False, None)
    return None


@given(strategies.junk)
def test_junk(junk: Any) -> None:
    error = works_or_is_refused(junk)
    assert error is None or (error.code in {"L012", "L013", "L014", "L015"} and str(error) == error.message)


@given(st.sampled_from(sorted({*strategies.OPERATORS, *strategies.NESTED})), strategies.junk)
def test_junk_on_the_right(operator: str, junk: Any) -> None:
    works_or_is_refused({"a": {operator: junk}})


@pytest.mark.parametrize("word", ["not", "all_of", "each", "list"])
@pytest.mark.parametrize(("levels", "refused"), [(10, False), (30, False), (40, None), (5000, True)])
def test_deep_predicates(word: str, levels: int, refused: bool | None) -> None:
    plain: Any = 1 if word in ("each", "list") else {"a": 1}
    for _ in range(levels):
        plain = {word: plain} if word in ("not", "each") else [plain] if word == "list" else {word: [plain]}
    error = works_or_is_refused({"a": plain} if word in ("each", "list") else plain)
    assert refused is None or (error is not None) is refused


@given(strategies.reference_text)
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    try:
        expression = parse_expression(text)
    except ExpressionError:
        return
    assert all(name in text for name in expression.names)
    expression.evaluate(Config.of({"a": 1}))


@pytest.mark.parametrize("text", ["@a" + "+1" * 490, "@a-" + "-" * 900 + "1", "@" + "(" * 400 + "@a" + ")" * 400])
def test_long_references_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text)
