"""``llem-rules replay`` as a user runs it, on the live library, with good rules and bad input."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.artefacts import load_yaml
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish
from tests.cli.scratch import RULE, make_project

publish()
EVIDENCE = Path("corpus/transformers/invariants.validated.yaml")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_right_rule_is_confirmed_and_leaves_evidence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_project(project, RULE)
    assert run(["replay", "transformers"]) == 0
    assert "evidence   corpus/transformers/invariants.validated.yaml (1 rule changed)" in capsys.readouterr().out
    evidence = load_yaml(project / EVIDENCE)
    jsonschema.validate(evidence, schema("invariants.validated"))
    [entry] = evidence["rules"]
    assert entry["verdict"] == "confirmed"
    assert entry["positive"]["site"].startswith(
        "transformers/generation/configuration_utils.py:WatermarkingConfig.validate:"
    )
    assert entry["negative"] == {"verdict": "negative_confirmed", "effect": "pass", "channel": "none"}
    proposed = load_yaml(project / EVIDENCE.with_name("invariants.proposed.yaml"))
    jsonschema.validate(proposed, schema("invariants.proposed"))


def test_a_second_run_changes_no_byte(project: Path) -> None:
    make_project(project, RULE)
    assert run(["replay", "transformers"]) == 0
    before = {path: path.read_bytes() for path in (project / "corpus").rglob("*") if path.is_file()}
    assert run(["replay", "transformers", "--fresh"]) == 0
    assert {path: path.read_bytes() for path in (project / "corpus").rglob("*") if path.is_file()} == before


def test_a_wrong_rule_is_divergent_in_every_format(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_project(project, RULE.replace('">=": 1', '">=": 2').replace("kwargs_positive: {context_width: 0}",
                                                                             "kwargs_positive: {context_width: 1}")
                        .replace("kwargs_negative: {context_width: 1}", "kwargs_negative: {context_width: 2}"))  # fmt: skip
    assert run(["replay", "transformers"]) == 1
    assert "divergent  transformers.WatermarkingConfig.context_width-at-least-one  missing" in capsys.readouterr().out
    assert run(["replay", "transformers", "--format", "json", "--no-write"]) == 1
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("replay-report"))
    assert {key: report["summary"][key] for key in ("total", "confirmed", "divergent", "unchecked")} == {
        "total": 1,
        "confirmed": 0,
        "divergent": 1,
        "unchecked": 0,
    }
    assert run(["replay", "transformers", "--format", "junit", "--no-write"]) == 1
    [suite] = ElementTree.fromstring(capsys.readouterr().out)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "1", "0")
    assert run(["replay", "transformers", "--format", "github", "--no-write"]) == 1
    assert capsys.readouterr().out.startswith(f"::error file={path.relative_to(project)},line=1,col=7,title=")
    assert run(["replay", "transformers", "--no-fail-on-divergence", "--no-write"]) == 0


def test_only_the_asked_rules_are_replayed_and_the_rest_of_the_evidence_stays(project: Path) -> None:
    other = RULE.replace("context_width-at-least-one", "context_width-again")
    make_project(project, RULE + "\n" + other)
    assert run(["replay", "transformers"]) == 0
    before = (project / EVIDENCE).read_bytes()
    assert run(["replay", "transformers", "--rule", "*-again"]) == 0
    assert (project / EVIDENCE).read_bytes() == before
    assert run(["replay", "transformers", "--rule", "*nothing*"]) == 4


BAD_INPUT = [
    ("empty", b"", 2, "no rules in this file"),
    ("binary", b"\x00\x01\x02" * 50, 2, "binary data"),
    ("not UTF-8", b"- id: \xff\xfe", 2, "UTF-8"),
    ("50 MB", b"# a long file\n" * 3_700_000, 2, "too large"),
    ("bomb", b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", 2, "anchor"),
    ("no class", RULE.replace("WatermarkingConfig", "WatermarkingConfg").encode(), 3, "has no WatermarkingConfg"),
    (
        "foreign module",
        RULE.replace("transformers.WatermarkingConfig", "os.system").encode(),
        3,
        "not inside the package",
    ),
    (
        "foreign inside",
        RULE.replace("transformers.WatermarkingConfig", "transformers.os.system").encode(),
        3,
        "has no os",
    ),
]


@pytest.mark.parametrize(("content", "code", "says"), [row[1:] for row in BAD_INPUT], ids=[row[0] for row in BAD_INPUT])
def test_bad_input_is_named_and_nothing_is_half_written(
    content: bytes, code: int, says: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_project(project, RULE)
    assert run(["replay", "transformers"]) == 0
    capsys.readouterr()
    before = (project / EVIDENCE).read_bytes()
    (project / "rules/transformers/WatermarkingConfig.yaml").write_bytes(content)
    assert run(["replay", "transformers", "--no-write"]) == code
    said = capsys.readouterr()
    assert says in said.out + said.err
    assert "Traceback" not in said.out + said.err
    assert (project / EVIDENCE).read_bytes() == before
    assert [path.name for path in EVIDENCE.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["replay", "transfomers"], 2, "no engine_versions/transfomers.yaml"),
        (["replay", "--env", "nowhere"], 2, "Invalid value for '--env'"),
        (["replay", "tensorrt"], 4, "no rules yet"),
        (["nonsense"], 2, "No such command 'nonsense'"),
    ],
)
def test_usage(arguments: list[str], code: int, says: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_project(project, RULE)
    assert run(arguments) == code
    said = capsys.readouterr()
    assert says in said.out + said.err
