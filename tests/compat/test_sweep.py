"""Sweeps of the live library: a rule that came and went, and every way in which a version or a sweep can fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.locate import cache_folder
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish
from tests.cli.scratch import make_project

publish()
# One rule that holds everywhere, one about a class that came with 5.x, and one that only older versions have.
RULES = """\
- id: transformers.WatermarkingConfig.context_width-at-least-one
  kind: invariant
  native_type: transformers.WatermarkingConfig
  require: {context_width: {">=": 1}}
  expected: {effect: error, channel: exception, exception: ValueError}
  reach: validate
  kwargs_positive: {context_width: 0}
  kwargs_negative: {context_width: 1}

- id: transformers.ContinuousBatchingConfig.unknown-field
  kind: invalidity
  native_type: transformers.ContinuousBatchingConfig
  match: {no_such_field: {present: true}}
  expected: {effect: error, channel: exception, exception: TypeError}
  kwargs_positive: {no_such_field: 1}
  kwargs_negative: {}

- id: transformers.GenerationConfig.constraints-suppressed
  kind: invalidity
  native_type: transformers.GenerationConfig
  match: {top_k: {type_is: str}, do_sample: true}
  expected: {effect: error, channel: exception, exception: TypeError}
  kwargs_positive: {top_k: "a", do_sample: true}
  kwargs_negative: {do_sample: true}
"""
OLD, NEW = "4.57.6", "5.23.0"
MATRIX = Path("corpus/transformers/compat.json")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with three rules, and a cache that has the environments and nothing else."""
    folder = tmp_path / "project"
    folder.mkdir()
    make_project(folder, RULES, "Some")
    for kept in (folder / "engine_versions").glob("*.compat.json"):
        kept.unlink()
    environments = cache_folder() / "environments"
    environments.mkdir(parents=True, exist_ok=True)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "environments").symlink_to(environments)
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    return folder


def compat(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    assert run(["compat", "transformers", "--format", "json", *arguments]) == code
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("compat-report"))
    return report


def states(report: dict[str, Any]) -> dict[str, list[str]]:
    return {
        item["id"].rpartition(".")[2]: [f"{s['first']} {s['cell']['state']}" for s in item["spans"]]
        for item in report["items"]
    }


SEEN = {
    "context_width-at-least-one": [f"{OLD} fires"],
    "unknown-field": [f"{OLD} absent", f"{NEW} fires"],
    "constraints-suppressed": [f"{OLD} changed"],
}


@pytest.mark.usefixtures("project")
@pytest.mark.slow
def test_two_versions(capsys: pytest.CaptureFixture[str]) -> None:
    report = compat(["--at", NEW, "--at", OLD], capsys)
    assert states(report) == SEEN
    rules = {item["id"].rpartition(".")[2]: item for item in report["items"]}
    assert rules["unknown-field"]["introduced"] == [OLD, NEW]
    assert rules["unknown-field"]["applies_to"] == [NEW]
    assert rules["unknown-field"]["spans"][0]["cell"]["why"] == "no transformers.ContinuousBatchingConfig"
    assert report["summary"]["cells"] == 6
    jsonschema.validate(json.loads(MATRIX.read_text()), schema("version-matrix"))
    # The probes are kept, and what was swept is shown again without asking anything.
    probes = json.loads(Path("engine_versions/transformers.compat.json").read_text())
    assert list(probes["versions"]) == [OLD, NEW]
    assert compat([], capsys) == report
    # So is a version of which all is known; an edited rule is asked anew, and those of its type.
    assert run(["compat", "transformers", "--at", OLD, "--at", NEW]) == 0
    assert "fire" not in capsys.readouterr().err
    path = Path("rules/transformers/Some.yaml")
    path.write_text(
        path.read_text().replace("kwargs_positive: {context_width: 0}", "kwargs_positive: {context_width: -1}")
    )
    edited = compat(["--at", OLD], capsys)
    assert [span["first"] for span in edited["items"][-1]["spans"]] == [OLD]
    path.write_text(path.read_text().replace("context_width: -1", "context_width: 0"))
    assert compat(["--at", OLD, "--at", NEW], capsys)["items"] == report["items"]
    assert run(["compat", "transformers"]) == 0
    assert "1 rules with a proved introduction" in capsys.readouterr().out
    assert run(["compat", "transformers", "--format", "html", "-o", "map.html"]) == 0
    page = Path("map.html").read_text()
    assert "http" not in page
    assert page.count('<td class="') == 6


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_a_replay_says_on_which_versions_a_rule_holds(capsys: pytest.CaptureFixture[str]) -> None:
    from llem_rules.corpus.artefacts import load_yaml

    compat(["--at", NEW, "--at", OLD], capsys)
    assert run(["replay", "transformers", "--no-fail-on-divergence"]) == 0
    rules = {one["id"]: one for one in load_yaml(Path("corpus/transformers/invariants.validated.yaml"))["rules"]}
    assert rules["transformers.WatermarkingConfig.context_width-at-least-one"]["applies_to"] == [OLD, NEW]
    assert rules["transformers.ContinuousBatchingConfig.unknown-field"]["applies_to"] == [NEW]


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_a_version_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    report = compat(["--at", NEW, "--at", "99.0"], capsys, 3)
    assert "transformers==99.0" in report["summary"]["versions"]["99.0"]["unchecked"]
    assert report["summary"]["versions"][NEW]["unchecked"] is None
    assert report["summary"]["cells"] == 3
    assert run(["compat", "transformers", "--at", "new"]) == 2


