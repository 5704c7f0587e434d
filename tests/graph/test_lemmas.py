"""What is said to be true of every config is false of none, of all that replay would ask about rules of a corpus."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.check import load_corpus
from llem_rules.graph.declared import declared_lemmas
from llem_rules.graph.lemmas import lemmas
from llem_rules.graph.within import surely_within
from llem_rules.replay.points import points_of
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.plain import to_plain
from llem_rules.rules.predicates import AnyOf
from llem_rules.rules.reading import Declared
from llem_rules.rules.values import decode

DEFAULTS = Declared(
    {"n": 1, "s": None, "held": decode({"$native": "a.B", "kwargs": {"size": 4, "mode": "x"}})},
    {"n": "int", "flag": "bool", "rate": "float"},
)
WHOLE = r"^\s*[+-]?(?:0[0_]*(?=[0-9]))?[0-9]+(?:_[0-9]+)*(?:\.0+)?\s*\Z"
TRUTH = r"(?i)^(?:0|off|f|false|n|no|1|on|t|true|y|yes)\Z"

NEVER: list[tuple[str, dict[str, Any]]] = [
    ("a whole number's text that a field reads is no text any more", {"n": {"matches": WHOLE}}),
    ("a field of fractions reads whole numbers too", {"rate": {"matches": WHOLE}}),
    ("a truth's word is a truth", {"flag": {"lower": {"in": ["off", "no"]}}}),
    ("a truth's word alone", {"flag": {"lower": {"==": "yes"}}}),
    ("any word of a truth", {"flag": {"matches": TRUTH}}),
    ("what has a key is given, where nothing is the default", {"all_of": [{"s": {"present": False}}, {"s.x": 1}]}),
    ("a default's entry", {"all_of": [{"held": {"present": False}}, {"held.size": {"<": 1}}]}),
    ("what the default leaves out", {"all_of": [{"held": {"present": False}}, {"held.other": {">": 1}}]}),
    (
        "a default has no such key",
        {"all_of": [{"held": {"present": False}}, {"required_key": {"held": ["z"]}}]},
    ),
    (
        "a value has its key",
        {"all_of": [{"s.x": {">": 1}}, {"not": {"required_key": {"s": ["x"]}}}]},
    ),
    ("an empty list has no item", {"all_of": [{"s": {"in": [[], {}]}}, {"s": {"any_item": {">": 1}}}]}),
    ("an empty mapping has no key", {"all_of": [{"s": {"in": [[], {}]}}, {"s": {"keys": {"any_item": {">": 1}}}}]}),
    ("a list holds nothing under a name", {"all_of": [{"s": {"type_is": "list"}}, {"s.x": {">": 1}}]}),
]
OPEN: list[tuple[str, dict[str, Any]]] = [
    ("another text stays a text", {"n": {"matches": "a"}}),
    ("a word that is no truth", {"flag": {"lower": {"in": ["off", "auto"]}}}),
    ("a field that reads nothing", {"s": {"matches": WHOLE}}),
    ("the default's own entry", {"all_of": [{"held": {"present": False}}, {"held.size": {">": 1}}]}),
    ("nothing under a key", {"all_of": [{"s.x": None}, {"not": {"required_key": {"s": ["x"]}}}]}),
    ("a mapping may hold it", {"all_of": [{"s": {"type_is": "dict"}}, {"s.x": {">": 1}}]}),
]


@pytest.mark.parametrize(("name", "plain"), NEVER, ids=[case[0] for case in NEVER])
def test_what_never_holds_is_proved(name: str, plain: dict[str, Any]) -> None:
    assert surely_within(parse_predicate(plain), AnyOf(()), DEFAULTS), name


@pytest.mark.parametrize(("name", "plain"), OPEN, ids=[case[0] for case in OPEN])
def test_what_can_hold_is_not(name: str, plain: dict[str, Any]) -> None:
    assert not surely_within(parse_predicate(plain), AnyOf(()), DEFAULTS), name


@pytest.mark.parametrize(("engine", "every", "least"), [("transformers", 2, 5), ("vllm", 20, 50)])
def test_no_point_contradicts_a_lemma(engine: str, every: int, least: int) -> None:
    corpus = load_corpus(engine)
    said = 0
    for rule in corpus.rules[::every]:
        defaults = corpus.defaults(rule.native_type)
        both = (rule.predicate, AnyOf(()))
        known = [*lemmas(*both), *declared_lemmas(both, defaults)]
        said += len(known)
        if not known:
            continue
        configs = [Config.of(near.kwargs, defaults) for near in points_of(rule, defaults)]
        for lemma in known:
            fires = compile_predicate(lemma)
            wrong = [config.given for config in configs if fires(config) is False]
            assert not wrong, (rule.id, to_plain(lemma), wrong[0])
    assert said >= least
