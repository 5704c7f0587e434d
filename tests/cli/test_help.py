"""Help that works: every command has examples, and each of them runs."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from llem_rules.cli.app import app, run
from llem_rules.cli.helping import examples
from llem_rules.corpus.locate import find_project

COMMANDS = sorted(
    str(command.name or command.callback.__name__) for command in app.registered_commands if command.callback
)
CASES = [(command, example) for command in COMMANDS for example in examples(command)]
# What an example does to all rules takes no longer than what it does to these; only mining reads the whole library.
KEPT = {
    "transformers.GenerationConfig",
    "transformers.SynthIDTextWatermarkingConfig",
    "transformers.WatermarkingConfig",
    "vllm.SamplingParams",
}
KEPT_RULE = re.compile(rf"- id: (?:{'|'.join(map(re.escape, sorted(KEPT)))})\.")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's data with the rules of a few classes, and the files that the examples name."""
    source = find_project().root
    for folder in ("rules", "engine_versions", "corpus", "schemas"):
        shutil.copytree(source / folder, tmp_path / folder)
    for file in (tmp_path / "rules").glob("*/*.yaml"):
        if f"{file.parent.name}.{file.stem}" not in KEPT:
            file.unlink()
    for file in (tmp_path / "corpus").glob("*/invariants.*.yaml"):
        head, rules, rest = file.read_text().partition("\nrules:\n")
        kept = [one for one in re.split(r"^(?=- id: )", rest, flags=re.M) if KEPT_RULE.match(one)]
        file.write_text(head + rules + "".join(kept))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "generation_config.json").write_text('{"max_new_tokens": 20}')
    (tmp_path / "serving.yaml").write_text("vllm.SamplingParams: {n: 0}\n")
    (tmp_path / "compose.yaml").write_text("services: {a: {image: a, command: vllm serve m}}\n")
    (tmp_path / "Dockerfile").write_text("FROM a\nCMD vllm serve m\n")
    (tmp_path / "study.yaml").write_text("vllm.SamplingParams: {temperature: 0.5}\n")
    decided = {"native_type": "transformers.GenerationConfig", "field": "top_h", "kind": "missing", "expose": False}
    about = {
        "schema_version": 1,
        "engine": "transformers",
        "library_version": "5.23.0",
        "curated": "llem_rules.engine_configs",
    }
    (tmp_path / "made.yaml").write_text(json.dumps({**about, "decisions": [decided]}))
    (tmp_path / "run-17.yaml").write_text("transformers.GenerationConfig: {max_new_tokens: 5}\n")
    (tmp_path / "worker.py").write_text("print('done')\n")
    seen = {
        "schema_version": 1,
        "study_run_id": "sweep",
        "config_hash": "0" * 64,
        "cycle": 0,
        "engine": "transformers",
        "library_version": "5.23.0",
        "config": {"transformers.GenerationConfig": {"top_k": 5}},
        "outcome": "success",
        "messages": [],
        "messages_dropped": 0,
        "exception": None,
        "effective": {},
        "observed_config_hash": "1" * 64,
    }
    (tmp_path / "results" / "sweep").mkdir(parents=True)
    (tmp_path / "results" / "sweep" / "runtime_observations.jsonl").write_text(json.dumps(seen) + "\n")
    line = {"native_type": "transformers.GenerationConfig", "kwargs": {}}
    (tmp_path / "configs.jsonl").write_text(json.dumps(line) + "\n")
    return tmp_path


def marks(command: str, example: str) -> list[pytest.MarkDecorator]:
    group = pytest.mark.xdist_group("vllm" if "vllm" in example else "examples")
    whole = command == "mine" or example == "llem-rules discover vllm"  # .ci/run itself does these, and compares
    # Beside the tests of the same commands these only import the library once more.
    again = command in {"try", "probe"} and "vllm" in example
    return [group, pytest.mark.slow] if whole or again else [group]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("command", "example"),
    [pytest.param(*case, id=case[1], marks=marks(*case)) for case in CASES],
)
def test_every_example_runs(command: str, example: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = shlex.split(example)
    assert program == "llem-rules"
    assert " ".join(arguments).startswith(command)
    if command == "replay merge":
        for number in (1, 2):
            assert run(["replay", "transformers", "--rule", "*Watermarking*", "--shard", f"{number}/2"]) == 0
    if example.endswith("schema --check"):  # the corpora are cut short here, and so is what editors are told
        assert run(["schema", "--write"]) == 0
    assert run(arguments) == 0, capsys.readouterr()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_them(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Examples:" in shown
    assert "Exit codes:" in shown
