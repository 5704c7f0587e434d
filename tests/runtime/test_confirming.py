"""``report-gaps --confirm``: each proposal is held against the live library, and marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.entry import main
from tests.cli.scratch import make_project
from tests.runtime.made import record

TYPE = "transformers.WatermarkingConfig"
FILE = Path("rules/transformers/WatermarkingConfig.yaml")
SITE = {"file": "transformers/generation/configuration_utils.py", "function": "WatermarkingConfig.validate", "line": 1}
KNOWN = """\
- id: transformers.WatermarkingConfig.unknown-field
  kind: invalidity
  native_type: transformers.WatermarkingConfig
  match: {no_such_field: {present: true}}
  expected: {effect: error, channel: exception, exception: TypeError}
  message_template: "unexpected keyword argument 'no_such_field'"
  kwargs_positive: {no_such_field: 1}
  kwargs_negative: {}
"""
WIDTHS = (-3, 0, 1, 2, 4, 8, 9, 12)


def study(folder: Path, refused: Sequence[int], stage: str | None) -> None:
    """Every width once. ``refused``: what the worker says that the library did not take."""
    folder.mkdir()
    lines = []
    for width in WIDTHS:
        said = f"`context_width` should be a positive integer` but found {width}" if width in refused else None
        one = record({"context_width": width}, raised=said)
        if one["exception"] is not None:
            one["exception"] |= {"stage": stage, "site": SITE}
        about = {"engine": "transformers", "config": {TYPE: {"context_width": width}}, "config_hash": str(width)}
        lines.append(json.dumps({**one, **about}) + "\n")
    (folder / "runtime_observations.jsonl").write_text("".join(lines))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A project with one validated rule of the type, which explains nothing of the studies."""
    make_project(tmp_path, KNOWN)
    monkeypatch.chdir(tmp_path)
    assert main(["replay", "transformers"]) == 0
    capsys.readouterr()
    return tmp_path


CASES: dict[str, tuple[Sequence[int], str | None, bool]] = {
    "what the library does": ((-3, 0), "validate", True),
    "the stage was not said": ((-3, 0), None, True),
    "not what the library does": ((8, 9, 12), "validate", False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_proposal_is_marked(home: Path, capsys: pytest.CaptureFixture[str], case: str) -> None:
    refused, stage, confirmed = CASES[case]
    study(home / "study", refused, stage)
    command = ["report-gaps", "--study-dir", "study", "--confirm"]
    assert main([*command, "--format", "json"]) == 1
    [item] = json.loads(capsys.readouterr().out)["items"]
    assert item["confirmed"] is confirmed
    assert item["rule"].get("reach") == "validate"
    # Only what replay did not refute is added.
    before = FILE.read_text()
    assert main([*command, "--append"]) == (0 if confirmed else 1)
    assert (FILE.read_text() != before) is confirmed
    assert main(["lint", str(FILE)]) == 0


def rules_of(text: str) -> list[Any]:
    """The comment lines of a fragment that tell what replay said."""
    return [line for line in text.splitlines() if line.lstrip().startswith("#") and "transformers 5" in line]


def test_the_fragment_says_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study(home / "study", (8, 9, 12), "validate")
    assert main(["report-gaps", "--study-dir", "study", "--confirm"]) == 1
    assert rules_of(capsys.readouterr().out)
