"""The commands on made studies: what they print, write and end with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llem_rules.cli.entry import llem, main
from llem_rules.corpus.locate import find_project
from tests.runtime.made import record

TYPE = "vllm.SamplingParams"


def runs(folder: Path, records: Sequence[dict[str, Any]], torn: bytes = b"") -> Path:
    """A study folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(one) + "\n" for one in records)
    (folder / "runtime_observations.jsonl").write_bytes(lines.encode() + torn)
    return folder


def of(kwargs: dict[str, Any], **more: Any) -> dict[str, Any]:
    one = record({**kwargs}, **more)
    return {**one, "engine": "vllm", "config": {TYPE: kwargs}, "config_hash": json.dumps(kwargs)}


ODD = [of({"top_k": k, "n": 1}, message="top_k is odd" if k > 40 else None) for k in (1, 5, 10, 40, 50, 60, 99)]
SILENT = [
    of({"n": n, "max_tokens": m}, effective={TYPE: {"n": 1} if n > 2 else {}}, observed_config_hash=f"{min(n, 3)}-{m}")
    for n in (1, 2, 3, 4, 5)
    for m in (8, 16)
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scratch copy of the project."""
    source = find_project().root
    for name in ("rules", "engine_versions", "corpus", "sites"):
        shutil.copytree(source / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def schema(name: str) -> Any:
    return json.loads((Path(__file__).parents[2] / "schemas" / f"{name}.schema.json").read_text())


def test_report_gaps_appends_once_and_lints(home: Path, capsys: Any) -> None:
    folder = runs(home / "study", ODD, torn=b'{"schema_ver')
    path = home / "rules" / "vllm" / "SamplingParams.yaml"
    before = path.read_text()
    assert main(["report-gaps", "--study-dir", str(folder)]) == 1
    shown = capsys.readouterr()
    assert 'match: {top_k: {">": 40}}' in shown.out
    assert "TODO: human" in shown.out
    assert "set aside" in shown.err
    assert main(["report-gaps", "--study-dir", str(folder), "--append"]) == 0
    after = path.read_text()
    assert after.startswith(before)
    assert after.count("added_by: runtime_warning") == before.count("added_by: runtime_warning") + 1
    assert main(["report-gaps", "--study-dir", str(folder), "--append"]) == 0
    assert path.read_text() == after
    assert main(["lint", str(path)]) == 0
    assert {
        one.name for one in home.rglob("*.yaml") if one.read_text() != (find_project(home).root / one).read_text()
    } == set()


def test_the_same_under_its_old_name(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    folder = runs(home / "study", ODD)
    monkeypatch.setattr("sys.argv", ["llem", "report-gaps", "--study-dir", str(folder), "--out", "out.yaml"])
    assert llem() == 1
    assert capsys.readouterr().out == ""
    assert "top_k" in (home / "out.yaml").read_text()


@pytest.mark.parametrize("source", ["runtime-warnings", "equivalence-groups"])
def test_json_keeps_to_its_schema(home: Path, capsys: Any, source: str) -> None:
    folder = runs(home / "study", [*ODD, *SILENT])
    assert main(["report-gaps", "--study-dir", str(folder), "--source", source, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema("gaps-report"))
    summary = document["summary"]
    assert (summary["lines"], summary["configs"], summary["told"]) == (17, 17, 1)


def test_equivalence_groups_are_written_and_explained(home: Path, capsys: Any) -> None:
    folder = runs(home / "study", SILENT)
    assert main(["dedupe", str(folder)]) == 1
    assert "gap" in capsys.readouterr().out
    document = json.loads((folder / "equivalence_groups.json").read_text())
    jsonschema.validate(document, schema("equivalence-groups"))
    gaps = [one for one in document["groups"] if one["gap_detected"]]
    assert [one["differing_fields"] for one in gaps] == [[f"{TYPE}.n"]] * 2
    assert {one["proposed_invariant_id"] for one in gaps} == {f"{TYPE}.n-idle-when-n-above-2"}


def test_dedupe_reduces(home: Path, capsys: Any) -> None:
    (home / "study.yaml").write_text(
        f"grid: {{{TYPE}.temperature: [0.0, 0.7, -1.0], {TYPE}.top_p: [0.5, 1.0], {TYPE}.seed: [1]}}\n"
    )
    assert main(["dedupe", "study.yaml", "-o", "reduced.yaml", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema("dedupe-report"))
    assert document["summary"] == {"members": 6, "kept": 3, "invalid": 2, "duplicates": 1, "dormant": 1, "saved": 0.5}
    assert main(["dedupe", "reduced.yaml"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["dedupe", "bad.yaml"], 2, "give --type"),
        (["dedupe", "empty.yaml"], 4, ""),
        (["dedupe", "nothing"], 4, "holds no runtime_observations.jsonl"),
        (["report-gaps", "--study-dir", "nowhere"], 2, "no such file or folder"),
        (["report-gaps", "--study-dir", "study", "--engine", "transformers"], 4, "no record of transformers"),
        (["report-gaps", "--study-dir", "unknown"], 2, "no engine is called"),
    ],
)
def test_mistakes(home: Path, capsys: Any, arguments: list[str], code: int, words: str) -> None:
    (home / "bad.yaml").write_text("- {temperature: 1}\n")
    (home / "empty.yaml").write_text("[]\n")
    (home / "nothing").mkdir()
    runs(home / "study", ODD)
    runs(home / "unknown", [{**ODD[0], "engine": "nosuch"}])
    assert main(arguments) == code
    assert words in capsys.readouterr().err


def test_a_recorded_line_keeps_to_its_schema() -> None:
    for one in (*ODD, *SILENT, of({"n": 0}, raised="no")):
        jsonschema.validate(one, schema("runtime-observation"))
