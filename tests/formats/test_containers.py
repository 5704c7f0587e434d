"""Commands inside Dockerfiles, compose files and manifests: what is said, and where in the file that people have."""

from __future__ import annotations

from pathlib import Path

import pytest

from llem_rules.check.policy import Policy
from llem_rules.cli.app import run
from llem_rules.cli.checking import Shelf, judge_found
from llem_rules.formats import read_text_as

SEQS, MODE = "vllm.EngineArgs.max_num_seqs-below-1", "vllm.config.CompilationConfig.mode-unknown"
SERVICE = "services:\n  s:\n    image: vllm/vllm-openai:v0.32.0\n"
POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    image: registry.example/vllm/vllm-openai@sha256:0\n"

BASH = "    command:\n    - bash\n    - -ec\n    - |\n"

# «: where the finding points.
CASES: list[tuple[str, str, list[str]]] = [
    # An image that runs the engine: its arguments alone.
    ("Dockerfile", 'FROM vllm/vllm-openai:latest\nCMD ["--model", "m", "--max-num-seqs", "«0"]\n', [SEQS]),
    ("Dockerfile", 'FROM --platform=linux/amd64 vllm/vllm-openai AS a\nFROM a\nCMD ["--max-num-seqs=«0"]\n', [SEQS]),
    ("Dockerfile", 'FROM python:3.11\nCMD ["--model", "m", "--max-num-seqs", "«0"]\n', []),
    ("compose.yaml", SERVICE + '    command: ["--model", "m", "--max-num-seqs", "«0"]\n', [SEQS]),
    ("compose.yaml", SERVICE + "    command: --model m --max-num-seqs «0\n", [SEQS]),
    ("compose.yaml", SERVICE + "    command: >-\n      --model m\n      --max-num-seqs «0\n", [SEQS]),
    ("compose.yaml", SERVICE + "    entrypoint: sleep\n    command: --max-num-seqs «0\n", []),
    ("pod.yaml", POD + "    args:\n    - --model=m\n    - --max-num-seqs=«0\n", [SEQS]),
    ("pod.yaml", POD + '    args: ["--max-num-seqs", «0]\n', [SEQS]),
    # Shell text, in each notation.
    ("pod.yaml", POD + '    command: [sh, -c]\n    args: ["cd / && exec vllm serve m --max-num-seqs «0"]\n', [SEQS]),
    ("pod.yaml", POD + BASH + "      set -x\n      A=1 vllm serve m \\\n        --max-num-seqs «0 2>&1 | tee log\n", [SEQS]),
    ("pod.yaml", POD + '    command: ["bash", "-c", "vllm serve \\"m\\" \\\n      --max-num-seqs «0"]\n', [SEQS]),
    ("Dockerfile", "FROM x\nCMD vllm serve m \\\n # why\n  --max-num-seqs «0\n", [SEQS]),
    ("Dockerfile", 'FROM x\nENTRYPOINT ["vllm", "serve"]\nCMD ["m", \\\n  "--max-num-seqs=«0"]\n', [SEQS]),
    ("Dockerfile", "FROM x\nENTRYPOINT vllm serve m --max-num-seqs «0\nCMD [\"--max-num-seqs\", \"1\"]\n", [SEQS]),
    # JSON and dotted options: into the value.
    ("compose.yaml", SERVICE + """    command: ["--compilation-config", '{"mode": «9}']\n""", [MODE]),
    ("compose.yaml", SERVICE + '    command: ["-cc", "{\\"level\\": 1, \\"mode\\": «9}"]\n', [MODE, "unknown-field"]),
    ("compose.yaml", SERVICE + "    command: --compilation-config.mode «9\n", [MODE]),
    ("compose.yaml", SERVICE + "    command: -cc.mode=«9\n", [MODE]),
    # Anchors and merge keys: where the value is written.
    ("compose.yaml", "x: &args [--max-num-seqs, '«0']\n" + SERVICE + "    command: *args\n", [SEQS]),
    ("compose.yaml", "x: &x\n  image: vllm/vllm-openai\n  command: [--max-num-seqs=«0]\nservices:\n  s:\n    <<: *x\n", [SEQS]),
    # What only the surroundings know is no mistake.
    ("compose.yaml", SERVICE + "    command: --max-num-seqs ${SEQS} --model m\n", []),
    ("pod.yaml", POD + '    args: ["--max-num-seqs=$(SEQS)", "$(MORE)"]\n', []),
    ("Dockerfile", "FROM x\nCMD vllm serve $MODEL --max-num-seqs $N --tensor-parallel-size=`nproc` $EXTRA\n", []),
    ("compose.yaml", "services: {s: {image: redis, command: [redis-server, --port, '0']}}\n", []),
]  # fmt: skip


def told(name: str, text: str) -> dict[str, str]:
    verdicts = judge_found(read_text_as(text, Path(name), None, name), None, Shelf(None, None), Policy())
    return {
        note.name: f"{note.about[0][1].line}:{note.about[0][1].column}"
        for verdict in verdicts
        for note in verdict.notes
        if note.effect == "error"
    }


def marked(text: str) -> tuple[str, str]:
    """The text without its mark, and the place of the mark."""
    before, _, after = text.partition("«")
    return before + after, f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize(("name", "text", "wanted"), CASES)
def test_what_is_said_and_where(name: str, text: str, wanted: list[str]) -> None:
    plain, place = marked(text)
    found = told(name, plain)
    assert sorted(found) == sorted(wanted)
    assert not wanted or found[wanted[0]] == place


@pytest.mark.parametrize(("name", "text", "wanted"), [case for case in CASES if len(case[2]) == 1])
def test_fixed_in_place(name: str, text: str, wanted: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(marked(text)[0])
    assert run(["check", str(path), "--fix"]) == 0
    before, _, after = text.partition("«")
    assert path.read_text() == before + ("3" if wanted == [MODE] else "1") + after[1:]


def test_nothing_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text('FROM python:3.11\nCMD ["python"]\n')
    assert run(["check", str(path)]) == 4
    assert "nothing to check" in capsys.readouterr().err


def test_arguments_that_reach_the_program_as_a_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Behind an image's own command, a CMD without brackets is `/bin/sh -c …` as arguments."""
    path = tmp_path / "Dockerfile"
    path.write_text("FROM vllm/vllm-openai\nCMD --model m\n")
    assert run(["check", str(path)]) == 1
    assert "-c: invalid JSON value: '--model m'" in capsys.readouterr().out  # the one option that begins so
