"""Workflows, Renovate's file and the Dockerfile: by their schemas, their linters, and what they do to the real files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from py_mini_racer import MiniRacer

from llem_rules.cli.app import run
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.versions import engine_names, load_engine_versions
from llem_rules.graph.changes.model import CONCERNS
from llem_rules.pipeline.plan import TRIGGERS, TRIGGERS_OF_ALL, engines_of

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RENOVATE = json.loads((ROOT / "renovate.json").read_text())


def tool(name: str, *arguments: str | Path) -> None:
    done = subprocess.run([TOOLS / name, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_schemas_and_linters() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    tool("check-jsonschema", "--builtin-schema", "vendor.renovate", "--regex-variant", "nonunicode", "renovate.json")
    tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    tool("zizmor", "--offline", "--no-progress", ".github", "action.yml")
    tool("hadolint", *(ROOT / "docker").glob("Dockerfile.*"))
    tool("shellcheck", ".ci/run", ".ci/containers", ".ci/registry", "docs/examples/make.sh")


@pytest.mark.slow
def test_shell_in_workflows(tmp_path: Path) -> None:
    for path in WORKFLOWS:
        for name, job in load(path)["jobs"].items():
            for number, step in enumerate(job.get("steps", [])):
                if "run" in step:
                    script = tmp_path / f"{path.stem}-{name}-{number}.sh"
                    script.write_text(f"#!/usr/bin/env bash\n{step['run']}\n")
    tool("shellcheck", *sorted(tmp_path.glob("*.sh")))


def load(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads a bare `on` as a truth.
    found: dict[str, Any] = yaml.safe_load(path.read_text().replace("\non:\n", '\n"on":\n'))
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=[one.stem for one in WORKFLOWS])
def test_every_workflow_is_bounded(path: Path) -> None:
    document = load(path)
    assert document["permissions"] == {}
    assert "concurrency" in document or path.stem == "engine-cell"  # a called one runs in its caller's group
    for job in document["jobs"].values():
        assert "permissions" in job
        assert "timeout-minutes" in job or "uses" in job
    for uses in re.findall(r"(?m)^ +(?:- )?uses: (\S+)(.*)", path.read_text()):
        assert uses[0].startswith("./") or (re.search(r"@[0-9a-f]{40}$", uses[0]) and re.search(r"# v\d", uses[1]))


# https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability
HERE = {"github", "needs", "strategy", "matrix", "vars", "inputs"}
AVAILABLE = {
    "concurrency": HERE,
    "if": HERE,
    "env": HERE | {"secrets"},
    "with": HERE,
    "strategy": HERE,
    "environment": HERE,
}


@pytest.mark.parametrize("path", WORKFLOWS, ids=[one.stem for one in WORKFLOWS])
def test_jobs_use_only_contexts_that_are_there(path: Path) -> None:
    """A job's own keys are read before there is a runner: `runner.temp` in them ends the whole run."""
    for job in load(path)["jobs"].values():
        for key, known in AVAILABLE.items():
            used = re.findall(
                r"\b(github|needs|strategy|matrix|vars|inputs|secrets|runner|steps|env|job)\.", str(job.get(key, ""))
            )
            assert set(used) <= known, (key, used)


NEEDED = {
    "engine-pipeline": {
        "plan": (), "build-transformers": ("plan",), "invariants-transformers": ("plan", "build-transformers"),
        "schemas-transformers": ("plan", "build-transformers"), "invariants-others": ("plan",), "schemas-others": ("plan",),
    },
    "engine-cell": {"prove": (), "tell": ("prove",)},
    "engine-pipeline-closed": {"forget": ()},
    "engine-pipeline-report": {"report": ()},
    "approve-reuse-bot": {"approve": ()},
    "publish-engine-image": {"version": (), "latest": ("version",)},
    "engine-versions-sweep": {"probe": (), "propose": ("probe",)},
    "ci": {"ci": ()},
    "release": {"build": (), "publish": ("build",)},
}  # fmt: skip
WRITES = {
    # all that a workflow's own token may write; what the app writes, it writes with a token of its own
    ("engine-pipeline", "build-transformers"): {"packages"},
    ("engine-pipeline-closed", "forget"): {"contents"},
    ("engine-pipeline-report", "report"): {"pull-requests", "issues"},
    ("publish-engine-image", "version"): {"packages"},
    ("publish-engine-image", "latest"): {"packages"},
    ("release", "build"): {"id-token", "attestations"},
    ("release", "publish"): {"id-token"},
}


