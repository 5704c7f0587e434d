"""``llem-rules fmt`` as a person meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from llem_rules.cli.app import run
from tests.cli.test_lint import project  # noqa: F401 - a fixture
from tests.corpus.test_formatting import OTHER, RULE

UGLY = RULE + OTHER


@pytest.fixture
def file(project: Path) -> Path:  # noqa: F811
    return project / "rules" / "vllm" / "SamplingParams.yaml"


def test_writes_once(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(UGLY)
    assert run(["fmt"]) == 0
    assert capsys.readouterr().out == "changed rules/vllm/SamplingParams.yaml\n"
    assert file.read_text() == RULE + "\n" + OTHER
    assert run(["fmt"]) == 0
    assert capsys.readouterr().out == ""


def test_check_only_says(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(UGLY)
    assert run(["fmt", "--check", str(file)]) == 1
    assert capsys.readouterr().out == "would change rules/vllm/SamplingParams.yaml\n"
    assert file.read_text() == UGLY


def test_leaves_a_file_with_problems_alone_and_does_the_others(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = file.with_name("Bad.yaml")
    bad.write_text(UGLY.replace('"<"', '"=>"'))
    file.write_text(UGLY)
    assert run(["fmt"]) == 2
    captured = capsys.readouterr()
    assert "Bad.yaml:4:15: unknown operator" in captured.err
    assert "llem-rules lint" in captured.err
    assert captured.out == "changed rules/vllm/SamplingParams.yaml\n"
    assert bad.read_text() == UGLY.replace('"<"', '"=>"')


def test_nothing_there(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.unlink()
    assert run(["fmt"]) == 4
    assert "no rule files" in capsys.readouterr().err
