"""Gears and parts as a user meets them: what the options do to the evidence, and what a mistake is told."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.artefacts import load_yaml
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish
from tests.cli.scratch import RULE, make_project

publish()
CORPUS = Path("corpus/transformers")
TWO = RULE + RULE.replace("context_width-at-least-one", "context_width-again")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_project(tmp_path, TWO)
    return tmp_path


def test_evidence_says_how_it_was_come_by_and_is_else_the_same(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {}
    for gear in ("fast", "reference"):
        assert run(["replay", "transformers", "--gear", gear]) == 0
        documents[gear] = load_yaml(project / CORPUS / "invariants.validated.yaml")
        jsonschema.validate(documents[gear], schema("invariants.validated"))
    said = capsys.readouterr().out
    assert "cases also had a process of their own: all the same" in said
    assert "a process for each case" in said
    fast, reference = (documents[gear].pop("isolation") for gear in documents)
    assert (fast["gear"], fast["disagreed"], reference) == ("fast", 0, {"gear": "reference"})
    assert fast["checked"] >= 2
    assert documents["fast"] == documents["reference"]


def test_the_cross_fire_matrix_is_written_beside_the_evidence(project: Path) -> None:
    assert run(["replay", "transformers"]) == 0
    matrix = load_yaml(project / CORPUS / "cross_fire.yaml")
    jsonschema.validate(matrix, schema("cross-fire"))
    assert (matrix["cases"], matrix["crossed"], matrix["shown"], matrix["unexplained"]) == (4, 2, 2, 0)
    before = {path: path.read_bytes() for path in (project / CORPUS).iterdir()}
    assert run(["replay", "transformers", "--rule", "*-again"]) == 0
    assert {path: path.read_bytes() for path in (project / CORPUS).iterdir()} == before


@pytest.mark.parametrize("gear", ["fast", "reference"])
@pytest.mark.parametrize("shards", [2, 3])
def test_merged_shards_are_one_run(gear: str, shards: int, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "transformers", "--gear", gear]) == 0
    whole = {path: path.read_bytes() for path in (project / CORPUS).iterdir()}
    for path in whole:
        path.unlink()
    names = [f"transformers.{number}-of-{shards}.json" for number in range(1, shards + 1)]
    for number, name in enumerate(names, 1):
        assert run(["replay", "transformers", "--gear", gear, "--shard", f"{number}/{shards}"]) == 0
        jsonschema.validate(json.loads((project / name).read_text()), schema("replay-shard"))
    assert list((project / CORPUS).iterdir()) == []
    assert f"llem-rules replay merge transformers.*-of-{shards}.json" in capsys.readouterr().err
    assert run(["replay", "merge", *names]) == 0
    assert {path: path.read_bytes() for path in (project / CORPUS).iterdir()} == whole
    assert run(["replay", "merge", *names, "--format", "json", "-o", "elsewhere.yaml"]) == 0
    assert (project / "elsewhere.yaml").read_bytes() == whole[project / CORPUS / "invariants.validated.yaml"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["replay", "transformers", "--shard", "3/2"], 2, "--shard 3/2: it is I/N"),
        (["replay", "transformers", "--shard", "0/2"], 2, "--shard 0/2: it is I/N"),
        (["replay", "transformers", "--shard", "half"], 2, "--shard half: it is I/N"),
        (["replay", "--shard", "1/2"], 2, "--shard goes with one engine"),
        (["replay", "transformers", "--rule", "no-such", "--shard", "1/2"], 4, "no rule of transformers matches"),
        (["replay", "transformers", "--gear", "third"], 2, "Invalid value for '--gear'"),
        (["replay", "merge"], 2, "Missing argument 'FILE...'"),
        (["replay", "merge", "nowhere.json"], 2, "nowhere.json cannot be read"),
        (["replay", "merge", "rules/transformers/WatermarkingConfig.yaml"], 2, "is no shard of a replay"),
        (["replay", "merge", "one.json"], 2, "these are not the 2 shards of one replay: 1/2"),
    ],
)
@pytest.mark.usefixtures("project")
def test_usage(arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    if arguments[-1] == "one.json":
        assert run(["replay", "transformers", "--shard", "1/2", "-o", "one.json"]) == 0
    assert run(arguments) == code
    said = capsys.readouterr()
    assert says in said.out + said.err
    assert "Traceback" not in said.err
