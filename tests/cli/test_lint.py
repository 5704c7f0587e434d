"""``llem-rules lint``, ``schema`` and ``explain`` as a person meets them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.schemas import schema
from tests.corpus.test_formatting import OTHER, RULE

BAD = RULE.replace('"<"', '"=>"')


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "engine_versions").mkdir()
    (tmp_path / "rules" / "vllm").mkdir(parents=True)
    (tmp_path / "rules" / "vllm" / "SamplingParams.yaml").write_text(RULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_silent_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_finding_is_one_block(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rules" / "vllm" / "SamplingParams.yaml").write_text(BAD)
    assert run(["lint"]) == 1
    assert capsys.readouterr().out == (
        'rules/vllm/SamplingParams.yaml:4:15  L012 unknown operator "=>" (did you mean ">="?)\n'
        ' 4 │   match: {n: {"=>": 1}}\n'
        "   │               ^^^^\n"
        "1 problem in 1 of 1 file. What a code means: llem-rules explain L012\n"
    )


def test_json_says_all_that_the_text_says(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rules" / "vllm" / "SamplingParams.yaml").write_text(BAD)
    assert run(["lint", "--format", "json", "rules"]) == 1
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("lint-report"))
    assert report["summary"] == {"files": 1, "rules": 0, "problems": 1, "files_with_problems": 1}
    (item,) = report["items"]
    assert (item["line"], item["column"], item["code"], item["suggestion"]) == (4, 15, "L012", ">=")
    assert item["rule"] == "vllm.SamplingParams.a"


def test_github_annotates(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rules" / "vllm" / "SamplingParams.yaml").write_text(BAD)
    assert run(["lint", "--format", "github"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("::error file=rules/vllm/SamplingParams.yaml,line=4,col=15,endLine=4,title=L012::")


@pytest.mark.usefixtures("project")
def test_clean_json_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["lint", "nothing.yaml"], 2, "nothing.yaml:1:1  L001 no such file"),
        (["lint", "empty"], 4, "no rule files in empty"),
        (["lint", "--format", "xml"], 2, "xml"),
        (["explain", "L999"], 2, "no lint code L999"),
        (["explain", "l012"], 0, "L012 unknown operator"),
        (["schema", "nope"], 2, "engine-versions"),
        (["schema"], 0, "lint-report"),
    ],
)
def test_exit_code_and_words(
    arguments: list[str], code: int, said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "empty").mkdir()
    assert run(arguments) == code
    assert said in "".join(capsys.readouterr())


def test_duplicates_are_seen_across_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rules" / "vllm" / "Other.yaml").write_text(RULE + "\n" + OTHER.replace("{n: {", "{seed: {"))
    assert run(["lint"]) == 1
    assert "this id is taken by rules/vllm/Other.yaml:1:7" in capsys.readouterr().out


def test_schemas_are_written_and_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--check"]) == 1
    assert run(["schema", "--write"]) == 0
    assert run(["schema", "--check"]) == 0
    (project / "schemas" / "rules.schema.json").write_text("{}")
    capsys.readouterr()
    assert run(["schema", "--check"]) == 1
    assert capsys.readouterr().out == "stale schemas/rules.schema.json\n"


@pytest.mark.usefixtures("project")
def test_lint_imports_nothing_heavy() -> None:
    heavy = ("ruamel", "jsonschema", "networkx", "packaging", "rich", "docker")
    code = (
        "import sys; from llem_rules.cli.entry import main; assert main(['lint']) == 0;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    program = shutil.which(sys.executable) or sys.executable
    result = subprocess.run([program, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
