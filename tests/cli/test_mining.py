"""``mine``, ``coverage`` and the JSON forms that have schemas of their own, on the live library."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.rulebook import PROPOSED
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish

publish()
GENERATION = "transformers.GenerationConfig"


@pytest.mark.slow
def test_mining_ends_every_candidate_and_makes_the_committed_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    path = find_project().corpus_dir("transformers") / PROPOSED
    before = path.read_bytes()
    assert run(["mine", "transformers", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("mine-report"))
    summary = report["summary"]
    assert (
        summary["proposed"] + summary["merged"] + summary["rejected"] == summary["candidates"] == len(report["items"])
    )
    assert summary["missing_types"] == []
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        (["coverage", "transformers", "--type", GENERATION], "coverage-report"),
        (["discover", "transformers", "--no-write"], "discover-report"),
        (["try", "transformers", "--type", GENERATION], "try-report"),
    ],
)
def test_json_has_its_published_shape(arguments: list[str], shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*arguments, "--format", "json"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), schema(shape))


def test_coverage_names_the_rules_and_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coverage", "transformers", "--type", GENERATION, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    for item in report["items"]:
        assert bool(item["rules"]) != bool(item["why"]), item
    counts = report["summary"]["native_types"][GENERATION]
    assert counts["covered"] / counts["reachable"] >= 0.85


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coverage", "transformers", "--type", GENERATION, "--format", "html"]) == 0
    page = capsys.readouterr().out
    (tmp_path / "coverage.html").write_text(page)
    assert page.startswith("<!doctype html>")
    assert "http" not in page.partition("<body>")[0]
    assert GENERATION in page


def test_coverage_of_an_unknown_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coverage", "transformers", "--type", "transformers.Nothing"]) == 2
    assert "has no native type transformers.Nothing" in capsys.readouterr().err
