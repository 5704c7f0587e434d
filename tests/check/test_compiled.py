"""A compiled corpus and its index answer as the plain evaluator and as the reference do, on every rule of the corpora."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from llem_rules.check import CompiledCorpus, Corpus, load_compiled, load_corpus
from llem_rules.check.index import TypeIndex
from llem_rules.check.settled import bits
from llem_rules.corpus.locate import find_project
from llem_rules.rules import Config, compile_predicate, rule_from
from llem_rules.rules.predicates import Surrounding, walk
from llem_rules.rules.reading import Declared
from llem_rules.rules.values import decode
from tests.rules import reference

ENGINES = ("transformers", "vllm")
ODD = [None, 0, 1, -1, 2, 0.5, 1.0, True, False, "", "1", "auto", "true", [], [1], {}, {"$tuple": [1, 2]}, float("nan")]
each_engine = pytest.mark.parametrize("engine", ENGINES)
small_first = pytest.mark.parametrize("engine", ["transformers", pytest.param("vllm", marks=pytest.mark.slow)])


@cache
def compiled(engine: str) -> CompiledCorpus:
    return load_compiled(engine)


@cache
def plain(engine: str) -> Corpus:
    return load_corpus(engine)


def configs(corpus: Corpus, native_type: str, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Configs that mix what the rules' own examples say with odd values; sets of fields come again, as in a sweep."""
    draw = random.Random(seed)
    examples: dict[str, list[Any]] = {}
    shown = [one for rule in corpus.rules if rule.native_type == native_type for one in both(rule)]
    for kwargs in shown:
        for name, value in kwargs.items():
            examples.setdefault(name, []).append(value)
    names = sorted(examples)
    shapes = [draw.sample(names, min(len(names), draw.randint(1, 6))) for _ in range(max(1, count // 12))]
    yield from shown
    for _ in range(count if names else 0):
        start = dict(draw.choice(shown)) if draw.random() < 0.4 else {}
        chosen = draw.choice(shapes)
        yield start | {name: draw.choice(examples[name] if draw.random() < 0.7 else ODD) for name in chosen}


def both(rule: Any) -> list[dict[str, Any]]:
    return [dict(rule.kwargs_positive), dict(rule.kwargs_negative)]


def of_config_json(rule: Any) -> bool:
    return "config_json" in repr(rule.predicate)


@small_first
def test_the_index_answers_as_every_rule_asked_one_by_one(engine: str) -> None:
    corpus = compiled(engine)
    for native_type in corpus.native_types:
        rules = [rule for rule in plain(engine).rules if rule.native_type == native_type]
        fires = {rule.id: compile_predicate(rule.predicate) for rule in rules}
        reads = {rule.id: set(corpus_reads(rule)) for rule in rules}
        for kwargs in configs(plain(engine), native_type, 60, seed=7):
            config = Config.of(kwargs, plain(engine).defaults(native_type))
            truths = {name: ask(config) for name, ask in fires.items()}
            for _ in range(3):  # first sight, second sight, learned
                index = corpus.index(native_type)
                given = {name: decode(value) for name, value in kwargs.items()}
                held = {index.rules[place].id: index.rules[place] for place in bits(index.find(given)[0])}  # type: ignore[attr-defined]
                missed = [name for name, truth in truths.items() if truth is not False and name not in held]
                assert [name for name in missed if kwargs.keys() & reads[name]] == [], kwargs
            seen = corpus.judge(native_type, kwargs)
            wanted = plain(engine).judge(native_type, kwargs)
            assert seen.to_door() == wanted.to_door() or "nan" in repr(kwargs)
            assert [one.id for one in seen.undecided] == [one.id for one in wanted.undecided]
            decided = {one.rule.id for one in seen.findings}
            assert decided <= {name for name, truth in truths.items() if truth is True}


def corpus_reads(rule: Any) -> tuple[str, ...]:
    from llem_rules.rules.predicates import fields_of

    return fields_of(rule.predicate)


@each_engine
def test_every_rule_answers_as_the_reference_does(engine: str) -> None:
    corpus = compiled(engine)
    asked = 0
    for native_type in corpus.native_types:
        raw = {
            name: one["default"] for name, one in corpus.schema[native_type]["properties"].items() if "default" in one
        }
        reads = {n: one["x-reads"] for n, one in corpus.schema[native_type]["properties"].items() if "x-reads" in one}
        for kwargs in configs(plain(engine), native_type, 20, seed=3):
            # The reference knows no readings: strings of fields that read them are left to tests/rules/test_reading.py.
            if any(isinstance(value, str) and name in reads for name, value in kwargs.items()):
                continue
            world = reference.World(kwargs, raw)
            config = Config.of(kwargs, Declared(raw))
            for rule in corpus.rules_of(native_type):
                if set(kwargs) & set(rule.reads) and not any(isinstance(p, Surrounding) for p in walk(rule.predicate)):  # type: ignore[union-attr]
                    document = rule.document  # type: ignore[union-attr]
                    answer = (
                        reference.violated(document.get("given"), document["require"], world)
                        if document["kind"] == "invariant"
                        else reference.fires(document["match"], world)
                    )
                    assert rule.fires(config) is answer, (rule.id, kwargs)
                    asked += 1
    assert asked > 2_000


@pytest.mark.parametrize("damage", ["", "short", "flipped", "other bytes behind"])
def test_a_damaged_cache_is_made_again(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path))
    before = load_compiled("transformers").judge("transformers.GenerationConfig", {"max_new_tokens": -1}).to_door()
    [path] = (tmp_path / "compiled").iterdir()
    held = path.read_bytes()
    broken = {
        "": b"",
        "short": held[:100],
        "flipped": held[:90] + bytes([held[90] ^ 1]) + held[91:],
        "other bytes behind": held + b"x",
    }
    path.write_bytes(broken[damage])
    assert (
        load_compiled("transformers").judge("transformers.GenerationConfig", {"max_new_tokens": -1}).to_door() == before
    )
    assert path.read_bytes() == held


def test_another_corpus_is_another_compilation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "project"
    source = find_project()
    for folder in ("rules", "engine_versions", "corpus/transformers"):
        (root / folder).mkdir(parents=True)
    for path in filter(Path.is_file, source.corpus_dir("transformers").iterdir()):
        (root / "corpus/transformers" / path.name).write_bytes(path.read_bytes())
    home = find_project(root)
    config = {"max_new_tokens": -1}
    assert load_compiled("transformers", project=home).judge("transformers.GenerationConfig", config).effect == "error"
    validated = root / "corpus/transformers/invariants.validated.yaml"
    validated.write_text(validated.read_text().replace("verdict: confirmed", "verdict: divergent"))
    assert load_compiled("transformers", project=home).judge("transformers.GenerationConfig", config).effect == "pass"
    assert len(list((tmp_path / "cache/compiled").iterdir())) == 2


def test_a_cache_that_cannot_be_written_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path / "file"))
    assert (
        load_compiled("transformers").judge("transformers.GenerationConfig", {"max_new_tokens": -1}).effect == "error"
    )


