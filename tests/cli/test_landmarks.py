"""Landmarks that moved stop the producers loudly, with the nearest candidates: never an empty result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from llem_rules.cli.app import run
from llem_rules.engines.registry import _installed, find_engine

ENGINES = ("fauxllm:WHOLE", "renamed:RENAMED", "gone_type:GONE_TYPE", "gone_module:GONE_MODULE", "broken:BROKEN")
VERSIONS = """\
schema_version: 1
engine: {name}
library: {{pep503_name: fauxllm, current_version: {version}}}
image: {{reference: "fauxllm:{{version}}", source: first_party}}
environment: null
unavailable: it is a fake
miner_pins: {{invariants: ">=1", schemas: ">=1"}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project of engines that are installed the way third parties install theirs."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "engine_versions").mkdir()
    about = tmp_path / "site" / "moved-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: moved\nVersion: 1\n")
    lines = []
    for engine in ENGINES:
        name, _, constant = engine.partition(":")
        lines.append(f"{name} = tests.engines.moved:{constant}\n")
        (tmp_path / "engine_versions" / f"{name}.yaml").write_text(VERSIONS.format(name=name, version="1.2.3"))
    (about / "entry_points.txt").write_text("[llem_rules.engines]\n" + "".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.chdir(tmp_path)
    _installed.cache_clear()
    find_engine.cache_clear()
    yield tmp_path
    _installed.cache_clear()
    find_engine.cache_clear()


HERE = ["--env", "here", "--no-write"]
# command; its exit code for: all there, a method renamed, a native type gone, an imported module gone, no import at all
CODES = [
    (["probe"], (0, 1, 1, 1, 3)),
    (["mine"], (0, 1, 1, 1, 3)),
    (["discover"], (0, 1, 1, 1, 3)),
]
CASES = [(command, ENGINES[at].partition(":")[0], code) for command, codes in CODES for at, code in enumerate(codes)]
SAID = {
    "fauxllm": ("fauxllm", ""),
    "renamed": ("fauxllm.Strict.validated", "fauxllm.config.Strict.validate"),
    "gone_type": ("fauxllm.Plane: fauxllm has no Plane", "fauxllm.config.Plain"),
    "gone_module": ("fauxllm.logs: fauxllm has no logs", "fauxllm.log"),
    "broken": ("cannot be imported", "fauxllm needs a driver"),
}


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("command", "engine", "code"), CASES)
def test_producers_and_landmarks(
    command: list[str], engine: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    producer = ["--producer", "schemas"] if command == ["probe"] and engine == "gone_type" else []
    assert run([*command, engine, *HERE, *producer]) == code
    shown = capsys.readouterr()
    for text in SAID[engine]:
        assert text in shown.out + shown.err


@pytest.mark.usefixtures("project")
def test_an_older_version_need_not_have_every_type(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "engine_versions" / "gone_type.yaml").write_text(VERSIONS.format(name="gone_type", version="2.0.0"))
    arguments = ["gone_type", "--version", "1.2.3", *HERE]
    assert run(["probe", *arguments]) == 0
    assert "absent       fauxllm.Plane: fauxllm has no Plane (an older version)" in capsys.readouterr().out
    assert run(["mine", *arguments, "--format", "json"]) == 0
    summary = json.loads(capsys.readouterr().out)["summary"]
    assert [one["landmark"] for one in summary["landmarks_absent"]] == summary["missing_types"] == ["fauxllm.Plane"]
    # Without the version it is taken for the pinned one, which it is not.
    assert run(["probe", "gone_type", *HERE]) == 3
    assert "say `--version 1.2.3`" in capsys.readouterr().err
