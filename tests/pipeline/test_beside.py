"""What runs beside the cells: speaking for a fork, a sweep's pull request, and one cell on the live library."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from llem_rules.cli.app import run
from llem_rules.cli.ci_sweeping import propose
from llem_rules.graph.step import read_step
from llem_rules.rules.failure import Failure
from tests.cli.scratch import RULE, make_project
from tests.pipeline.forge import Forge, Pull
from tests.pipeline.scene import PLAIN, Scene, change, git, keep, step

HEAD = "a" * 40


@pytest.mark.parametrize(("sha", "state", "comments"), [(HEAD, "told", 1), ("b" * 40, "superseded", 0)])
def test_a_fork_is_spoken_for(
    sha: str, state: str, comments: int, forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge.pulls[7] = Pull(7, "patch-1", sha, fork=True)
    for concern in ("invariants", "schemas"):
        (tmp_path / concern).mkdir()
    keep(tmp_path / "invariants", step("invariants", HEAD, labels=("corpus-changed",), changes=(change(),)))
    keep(tmp_path / "schemas", step("schemas", HEAD))
    assert run(["ci", "report", str(tmp_path), "--head", HEAD, "--from", "eve:patch-1", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["state"] == state
    assert len(forge.bodies(7)) == comments
    assert forge.pulls[7].labels == ["corpus-changed"][:comments]


def test_a_run_of_a_fork_that_left_nothing(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = str(tmp_path / "artefacts")
    assert run(["ci", "report", nowhere, "--head", HEAD, "--from", "eve:patch-1", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["state"] == "nothing"
    assert forge.log == []


def test_a_fork_speaks_once_for_a_cell(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge.pulls[7] = Pull(7, "patch-1", HEAD, fork=True)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        keep(tmp_path / name, step("invariants", HEAD, changes=(change(),)))
    assert run(["ci", "report", str(tmp_path), "--head", HEAD, "--from", "eve:patch-1"]) == 2
    assert "two artefacts of transformers-invariants" in capsys.readouterr().err
    assert forge.log == []


def test_one_forged_artefact_and_nothing_is_told(forge: Forge, tmp_path: Path) -> None:
    forge.pulls[7] = Pull(7, "patch-1", HEAD, fork=True)
    keep(tmp_path, step("invariants", HEAD, changes=(change(),)))
    keep(tmp_path, step("schemas", "b" * 40))
    assert run(["ci", "report", str(tmp_path), "--head", HEAD, "--from", "eve:patch-1"]) == 2
    assert forge.log == []


def test_a_sweep_opens_one_pull_request(scene: Scene, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scene.home)
    file = scene.home / "engine_versions" / "transformers.compat.json"
    file.write_text("one\n")
    states = [propose("transformers", "main", "origin", None, dry_run=True)[0]]
    assert (forge.pulls, scene.tip("llem-ci/sweep-transformers")) == ({}, None)
    for text in ("one\n", "one\n", "two\n"):
        file.write_text(text)
        states.append(propose("transformers", "main", "origin", None, dry_run=False)[0])
    assert states == ["opened", "opened", "updated", "updated"]
    assert len(forge.pulls) == 1
    tip = scene.tip("llem-ci/sweep-transformers")
    assert tip is not None
    assert git(scene.remote, "diff", "--name-only", "main", tip) == "engine_versions/transformers.compat.json"
    assert scene.show(tip, "engine_versions/transformers.compat.json") == "two"
    git(scene.home, "push", "-q", "origin", f"{tip}:main")  # merged
    assert propose("transformers", "main", "origin", None, dry_run=False)[0] == "unchanged"


def probes(engine: str = "transformers") -> str:
    result = {"verdict": "pass", "pin": "x", "landmarks": 1, "fingerprint": "f", "declared": "d"}
    return json.dumps({"engine": engine, "versions": {"5.22.2": {"invariants": result}}})


@pytest.mark.usefixtures("forge")
def test_a_sweep_of_another_job_is_proposed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(scene.home)
    results = scene.folder / "results.json"
    results.write_text(probes())
    assert run(["ci", "sweep", "transformers", "--results", str(results), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["state"] == "opened"
    tip = scene.tip("llem-ci/sweep-transformers")
    assert tip is not None
    assert "5.22.2" in scene.show(tip, "engine_versions/transformers.compat.json")


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("{", [], "holds no probe results"),
        (probes("vllm"), [], "the probe results of vllm, not of transformers"),
        (probes(), ["--versions", ">=5"], "give either --versions"),
    ],
)
def test_what_is_no_sweep(
    text: str,
    more: list[str],
    says: str,
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(scene.home)
    results = scene.folder / "results.json"
    results.write_text(text)
    assert run(["ci", "sweep", "transformers", "--results", str(results), *more]) == 2
    assert says in " ".join(capsys.readouterr().err.split())
    assert scene.tip("llem-ci/sweep-transformers") is None


@pytest.mark.usefixtures("forge")
def test_a_sweep_leaves_peoples_commits_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scene.home)
    file = scene.home / "engine_versions" / "transformers.compat.json"
    file.write_text("one\n")
    propose("transformers", "main", "origin", None, dry_run=False)
    branch = "llem-ci/sweep-transformers"
    git(scene.folder, "clone", "-q", "-b", branch, str(scene.remote), "person")
    git(scene.folder / "person", "commit", "-q", "--allow-empty", "-m", "by hand")
    git(scene.folder / "person", "push", "-q", "origin", branch)
    theirs = scene.tip(branch)
    file.write_text("two\n")
    with pytest.raises(Failure, match=r"has commits of a@b\.c"):
        propose("transformers", "main", "origin", None, dry_run=False)
    assert scene.tip(branch) == theirs


def test_a_pull_request_whose_answer_was_lost_is_not_opened_twice(
    scene: Scene, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scene.home)
    (scene.home / "engine_versions" / "transformers.compat.json").write_text("one\n")
    answers = iter([None, "unheard"])
    forge.trouble = lambda: next(answers, None)
    assert propose("transformers", "main", "origin", None, dry_run=False)[0] == "opened"
    assert len(forge.pulls) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pins", "state"),
    [(">=5.0,<6", "ran"), (">=5.0,<5.1", "blocked")],
)
def test_a_cell_on_the_live_library(
    pins: str, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_project(tmp_path, RULE)
    monkeypatch.chdir(tmp_path)
    versions = Path("engine_versions/transformers.yaml")
    versions.write_text(versions.read_text().replace(">=5.0,<6", pins))
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        subprocess.run(["git", *arguments], env=PLAIN, check=True, capture_output=True)
    head = git(tmp_path, "rev-parse", "HEAD")
    assert run(["ci", "cell", "transformers-schemas", "--base", "HEAD", "--head", head, "--format", "json"]) == 0
    summary = json.loads(capsys.readouterr().out)["summary"]
    assert summary["state"] == state
    kept = read_step(Path("cell/engine-step-diff-transformers-schemas.yaml"))
    assert (kept.head, kept.ran, bool(kept.blocked)) == (head, state == "ran", state == "blocked")
    assert Path("corpus/transformers/schema.discovered.json").is_file() == (state == "ran")
