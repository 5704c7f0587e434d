"""A grid judged as columns counts what judging its configs one by one counts."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from llem_rules.check import CompiledCorpus, load_compiled
from llem_rules.check.grids import study_of
from llem_rules.cli.app import run
from llem_rules.runtime.reducing import reduced
from llem_rules.runtime.study import members_of
from llem_rules.sweeps.judging import judge_study

ENGINES = ("transformers", "vllm")
ODD = [None, 0, 1, -1, 2, 0.5, 1.0, True, False, "", "1", [1], {"a": 1}]


@cache
def corpus(engine: str) -> CompiledCorpus:
    return load_compiled(engine)


def values_of(engine: str, native_type: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for rule in corpus(engine).rules_of(native_type):
        for kwargs in (rule.document["kwargs_positive"], rule.document["kwargs_negative"]):  # type: ignore[union-attr]
            for name, value in kwargs.items():
                if value not in found.setdefault(name, []):
                    found[name].append(value)
    return found


def grids(engine: str, seed: int) -> list[tuple[str, dict[str, Any]]]:
    draw = random.Random(seed)
    made = []
    for native_type in corpus(engine).native_types:
        known = values_of(engine, native_type)
        if len(known) < 3:
            continue
        names = draw.sample(sorted(known), min(len(known), 4))
        axes = {
            f"{native_type}.{name}": draw.sample(pool := known[name] + ODD, min(len(pool), draw.randint(2, 4)))
            for name in names[:3]
        }
        base = {native_type: {name: draw.choice(known[name]) for name in names[3:]}}
        made.append((native_type, {"base": base, "grid": axes}))
    return made


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("engine", ENGINES)
def test_counts_are_those_of_one_by_one(engine: str, seed: int) -> None:
    for native_type, study in grids(engine, seed):
        seen = judge_study(study_of(study), lambda _name: corpus(engine))
        members = members_of(study)
        judged = [corpus(engine).judge(native_type, one.sections[native_type]) for one in members]
        assert seen.configs == len(members)
        assert dict(seen.effects) == dict(Counter(one.effect for one in judged)), study
        told = Counter(finding.rule.id for one in judged for finding in one.telling)
        assert dict(seen.rules) == dict(told), study
        whole = reduced(members, lambda _name: corpus(engine))
        assert seen.duplicates == whole.duplicates, study
        clean = list(seen.clean())
        assert all(corpus(engine).judge(native_type, one[native_type]).effect == "pass" for one in clean)


def test_two_sections_and_a_list() -> None:
    study = [
        {"vllm.SamplingParams": {"n": 0}},
        {
            "base": {"vllm.EngineArgs": {"max_num_seqs": 1}},
            "grid": {"vllm.SamplingParams.n": [0, 1, 2], "vllm.EngineArgs.max_num_seqs": [0, 4]},
        },
    ]
    seen = judge_study(study_of(study), lambda _name: corpus("vllm"))
    assert (seen.configs, seen.effects["error"], seen.effects["pass"]) == (7, 5, 2)
    assert list(seen.clean()) == [
        {"vllm.EngineArgs": {"max_num_seqs": 4}, "vllm.SamplingParams": {"n": n}} for n in (1, 2)
    ]


STUDY = "base: {}\ngrid: {temperature: [0.5, -1.0], n: [1, 2]}\n"


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_the_clean_list(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, out = tmp_path / "study.yaml", tmp_path / f"clean.{suffix}"
    study.write_text(STUDY)
    arguments = ["check", "--grid", str(study), "--type", "vllm.SamplingParams", "-o", str(out), "--format", "json"]
    assert run(arguments) == 1
    summary = json.loads(capsys.readouterr().out)["summary"]
    assert (summary["configs"], summary["error"], summary["pass"]) == (4, 2, 2)
    if suffix == "jsonl":
        rows = [json.loads(line) for line in out.read_text().splitlines()]
        assert rows == [{"vllm.SamplingParams": {"temperature": 0.5, "n": n}} for n in (1, 2)]
    else:
        from pyarrow import parquet

        assert parquet.read_table(out).to_pydict()["vllm.SamplingParams.n"] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1", "not YAML"),
        ("grid: {a: 1}", "wants a list"),
        ("base: {}\ngrid: {}", "grid maps each field"),
        ("- 3", "a study is"),
    ],
)
def test_no_study(text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(text)
    assert run(["check", "--grid", str(study), "--type", "vllm.SamplingParams"]) == 2
    assert says in capsys.readouterr().err
