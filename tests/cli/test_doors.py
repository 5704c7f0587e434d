"""The machine doors, ``check --jsonl`` and ``try --jsonl``: order kept, bad lines answered, published shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish

publish()
LINES = [
    '{"native_type": "transformers.GenerationConfig", "kwargs": {"max_new_tokens": 0}}',
    "{not json",
    '{"native_type": "transformers.GenerationConfig", "kwargs": {"do_sample": false, "temperature": 0.5}}',
    '["a list"]',
    '{"native_type": "transformers.GenerationConfig"}',
    '{"kwargs": {}}',
    '{"native_type": "transformers.GenerationConfig", "kwargs": [1]}',
    '{"native_type": "os.system", "kwargs": {}}',
    '{"native_type": "transformers.BitsAndBytesConfig", "kwargs": {"load_in_4bit": true, "load_in_8bit": true}}',
]
EFFECTS = ["error", None, "dormant_announced", None, "pass", None, None, None, "error"]


@pytest.mark.parametrize(("command", "shape"), [("check", "check-answer"), ("try transformers", "try-answer")])
def test_doors(command: str, shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(LINES) + "\n\n")
    assert run([*command.split(), "--jsonl", str(file)]) == 0
    answers: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer.get("effect") for answer in answers] == EFFECTS
    assert ["error" in answer for answer in answers] == [effect is None for effect in EFFECTS]
    for answer in answers:
        jsonschema.validate(answer, schema(shape))


def test_both_doors_name_the_effective_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.jsonl"
    kwargs = {"activation_scheme": "DYNAMIC"}
    file.write_text(json.dumps({"native_type": "transformers.FineGrainedFP8Config", "kwargs": kwargs}) + "\n")
    seen = []
    for command in (["check"], ["try", "transformers"]):
        assert run([*command, "--jsonl", str(file)]) == 0
        seen.append(json.loads(capsys.readouterr().out)["effective"])
    assert seen == [{"activation_scheme": "dynamic"}] * 2


CONFIGS = [
    ("transformers.GenerationConfig: {max_new_tokens: 0}", [], 1, "error"),
    ("transformers.GenerationConfig: {max_new_tokens: 1}", [], 0, ""),
    ("transformers.GenerationConfig: {temperature: 0.5}", [], 0, "ignored"),
    ("transformers.GenerationConfig: {temperature: 0.5}", ["--strict"], 1, "ignored"),
    ("max_new_tokens: 0", ["--type", "transformers.GenerationConfig"], 1, "error"),
    ("nothing_like_it: 0", [], 2, "is not a native type"),
    ("transformers.GenerationConfg: {}", [], 2, "did you mean transformers.GenerationConfig?"),
    ("[1, 2", [], 2, "not YAML"),
    ("", [], 2, "is not a mapping"),
]


@pytest.mark.parametrize(("text", "options", "code", "says"), CONFIGS)
def test_check_files(
    text: str, options: list[str], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    assert run(["check", str(file), *options]) == code
    said = capsys.readouterr()
    assert says in said.out + said.err
    assert bool(said.out) == (says in {"error", "ignored"})


def test_check_points_into_the_users_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "generation_config.json"
    file.write_text('{\n  "note": "\\ud83d\\ude00",\n  "max_new_tokens": -1\n}\n')
    assert run(["check", str(file), "--type", "transformers.GenerationConfig", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("check-report"))
    assert report["items"][0]["positions"] == [{"line": 3, "column": 21}]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("transformers.GenerationConfig.num_return_sequences-within-num_beams", "fires when"),
        ("L012", "unknown operator"),
    ],
)
def test_explain(what: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", what]) == 0
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("what", ["L999", "transformers.GenerationConfig.nothing", "nonsense"])
def test_explain_of_nothing(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", what]) == 2
    assert "error:" in capsys.readouterr().err
