"""Two bumps of a real library, step by step as a pull request takes them: a clean one, and ones that a probe blocks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.graph.labels import roll_up
from llem_rules.graph.step import Step, read_step
from tests.cli.scratch import RULE, make_project

VERSIONS = Path("engine_versions/transformers.yaml")
BEFORE, AFTER, OLD = "5.22.2", "5.23.0", "4.57.6"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one rule, proved on the version of before."""
    make_project(tmp_path, RULE)
    monkeypatch.chdir(tmp_path)
    for kept in Path("engine_versions").glob("*.compat.json"):
        kept.unlink()
    pin(BEFORE)
    git("init", "--quiet", "--initial-branch=main")
    return tmp_path


def git(*arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "x")


def pin(version: str, pins: str | None = None) -> None:
    """What an update bot does: the version changes, and nothing else. ``pins``: how far people had looked before."""
    lines = VERSIONS.read_text().splitlines()
    for index, line in enumerate(lines):
        if line.strip().startswith("current_version:"):
            lines[index] = f"  current_version: {version}"
        if pins and line.strip().startswith("invariants:"):
            lines[index] = f'  invariants: "{pins}"'
    VERSIONS.write_text("\n".join(lines) + "\n")


def report(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int) -> dict[str, Any]:
    capsys.readouterr()
    assert run([*arguments, "--format", "json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("project")
def test_a_clean_bump(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "transformers"]) == 0
    commit()
    pin(AFTER)
    assert report(["probe", "transformers"], capsys, 0)["summary"]["labels"] == []
    assert run(["replay", "transformers"]) == 0
    report(["diff", "transformers", "--base", "HEAD", "--step-dir", "steps"], capsys, 0)
    steps = [read_step(path) for path in sorted(Path("steps").iterdir())]
    assert {(one.base_version, one.head_version) for one in steps} == {(BEFORE, AFTER)}
    assert roll_up(steps) == ("safe-bump",)


@pytest.mark.usefixtures("project")
def test_a_bump_beyond_the_pin_is_mended_by_approval(capsys: pytest.CaptureFixture[str]) -> None:
    pin(AFTER, pins=">=5.0,<5.23")
    probe = ["probe", "transformers"]
    blocked = report(probe, capsys, 1)
    assert blocked["summary"]["labels"] == ["probe-blocked"]
    assert blocked["items"][0]["reasons"] == ["outside-pin"]
    step = Step(
        engine="transformers",
        concern="invariants",
        base="a",
        head="b",
        ran=False,
        blocked="outside-pin",
        unchecked=0,
        divergent=0,
        breaking=0,
    )
    assert roll_up([step]) == ("probe-blocked",)
    # What that means to continuous integration is a policy.
    assert report([*probe, "--on-fail", "report"], capsys, 0)["summary"]["labels"] == ["probe-blocked"]
    report([*probe, "--on-fail", "block", "--label", "accept-probe-fail"], capsys, 0)
    approved = report(["approve-reuse", "transformers", "invariants"], capsys, 0)["summary"]
    assert (approved["pin_before"], approved["pin_after"]) == (">=5.0,<5.23", ">=5.0,<=5.23.0")
    assert approved["file"] == VERSIONS.as_posix()
    assert report(probe, capsys, 0)["summary"]["labels"] == []
    # Once more: there is nothing left to approve.
    assert report(["approve-reuse", "transformers", "invariants"], capsys, 0)["summary"]["file"] is None


@pytest.mark.usefixtures("project")
def test_a_bump_that_breaks_landmarks_is_not_mended_by_approval(capsys: pytest.CaptureFixture[str]) -> None:
    pin(OLD)  # a version that lacks what the producers rely on, as the next one might
    blocked = report(["probe", "transformers"], capsys, 1)
    assert blocked["summary"]["labels"] == ["probe-blocked"]
    for item in blocked["items"]:
        assert item["reasons"] == ["landmark-missing", "outside-pin"]
        assert "transformers.ContinuousBatchingConfig" in {one["landmark"] for one in item["missing"]}
    before = VERSIONS.read_bytes()
    for producer in ("invariants", "schemas"):
        report(["approve-reuse", "transformers", producer], capsys, 1)
    assert VERSIONS.read_bytes() == before
    assert run(["approve-reuse", "transformers", "invariants"]) == 1
    said = capsys.readouterr().out
    assert "only a change of the code helps" in said
    assert "the pin stays as it is" in said