@pytest.mark.parametrize("path", WORKFLOWS, ids=[one.stem for one in WORKFLOWS])
def test_the_jobs_their_order_and_their_rights(path: Path) -> None:
    jobs = load(path)["jobs"]
    needs = {
        name: [job.get("needs", [])] if isinstance(job.get("needs"), str) else job.get("needs", [])
        for name, job in jobs.items()
    }
    assert {name: tuple(one) for name, one in needs.items()} == NEEDED[path.stem]
    for name, job in jobs.items():
        written = {right for right, how in job["permissions"].items() if how == "write"}
        assert written == WRITES.get((path.stem, name), set())


@pytest.mark.parametrize("path", WORKFLOWS, ids=[one.stem for one in WORKFLOWS])
def test_no_job_both_runs_an_engine_and_holds_a_token(path: Path) -> None:
    for job in load(path)["jobs"].values():
        lines = " ".join(step.get("run", "") for step in job.get("steps", []))
        runs = "ci cell" in lines or "--probe-only" in lines
        assert not (runs and ("app-token" in str(job) or "GITHUB_TOKEN" in str(job)))


def test_the_workflow_starts_for_all_that_the_plan_answers_to() -> None:
    document = load(ROOT / ".github/workflows/engine-pipeline.yml")
    paths = document["on"]["pull_request"]["paths"]
    files = [file.replace("{engine}", "vllm").replace("*", "x.py") for file in (*TRIGGERS, *TRIGGERS_OF_ALL)]
    for file in files:
        assert any(fnmatch(file, pattern.replace("**", "*")) for pattern in paths), file
        assert engines_of([file], ["vllm"]) == ["vllm"]


LOGIC = re.compile(r"\b(if|for|while|case|curl|gh|jq|sed|awk|python -c|git)\b")


@pytest.mark.parametrize("path", WORKFLOWS, ids=[one.stem for one in WORKFLOWS])
def test_no_workflow_decides_anything(path: Path) -> None:
    for job in load(path)["jobs"].values():
        for step in job.get("steps", []):
            assert not LOGIC.search(step.get("run", "")), step["run"]
            assert "${{" not in step.get("run", "")  # what comes from outside comes through the environment


COMMANDS = {one.stem.removeprefix("ci-") for one in (ROOT / "src/llem_rules/cli/examples").glob("ci-*.txt")}


