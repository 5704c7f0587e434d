"""``llem-rules probe`` on the live library: verdicts, policies, what is kept; and what other versions refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish
from tests.cli.scratch import RULE, make_project

publish()
VERSIONS = Path("engine_versions/transformers.yaml")
COMPAT = Path("engine_versions/transformers.compat.json")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without any result of before."""
    make_project(tmp_path, RULE)
    monkeypatch.chdir(tmp_path)
    for kept in Path("engine_versions").glob("*.compat.json"):
        kept.unlink()
    return tmp_path


def narrow(old: str, new: str) -> None:
    VERSIONS.write_text(VERSIONS.read_text().replace(old, new))


def probed(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    assert run(["probe", "transformers", "--format", "json", *arguments]) == code
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("probe-report"))
    return report


@pytest.mark.usefixtures("project")
def test_the_pinned_version_passes_and_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    report = probed([], capsys)
    assert report["summary"]["verdict"] == "pass"
    assert [one["producer"] for one in report["items"]] == ["invariants", "schemas"]
    before = COMPAT.read_bytes()
    jsonschema.validate(json.loads(before), schema("compat"))
    # What is kept needs no environment; were one needed, none could be made here.
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path_factory.mktemp("empty")))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path_factory.mktemp("empty")))
    assert probed([], capsys) == report
    assert COMPAT.read_bytes() == before
    assert run(["probe", "transformers", "--fresh"]) == 3


@pytest.mark.usefixtures("project")
def test_a_version_outside_the_pin_fails_as_the_policy_says(capsys: pytest.CaptureFixture[str]) -> None:
    narrow('invariants: ">=5.0,<6"', 'invariants: ">=6"')
    report = probed([], capsys, 1)
    assert report["summary"]["labels"] == ["probe-blocked"]
    assert [one["reasons"] for one in report["items"]] == [["outside-pin"], []]
    assert probed(["--on-fail", "report"], capsys)["summary"] == report["summary"]
    probed(["--label", "accept-probe-fail"], capsys)
    probed(["--producer", "schemas"], capsys)
    assert run(["probe", "transformers"]) == 1
    assert "llem-rules approve-reuse transformers invariants --version 5.23.0" in capsys.readouterr().out
    # The pin is judged anew each time, from what was kept.
    narrow('invariants: ">=6"', 'invariants: ">=5"')
    assert probed([], capsys)["items"][0]["verdict"] == "pass"


@pytest.mark.usefixtures("project")
def test_nothing_is_written_where_that_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert probed(["--no-write"], capsys)["summary"]["evidence"] is None
    assert not COMPAT.exists()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["probe", "transformers", "--version", "new"], 2, "'new' is not a version"),
        (["probe", "transformers", "--version", "99.0"], 3, "transformers==99.0"),
        (["probe", "tensorrt"], 3, "tensorrt has no local environment"),
        (["mine", "transformers", "--version", "new"], 2, "'new' is not a version"),
        (["coverage", "transformers", "--version", "99.0"], 3, "transformers==99.0"),
        (["discover", "transformers", "--version", "99.0"], 3, "transformers==99.0"),
        (["replay", "transformers", "vllm", "--version", "5.0"], 2, "go with one engine"),
        (["replay", "-o", "evidence.yaml"], 2, "go with one engine"),
    ],
)
def test_what_cannot_be_asked(arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == code
    assert said in capsys.readouterr().err
