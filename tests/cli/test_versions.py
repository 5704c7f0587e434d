"""The producers on older versions of the real libraries: nothing of the pinned version's corpus is touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.artefacts import load_yaml
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish

publish()
# Of the large engine a few types: all of them take several minutes.
SOME = ["vllm.config.SchedulerConfig", "vllm.config.LoRAConfig", "vllm.sampling_params.RepetitionDetectionParams"]
OLDER = [
    pytest.param("transformers", "4.57.6", [], 0.75, id="transformers"),
    pytest.param("vllm", "0.22.1", SOME, 0.7, id="vllm", marks=pytest.mark.xdist_group("vllm")),
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's data."""
    for folder in ("rules", "engine_versions", "corpus"):
        shutil.copytree(find_project().root / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted((project / "corpus").rglob("*")) if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "version", "types", "share"), OLDER)
def test_mining_and_coverage(
    engine: str, version: str, types: list[str], share: float, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(project)
    chosen = [word for name in types for word in ("--type", name)]
    arguments = [engine, "--version", version, "--format", "json", *chosen]
    assert run(["mine", *arguments, "-o", "mined.yaml"]) == 0
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("mine-report"))
    summary = report["summary"]
    assert summary["version"] == version
    assert summary["landmarks_missing"] == []
    absent = {one["landmark"] for one in summary["landmarks_absent"]}
    assert set(summary["missing_types"]) == (absent & set(types) if types else absent)
    mined = load_yaml(project / "mined.yaml")
    jsonschema.validate(mined, schema("invariants.proposed"))
    assert (mined["library_version"], len(mined["rules"])) == (version, summary["rules"])
    assert run(["coverage", *arguments]) == 0
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("coverage-report"))
    assert report["summary"]["covered"] / report["summary"]["reachable"] >= share
    assert files(project) == before


@pytest.mark.slow
def test_replay_and_discovery(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(project)
    arguments = ["transformers", "--version", "4.57.6"]
    assert run(["replay", *arguments, "-o", "evidence.yaml", "--no-fail-on-divergence"]) in {0, 3}
    evidence = load_yaml(project / "evidence.yaml")
    jsonschema.validate(evidence, schema("invariants.validated"))
    assert evidence["environment"]["library_version"] == "4.57.6"
    assert run(["discover", *arguments, "-o", "schema.json"]) == 0
    assert json.loads((project / "schema.json").read_text())["library_version"] == "4.57.6"
    assert "absent" in capsys.readouterr().out
    assert files(project) == before


MINED = """\
schema_version: 1
engine: transformers
library_version: 4.57.6
rules:
- id: transformers.WatermarkingConfig.greenlist_ratio-not-mined-from-corpus
  kind: invariant
  native_type: transformers.WatermarkingConfig
  given: {greenlist_ratio: {type_is: [int, float]}}
  require: {greenlist_ratio: {">=": 0.0, "<=": 1.0}}
  expected: {effect: error, channel: exception, exception: ValueError}
  message_template: "`greenlist_ratio` should be in range between 0.0 and 1.0` but found {seeding_scheme}"
  reach: validate
  source: {file: transformers/generation/configuration_utils.py, function: WatermarkingConfig.validate}
  added_by: static_miner
  kwargs_positive: {greenlist_ratio: 2.0}
  kwargs_negative: {greenlist_ratio: 0.5}
"""


def test_replaying_other_mined_rules(project: Path) -> None:
    """They stand beside what people wrote, and instead of what was mined of the pinned version."""
    before = files(project)
    (project / "mined.yaml").write_text(MINED)
    arguments = ["--proposed", "mined.yaml", "--rule", "transformers.WatermarkingConfig.*"]
    assert run(["replay", "transformers", "--version", "4.57.6", *arguments, "-o", "out/validated.yaml"]) == 0
    document = load_yaml(project / "out" / "validated.yaml")
    jsonschema.validate(document, schema("invariants.validated"))
    assert document["environment"]["library_version"] == "4.57.6"
    added_by = {one["rule"].get("added_by", "authored") for one in document["rules"]}
    mined = [one["id"] for one in document["rules"] if one["rule"].get("added_by") == "static_miner"]
    assert mined == ["transformers.WatermarkingConfig.greenlist_ratio-not-mined-from-corpus"]
    assert "authored" in added_by
    assert run(["replay", "transformers", *arguments]) == 0  # the pinned version, and still nothing is kept
    assert files(project) == before


@pytest.mark.parametrize("arguments", [["--proposed", "none.yaml"], ["vllm", "--proposed", "mined.yaml"]])
def test_mined_rules_that_cannot_be_replayed(arguments: list[str], project: Path) -> None:
    (project / "mined.yaml").write_text("a: 1")
    assert run(["replay", "transformers", *arguments]) == 2