@pytest.mark.parametrize("path", WORKFLOWS, ids=[one.stem for one in WORKFLOWS])
def test_workflows_call_commands_that_exist(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, options in re.findall(r"llem-rules ci ([a-z-]+)(.*)", path.read_text()):
        assert run(["ci", name, "--help"]) == 0
        shown = capsys.readouterr().out
        assert all(one in shown for one in re.findall(r"--[a-z-]+", options))


def test_the_jobs_that_the_plan_feeds(tmp_path: Path) -> None:
    file = tmp_path / "outputs"
    assert run(["ci", "plan", "--github-output", str(file), "--room", "ghcr.io/own/er"]) == 0
    outputs = dict(line.split("=", 1) for line in file.read_text().splitlines())
    used = re.findall(r"steps\.plan\.outputs\.(\w+)", (ROOT / ".github/workflows/engine-pipeline.yml").read_text())
    assert set(used) <= set(outputs)
    cells = {f"{engine}-{concern}" for engine in engine_names() for concern in CONCERNS}
    assert set(outputs["cells"].split(",")) == cells
    matrices = [
        json.loads(outputs[f"{concern}_{which}"])["include"] for concern in CONCERNS for which in ("others", "built")
    ]
    assert {f"{one['engine']}-{one['concern']}" for rows in matrices for one in rows} == cells


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", command, "--help"]) == 0
    assert f"llem-rules ci {command}" in " ".join(capsys.readouterr().out.split())


# -- Renovate: its own regular expressions, in the language that it runs them in

SCRIPT = """
(pattern, files, matches, text, to) => {
  const made = new RegExp(pattern, 'g');
  const file = new RegExp(matches.slice(1, -1)).test(files);
  let found = null, count = 0;
  for (const one of text.matchAll(made)) { found = one; count += 1; }
  if (!file || found === null) return JSON.stringify({file, count});
  const changed = text.replace(made, whole => whole.replace(found.groups.currentValue, to));
  return JSON.stringify({file, count, value: found.groups.currentValue, name: found.groups.depName, changed});
}
"""
FILES = [
    *[(0, f"engine_versions/{name}.yaml", name, 1) for name in engine_names()],
    (1, "docker/Dockerfile.transformers", "transformers", 2),
]


def javascript(manager: int, name: str, text: str, to: str) -> dict[str, Any]:
    one = RENOVATE["customManagers"][manager]
    arguments = ", ".join(
        json.dumps(x) for x in (one["matchStrings"][0], name, one["managerFilePatterns"][0], text, to)
    )
    with MiniRacer() as engine:
        found: dict[str, Any] = json.loads(str(engine.eval(f"({SCRIPT})({arguments})")))
    return found


@pytest.mark.parametrize(("manager", "name", "engine", "times"), FILES)
def test_renovate_changes_exactly_the_version(manager: int, name: str, engine: str, times: int) -> None:
    text = (ROOT / name).read_text()
    pinned = load_engine_versions(engine).library
    found = javascript(manager, name, text, "99.1.2rc1")
    assert (found["file"], found["count"], found["value"]) == (True, times, pinned.current_version)
    assert found.get("name") in {pinned.pep503_name, None}
    before, after = text.splitlines(), found["changed"].splitlines()
    different = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(different) == times
    assert all(old.replace(pinned.current_version, "99.1.2rc1") == new for old, new in different)


@pytest.mark.parametrize(
    "name", ["engine_versions/transformers.compat.json", "docs/engine_versions/x.yaml", "docker/README.md"]
)
def test_renovate_leaves_other_files_alone(name: str) -> None:
    assert not any(javascript(manager, name, "", "1")["file"] for manager in (0, 1))


def test_renovate_merges_nothing_by_itself() -> None:
    assert RENOVATE["automerge"] is False
    assert not any(rule.get("automerge") for rule in RENOVATE["packageRules"])
    from llem_rules.pipeline.git import BOT

    assert RENOVATE["gitIgnoredAuthors"] == [BOT.email]


def test_the_dockerfile_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("engine_versions", "docker", "rules"):
        shutil.copytree(find_project().root / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    versions, dockerfile = tmp_path / "engine_versions/transformers.yaml", tmp_path / "docker/Dockerfile.transformers"
    pinned = load_engine_versions("transformers").library.current_version
    before = dockerfile.read_text()
    assert run(["ci", "sync-dockerfile", "--check"]) == 0
    assert run(["ci", "sync-dockerfile", "nothing"]) == 2
    versions.write_text(versions.read_text().replace(f"current_version: {pinned}", "current_version: 9.9.9"))
    assert run(["ci", "sync-dockerfile", "--check"]) == 1
    assert f"{pinned} → 9.9.9" in capsys.readouterr().out
    assert dockerfile.read_text() == before
    assert run(["ci", "sync-dockerfile"]) == 0
    assert dockerfile.read_text() == before.replace(f"LIBRARY_VERSION={pinned}", "LIBRARY_VERSION=9.9.9")
    assert run(["ci", "sync-dockerfile", "--check"]) == 0
