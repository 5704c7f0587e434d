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
from llem_rules.check.within import judge_whole
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
        around = corpus(engine).around  # a folder such as "/" lies on this machine
        judged = [judge_whole(corpus(engine), native_type, one.sections[native_type], around) for one in members]
        assert seen.configs == len(members)
        assert dict(seen.effects) == dict(Counter(one.effect for one in judged)), study
        assert seen.unknown.total() == sum(len(one.unknown) for one in judged), study
        told = Counter(finding.rule.id for one in judged for finding in one.telling)
        assert dict(seen.rules) == dict(told), study
        whole = reduced(members, lambda _name: corpus(engine))
        assert seen.duplicates == whole.duplicates, study
        clean = list(seen.clean())
        assert all(judge_whole(corpus(engine), native_type, one[native_type], around).effect == "pass" for one in clean)


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

        assert parquet.read_table(out).to_pydict()["vllm.SamplingParams.n"] == [1, 2]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1", "not YAML"),
        ("grid: {a: 1}", "wants a list"),
        ("base: {}\ngrid: {}", "grid maps each field"),
        ("- 3", "study.yaml:1:3: entry 1 of the study: a study is"),
        (
            "base: {n: 1}\ngrid:\n  n: [1]\n  temperature: 0.5\n",
            "study.yaml:4:3: entry 1 of the study: grid: temperature",
        ),
        ("", "is no study"),
    ],
)
def test_no_study(text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(text)
    assert run(["check", "--grid", str(study), "--type", "vllm.SamplingParams"]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["-o", "clean.txt"], 2, "*.jsonl or *.parquet"),
        (["-o", "nowhere/clean.parquet"], 2, "nowhere/clean.parquet cannot be written"),
        (["-o", "nowhere/clean.jsonl"], 2, "nowhere/clean.jsonl cannot be written"),
        (["--format", "sarif"], 2, "--grid answers as text or json"),
        ([], 1, "2   vllm.SamplingParams.temprature: there is no such field"),
    ],
)
def test_mistakes(
    options: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also: an anchor is none, in a study as in any other file that is read."""
    monkeypatch.chdir(tmp_path)
    Path("study.yaml").write_text("base: &b {temprature: 0.5}\ngrid: {n: [1, 2]}\n")
    assert run(["check", "--grid", "study.yaml", "--type", "vllm.SamplingParams", *options]) == code
    told = capsys.readouterr()
    assert says in told.out + told.err


@pytest.mark.parametrize(("held", "effect"), [({"mode": 3}, "pass"), ({"mode": 9}, "error"), ({"no_such": 1}, "error")])
def test_what_stands_in_a_field(held: Any, effect: str) -> None:
    study = {"base": {"vllm.EngineArgs": {"seed": 1}}, "grid": {"vllm.EngineArgs.compilation_config": [held, {}]}}
    seen = judge_study(study_of(study), lambda _name: corpus("vllm"))
    assert seen.effects == Counter([effect, "pass"])


def test_columns_have_types(tmp_path: Path) -> None:
    from pyarrow import parquet

    study, out = tmp_path / "study.yaml", tmp_path / "clean.parquet"
    axes = {"temperature": [0.5, 0.25], "n": [1, 2], "top_k": [1, -1], "stop": [["a"], ["b"]], "ignore_eos": [True]}
    study.write_text(json.dumps({"base": {"min_p": 0}, "grid": axes}))
    assert run(["check", "--grid", str(study), "--type", "vllm.SamplingParams", "-o", str(out)]) == 0
    table = parquet.read_table(out)
    kinds = {one.name.rpartition(".")[2]: (str(one.type), one.metadata[b"encoding"]) for one in table.schema}
    assert kinds == {
        "temperature": ("double", b"plain"),
        "n": ("int64", b"plain"),
        "top_k": ("int64", b"plain"),
        "stop": ("string", b"json"),
        "ignore_eos": ("bool", b"plain"),
        "min_p": ("int64", b"plain"),
    }
    assert set(table.to_pydict()["vllm.SamplingParams.stop"]) == {'["a"]', '["b"]'}


def test_the_document_is_as_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import jsonschema

    study = tmp_path / "study.yaml"
    study.write_text(STUDY)
    assert run(["check", "--grid", str(study), "--type", "vllm.SamplingParams", "--format", "json"]) == 1
    schema = Path(__file__).parents[2] / "schemas/check-grid-report.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(
        json.loads(capsys.readouterr().out)
    )
