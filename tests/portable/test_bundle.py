"""A bundle asks the library where it is run; what it saw, judged here, is what a replay would have seen there."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.cli.bundling import make_bundle
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.environments.choose import place_of
from llem_rules.environments.worker import LocalPython
from llem_rules.portable.back import judged, read_brought
from llem_rules.portable.kept import keep, kept_path, read_kept
from llem_rules.replay.run import replay_rules
from tests.live import all_rules, live_session

ENGINE = "transformers"
GLOBS = ("transformers.GPTQConfig.*", "transformers.WatermarkingConfig.*")


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter of the pinned environment: a machine with the library, and nothing of ours."""
    place = place_of(ENGINE, "venv", None, "none", lambda _text: None)
    assert isinstance(place, LocalPython)
    return place.python


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "there.pyz"
    path.write_bytes(make_bundle(ENGINE, GLOBS, "venv", None).data)
    return path


def start(python: Path, bundle: Path, to: Path, *more: str) -> subprocess.Popen[str]:
    command = [str(python), str(bundle), "--env", "here", "-o", str(to), "--jobs", "2", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=to.parent)


@pytest.fixture(scope="module")
def brought(python: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("brought") / "seen.json"
    process = start(python, bundle, path)
    said, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert f"llem-rules replay --import {path.name}" in said
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name]  # nothing else stays
    return path


def test_the_same_verdicts(brought: Path) -> None:
    asked = read_brought(brought).asked
    rules = [
        one
        for one in all_rules(ENGINE)
        if one.native_type.endswith(("GPTQConfig", "WatermarkingConfig")) and "Synth" not in one.id
    ]
    assert asked == GLOBS
    here = replay_rules(live_session(ENGINE), rules, lambda _done, _total: None)
    there = judged(read_brought(brought), rules)
    for one, other in zip(here.verdicts, there.verdicts, strict=True):
        assert (one.rule.id, one.outcome, vars(one.table)) == (other.rule.id, other.outcome, vars(other.table))
    assert here.count("confirmed") == len(rules) > 20


def test_small_and_the_same_bytes(bundle: Path) -> None:
    data = bundle.read_bytes()
    assert len(data) < 2 << 20
    assert data == make_bundle(ENGINE, GLOBS, "venv", None).data


def test_a_rule_that_came_later_is_unchecked(brought: Path) -> None:
    known = read_brought(brought)
    fewer = known.model_copy(update={"cases": known.cases[:0], "seen": (), "again": (), "seen_again": ()})
    rules = [one for one in all_rules(ENGINE) if one.native_type.endswith("GPTQConfig")]
    assert {one.outcome for one in judged(fewer, rules).verdicts} == {"unchecked"}


def test_kept_without_what_names_the_machine(brought: Path, tmp_path: Path) -> None:
    project = find_project()
    home = type(project)(tmp_path, "tree")
    seen = read_brought(brought)
    path = keep(home, seen)
    assert path == kept_path(home, seen)
    first = path.read_bytes()
    keep(home, seen)
    assert path.read_bytes() == first
    kept = read_kept(path)
    assert (kept.cases, kept.seen) == (seen.cases, seen.seen)
    assert not {"PATH", "HOME", "TMPDIR", "PYTHONPATH"} & kept.facts["environment"].keys()


def test_goes_on_where_it_was_stopped(python: Path, bundle: Path, brought: Path, tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    process = start(python, bundle, path, "--gear", "reference")
    part = tmp_path / "seen.json.part"
    deadline = time.monotonic() + 60
    while not any(part.rglob("*.sqlite")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    _said, told = process.communicate(timeout=60)
    if process.returncode != 0:  # it was stopped in time
        assert process.returncode == 130
        assert "goes on where it was" in told
        assert not path.exists()
        process = start(python, bundle, path, "--gear", "reference")
        _said, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    seen, before = read_brought(path), read_brought(brought)
    assert seen.cases == before.cases
    assert seen.seen == before.seen


FAULTS: list[tuple[str, Any]] = [
    ("no bundle's", {"schema_version": 1}),
    ("not JSON", "}"),
    ("cut", None),
]


@pytest.mark.parametrize(("_what", "held"), FAULTS)
def test_what_no_bundle_wrote(
    _what: str, held: Any, brought: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "seen.json"
    if held is None:
        document = json.loads(brought.read_text("utf-8"))
        document["seen"].pop()
        path.write_text(json.dumps(document), encoding="utf-8")
    else:
        path.write_text(held if isinstance(held, str) else json.dumps(held), encoding="utf-8")
    assert run(["replay", "--import", str(path)]) == 2
    assert "bundle" in capsys.readouterr().err


@pytest.mark.slow
def test_a_cpu_gives_the_committed_evidence(python: Path, tmp_path: Path) -> None:
    bundle, path, evidence = (tmp_path / name for name in ("there.pyz", "seen.json", "evidence.yaml"))
    bundle.write_bytes(make_bundle(ENGINE, (), "venv", None).data)
    process = start(python, bundle, path)
    _said, told = process.communicate(timeout=580)
    assert process.returncode == 0, told
    committed = find_project().corpus_dir(ENGINE) / "invariants.validated.yaml"
    before = committed.read_bytes()
    rules = read_rulebook(ENGINE, find_project()).rules
    assert judged(read_brought(path), rules).count("divergent") == 0
    assert run(["replay", "--import", str(path), "-o", str(evidence), "--format", "json"]) == 0
    versions = b"\n  - "
    assert without_versions(evidence.read_bytes()) == without_versions(before)
    assert versions in before


def without_versions(evidence: bytes) -> list[bytes]:
    """The lines of evidence, but for the versions of a sweep, which only the committed file has."""
    kept, inside = [], False
    for line in evidence.splitlines():
        inside = line == b"  applies_to:" or (inside and line.startswith(b"  - "))
        if not inside:
            kept.append(line)
    return kept
