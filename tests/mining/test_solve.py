"""Pairs: true of the positive, false of the negative, one field apart, and as small and natural as a person would write."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llem_rules.corpus.discovered import load_discovered
from llem_rules.mining.patterns import matching
from llem_rules.mining.solve import Ground, Pair, Unsolved, solve
from llem_rules.rules import Config, Surroundings, compile_predicate, parse_predicate
from llem_rules.rules.predicates import Not
from llem_rules.rules.reason import Verdict, satisfiable
from tests.live import all_rules
from tests.rules.strategies import FIELDS, predicates, scalars

Plain = dict[str, Any]

# predicate, defaults, positive, negative
PAIRS: list[tuple[Plain, Plain, Plain, Plain]] = [
    ({"n": {"type_is": "int", "<": 1}}, {"n": 1}, {"n": 0}, {"n": 1}),
    ({"n": {">": 16384}}, {"n": 1}, {"n": 16385}, {"n": 16384}),
    ({"a": {">": "@b"}}, {"a": 0, "b": 16}, {"a": 17}, {"a": 16}),
    ({"a": {">": "@b"}}, {}, {"a": 3, "b": 2}, {"a": 2, "b": 2}),
    ({"n": {"type_is_not": "int"}}, {"n": 1}, {"n": 1.0}, {"n": 1}),
    ({"t": {"type_is": ["int", "float"]}, "not": {"t": {">=": 0.0, "<=": 2.0}}}, {"t": 1.0}, {"t": 2.1}, {"t": 2.0}),
    ({"s": {"present": True, "not_in": ["fast", "slow"]}}, {"s": None}, {"s": "fastx"}, {"s": "fast"}),
    ({"b": True, "c": {"!=": True}}, {"b": False, "c": False}, {"b": True}, {"b": False}),
    ({"x": {"present": True}, "y": {"present": True}}, {}, {"x": 1, "y": 1}, {"y": 1}),
    ({"not": {"at_most_one_of": ["x", "y"]}}, {}, {"x": 2, "y": 2}, {"y": 2}),
    ({"n": {"not_multiple_of": 8}}, {"n": 16}, {"n": 9}, {"n": 8}),
    ({"s": {"length": {">": 3}}}, {"s": []}, {"s": [1, 1, 1, 1]}, {"s": [1, 1, 1]}),
    ({"s": {"each": {"type_is": "str"}, "length": {">=": 2}}}, {"s": []}, {"s": ["a", "a"]}, {"s": ["a"]}),
    ({"o.kind": "x"}, {}, {"o": {"kind": "x"}}, {"o": {}}),
    ({"s": {"lower": {"!=": "@s"}}}, {"s": "auto"}, {"s": "AUTO"}, {"s": "auto"}),
    ({"s": {"distinct": False}}, {"s": []}, {"s": [1, 1]}, {"s": [1, 2]}),
    ({"d": {"keys": {"any_item": {"<": 0}}}}, {}, {"d": {"$dict": [[-1, 1]]}}, {"d": {"$dict": [[0, 1]]}}),
    ({"d": {"values": {"any_item": {">": 2}}}}, {}, {"d": {"k0": 3}}, {"d": {"k0": 2}}),
    ({"d": {"keys": {"each": {"type_is": "str"}, "length": {">": 1}}}}, {}, {"d": {"a": 1, "a1": 1}}, {"d": {"a": 1}}),
    ({"n": {">": 2}, "platform": {"device": "tpu"}}, {"n": 1}, {"n": 3}, {"n": 2}),
    ({"n": {">": 2}, "env": {"DEBUG": {"absent": True}}}, {"n": 1}, {"n": 3}, {"n": 2}),
]
UNSOLVED: list[tuple[Plain, str]] = [
    ({"n": {"<": 0, ">": 2}}, "never be true"),
    ({}, "no change of one field"),
    ({"n": {">": "@m.Thing.size"}}, "another section"),
]


@pytest.mark.parametrize(("plain", "defaults", "positive", "negative"), PAIRS)
def test_pairs_as_people_write_them(plain: Plain, defaults: Plain, positive: Plain, negative: Plain) -> None:
    assert solve(parse_predicate(plain), Ground(defaults)) == Pair(positive, negative)


@pytest.mark.parametrize(("plain", "words"), UNSOLVED)
def test_says_why_there_is_no_pair(plain: Plain, words: str) -> None:
    pair = solve(parse_predicate(plain))
    assert isinstance(pair, Unsolved)
    assert words in pair.why


def test_prefers_a_negative_on_which_nothing_else_fires() -> None:
    even = compile_predicate(parse_predicate({"n": {"<=": 4}}))
    pair = solve(
        parse_predicate({"n": {">": 4, "!=": 6}}), Ground({"n": 1}, blame=lambda config: int(bool(even(config))))
    )
    assert isinstance(pair, Pair)
    assert pair.negative == {"n": 6}


def test_objects_are_made_of_the_type_that_is_known() -> None:
    ground = Ground({"o": None}, holders={"o": ("m.Thing",)})
    pair = solve(parse_predicate({"o.size": {"<": 1}}), ground)
    assert isinstance(pair, Pair)
    assert pair.positive == {"o": {"$native": "m.Thing", "kwargs": {"size": 0}}}


def test_values_seen_elsewhere_are_used() -> None:
    ground = Ground({"o": None}, usual={"o": (["all"],)})
    assert solve(parse_predicate({"o": {"present": True}}), ground) == Pair({"o": ["all"]}, {})


@pytest.mark.parametrize(
    "pattern", [r"\A(?i:abc)\Z", r"^\s*$", r"^[a-f0-9]{8}$", r"(?!.?://)x.*://", "a|b", r"^\d+:[^:]$", ""]
)
def test_makes_strings_that_match(pattern: str) -> None:
    assert matching(pattern) is not None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(predicates, st.dictionaries(st.sampled_from(FIELDS), scalars, max_size=2))
def test_a_pair_is_what_it_has_to_be(plain: Plain, defaults: Plain) -> None:
    predicate = parse_predicate(plain)
    known = Surroundings(env={}, platform={"device": "cpu", "compute_capability": None}, packages={})
    pair = solve(predicate, Ground(defaults, surroundings=known))
    if isinstance(pair, Unsolved):
        return
    fires = compile_predicate(predicate)
    names = {*pair.positive, *pair.negative}
    missing = object()
    assert sum(repr(pair.positive.get(name, missing)) != repr(pair.negative.get(name, missing)) for name in names) == 1
    if not any(domain in repr(plain) for domain in ("env", "platform", "packages")):
        assert fires(Config.of(pair.positive, defaults)) is True
        assert fires(Config.of(pair.negative, defaults)) is False


def test_nearly_all_that_can_be_true_is_solved() -> None:
    solved: list[bool] = []

    @settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=400, derandomize=True, database=None)
    @given(predicates)
    def collect(plain: Plain) -> None:
        predicate = parse_predicate(plain)
        both = (predicate, Not(predicate))
        if all(satisfiable(one).verdict is Verdict.SATISFIABLE for one in both):
            solved.append(isinstance(solve(predicate), Pair))

    collect()
    assert sum(solved) >= 0.9 * len(solved)
    assert len(solved) > 30


# Rules of which no pair is found from the predicate alone: each with the reason.
UNSOLVED_RULES: dict[str, str] = {
    "transformers.GenerationConfig.sequence_bias-keys-not-token-ids": "no mapping with tuples for keys is tried",
    "vllm.config.SpeculativeConfig.decode-context-above-kv-head-copies": "two objects, bound by a quotient of their fields",
    "vllm.config.SpeculativeConfig.decode-context-divides-queries": "two objects, bound by a remainder of their fields",
    "vllm.SamplingParams.structured_outputs-schema-with-a-set": "no schema with a set in it is made",
    "vllm.config.MambaConfig.backend-in-upper-case": "no text is made of what a pattern looks ahead for",
    **dict.fromkeys(
        (
            "vllm.EngineArgs.hf-format-without-a-config",
            "vllm.EngineArgs.model-without-a-config",
            "vllm.EngineArgs.model_type-missing",
            "vllm.EngineArgs.quantization-of-no-checkpoint",
            "vllm.EngineArgs.quantization-without-its-config",
            "vllm.EngineArgs.tokenizer_mode-unknown",
            "vllm.EngineArgs.tokenizers-config-asked-again",
            "vllm.config.ModelConfig.hf-format-without-a-config",
            "vllm.config.ModelConfig.legacy-rope-su",
            "vllm.config.ModelConfig.model_type-missing",
            "vllm.config.SpeculativeConfig.dspark_draft_topk-of-another-kind-of-draft",
            "vllm.config.SpeculativeConfig.mtp-tokens-do-not-fill-the-layers",
            "vllm.config.SpeculativeConfig.omni-draft-of-another-width",
            "vllm.config.SpeculativeConfig.omni-draft-without-a-mask",
            "vllm.config.SpeculativeConfig.omni-draft-without-hidden-states",
        ),
        "a condition alone names no folder whose config.json, or whose files, could be asked",
    ),
    "vllm.EngineArgs.log_config_file-a-folder": "a condition alone names no folder that is there",
    "vllm.EngineArgs.speculative_config-of-tokens-alone": "a mapping of one entry, which is named in another condition",
}


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_every_authored_rule_is_solved_from_its_predicate(engine: str) -> None:
    discovered = load_discovered(engine)
    assert discovered is not None
    rules = [rule for rule in all_rules(engine) if rule.added_by == "authored"]
    unsolved: dict[str, str] = {}
    for rule in rules:
        defaults = discovered.defaults(rule.native_type)
        pair = solve(rule.predicate, Ground(defaults))
        if isinstance(pair, Unsolved):
            unsolved[rule.id] = pair.why
    assert {name: why for name, why in unsolved.items() if name not in UNSOLVED_RULES} == {}
    assert len(unsolved) <= 0.05 * len(rules)
