"""What `report` writes, and what it says about it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.schemas import schema
from llem_rules.engines.registry import engine_names
from llem_rules.reporting.documents import publish
from llem_rules.reporting.page import render
from tests.page.doctored import MARKUP, doctored

PAGE = Path(str(files("llem_rules.reporting.page")))
ASSETS = sorted(one for one in PAGE.rglob("*") if one.suffix in {".css", ".js", ".html"})


def test_twice_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    publish()
    assert run(["report", "transformers", "-o", str(file), "--format", "json"]) == 0
    first, told = file.read_bytes(), json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schema("page-report"))
    assert told["summary"]["bytes"] == len(first) < 6_000_000
    assert told["summary"]["changed"]
    assert [item["engine"] for item in told["items"]] == ["transformers"]
    assert told["items"][0]["confirmed"] == told["summary"]["rules"] == first.count(b'"verdict": "confirmed"')

    assert run(["report", "transformers", "-o", str(file)]) == 0
    assert "(unchanged)" in capsys.readouterr().out
    assert file.read_bytes() == first


def test_to_the_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "transformers", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")


FAULTS = [
    (["report", "transfromers"], 2, "did you mean transformers?"),
    (["report", "tensorrt"], 3, "llem-rules replay tensorrt"),
    (["report", "-o", "folder"], 2, "-o folder/llem-rules.html"),
    (["report", "transformers", "-o", "-", "--format", "json"], 2, "-o FILE"),
    (["report", "--coverage", "missing.json"], 2, "missing.json cannot be read"),
    (["report", "--coverage", "text.json"], 2, "text.json is not JSON"),
    (["report", "--coverage", "other.json"], 2, "llem-rules coverage ENGINE --format json > FILE"),
    (["report", "transformers", "--coverage", "vllm.json"], 2, "vllm is not among the engines of this page"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), FAULTS, ids=[" ".join(one[0]) for one in FAULTS])
def test_faults(
    arguments: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.json").write_text("no")
    (tmp_path / "other.json").write_text('{"command": "verify", "items": []}')
    (tmp_path / "vllm.json").write_text('{"command": "coverage", "summary": {"engine": "vllm"}, "items": []}')
    assert run(arguments) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "llem-rules.html").exists()


def test_effect_sites_that_are_handed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = {
        "native_type": "transformers.GenerationConfig",
        "kind": "raise",
        "file": "a.py",
        "line": 3,
        "function": "f",
    }
    site = {**known, "field": None, "rules": [], "apart": None, "reachable": True, "why": "uncovered"}
    summary = {"engine": "transformers", "sites": 1, "apart": {}, "unreachable": {}, "reachable": 1, "covered": 0}
    given = tmp_path / "coverage.json"
    given.write_text(json.dumps({"schema_version": 1, "command": "coverage", "summary": summary, "items": [site]}))
    file = tmp_path / "page.html"
    assert run(["report", "transformers", "--coverage", str(given), "-o", str(file), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["sites"] == 1
    assert '"why": "uncovered"' in file.read_text()


@pytest.mark.parametrize("asset", ASSETS, ids=lambda one: one.name)
def test_the_pages_own_files(asset: Path) -> None:
    """They name no engine, load nothing, never make markup of text, and are short enough to read."""
    text = asset.read_text()
    assert [name for name in engine_names() if name in text] == []
    assert (
        re.findall(
            r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(",
            text,
        )
        == []
    )
    assert len(text.splitlines()) <= 200


def test_every_file_is_used() -> None:
    page = render([], "none")
    assert [asset.name for asset in ASSETS if asset.suffix != ".html" and asset.read_text() not in page] == []


def test_text_never_becomes_markup() -> None:
    page = doctored()
    assert MARKUP not in page
    assert page.count("</script>") == 2
    assert "<img" not in page