def without(away: str, project: Path) -> None:
    """Leave a dependency out of the environment."""
    path = project / "engine_versions" / "transformers.yaml"
    broken = f"  overrides:\n    - {away}==0.0.1; sys_platform == 'never'\n  torch:"
    path.write_text(path.read_text().replace("  torch:", broken))


def test_a_version_whose_import_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    without("huggingface-hub", project)
    report = compat(["--at", OLD], capsys, 3)
    why = report["summary"]["versions"][OLD]["unchecked"]
    assert "cannot be imported: ModuleNotFoundError: No module named 'huggingface_hub'" in why


def no_build(project: Path) -> tuple[str, str]:
    """A dependency that cannot be built."""
    broken = project / "broken"
    broken.mkdir()
    (broken / "backend.py").write_text("raise SystemExit('no compiler here')\n")
    (broken / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "broken"\nversion = "1"\n'
    )
    return "    - accelerate", f"    - accelerate\n    - broken @ {broken.as_uri()}"


INSTALLS: dict[str, tuple[Any, str]] = {
    "a dependency that is not built": (no_build, "no compiler here"),
    "a dependency that is nowhere": (
        lambda _project: ("    - accelerate", "    - accelerate==99.0"),
        "accelerate==99.0",
    ),
    "a Python that is nowhere": (lambda _project: ('python: ">=3.10,<3.14"', 'python: ">=3.99"'), "3.99"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", INSTALLS)
def test_a_version_whose_install_fails(case: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, said = INSTALLS[case]
    compat(["--at", NEW], capsys)
    path = project / "engine_versions" / "transformers.yaml"
    before, after = change(project)
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    report = compat(["--at", OLD], capsys, 3)
    assert said in report["summary"]["versions"][OLD]["unchecked"]
    # What was swept before stays.
    assert report["summary"]["versions"][NEW]["unchecked"] is None
    assert report["summary"]["cells"] == 3


@pytest.mark.slow
def test_a_class_whose_module_cannot_be_imported_is_not_absent(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without("tokenizers", project)
    report = compat(["--at", OLD], capsys, 3)
    assert {name: one[0].split()[1] for name, one in states(report).items()} == {
        "context_width-at-least-one": "unchecked",
        "unknown-field": "absent",
        "constraints-suppressed": "unchecked",
    }
    assert report["summary"]["unchecked"] == 2


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_an_index_that_is_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compat(["--at", OLD], capsys)
    before = MATRIX.read_bytes()
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    assert run(["compat", "transformers", "--versions", ">=5"]) == 3
    assert "the releases of transformers cannot be listed" in capsys.readouterr().err
    assert "nothing could be seen" not in capsys.readouterr().out
    assert MATRIX.read_bytes() == before


def start() -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "llem_rules",
        "compat",
        "transformers",
        "--at",
        OLD,
        "--at",
        NEW,
        "--format",
        "json",
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.slow
def test_an_interrupted_sweep_goes_on_where_it_was(
    project: Path, number: signal.Signals, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    running = start()
    assert running.stderr is not None
    lines = (line for line in running.stderr if line.startswith(OLD))
    assert "1 fire, 1 changed, 1 do not exist" in next(lines)
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == code
    assert not (project / MATRIX).exists()
    [kept] = (Path(os.environ["LLEM_RULES_CACHE"]) / "sweeps" / "transformers").glob("*.json")
    seen_at = kept.stat().st_mtime_ns
    assert states(compat(["--at", OLD, "--at", NEW], capsys)) == SEEN
    assert kept.stat().st_mtime_ns == seen_at


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_two_sweeps_at_once() -> None:
    both = [start(), start()]
    told = [one.communicate(timeout=200)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert told[0] == told[1]
    assert states(json.loads(told[0])) == SEEN
    kept = list((Path(os.environ["LLEM_RULES_CACHE"]) / "sweeps" / "transformers").glob("*.json"))
    assert len(kept) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_a_config_is_judged_for_another_version(capsys: pytest.CaptureFixture[str]) -> None:
    compat(["--at", NEW, "--at", OLD], capsys)
    assert run(["replay", "transformers", "--no-fail-on-divergence"]) == 0
    assert run(["discover", "transformers"]) == 0
    Path("config.yaml").write_text(
        "transformers.WatermarkingConfig: {context_width: 0}\ntransformers.ContinuousBatchingConfig: {no_such_field: 1}\n"
    )
    capsys.readouterr()
    assert run(["check", "config.yaml", "--versions", "all", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("check-versions-report"))
    assert [item["effects"] for item in report["items"]] == [
        {OLD: "error", NEW: "error"},
        {OLD: "absent", NEW: "error"},
    ]
    assert run(["check", "config.yaml", "--versions", "all"]) == 1
    said = capsys.readouterr().out
    assert f"{OLD} to {NEW}" in said
    assert "the native type does not exist" in said
    Path("config.yaml").write_text("transformers.WatermarkingConfig: {context_width: 0}\n")
    assert run(["check", "config.yaml", "--engine-version", OLD]) == 1
    assert f"transformers {OLD}" in capsys.readouterr().out
    assert run(["check", "config.yaml", "--engine-version", "4.1.0"]) == 3
    assert f"known: {OLD}, {NEW}; llem-rules compat transformers --at 4.1.0" in capsys.readouterr().err