RULE = {
    "id": "lib.T.one",
    "kind": "invalidity",
    "native_type": "lib.T",
    "expected": {"effect": "error", "channel": "exception"},
    "kwargs_positive": {},
    "kwargs_negative": {},
}


@pytest.mark.parametrize(
    ("match", "kwargs", "wanted"),
    [
        ({"a": {">": 1}, "b": {">": "@a"}}, {"a": 1, "b": 5}, 0),  # a alone says no
        ({"a": {">": 1}, "b": {">": "@a"}}, {"a": 2, "b": 1}, 1),  # only both together do
        ({"a": {">": 1}, "b": {">": 5}}, {"a": 2}, 0),  # b holds its default
        ({"a": 1, "env": {"X": "1"}}, {"a": 1}, 1),  # undecided is never passed over
        ({"a": {"!=": "@other.Thing.x"}}, {"a": 1}, 1),
        ({"a": {"<": 0}}, {"a": float("nan")}, 0),
        ({"a": {"length": {">": 1}}}, {"a": [1]}, 1),  # lists are not learned
    ],
)
def test_what_is_passed_over(match: dict[str, Any], kwargs: dict[str, Any], wanted: int) -> None:
    rule = rule_from(RULE | {"match": match})
    index = TypeIndex([rule], [corpus_reads(rule)], {"b": 0})
    counts = [bin(index.find(kwargs)[0]).count("1") for _ in range(4)]
    assert counts[-1] == wanted if kwargs.get("a") == kwargs.get("a") else counts[-1] <= 1
    assert counts == sorted(counts, reverse=True)
