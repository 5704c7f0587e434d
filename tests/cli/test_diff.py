"""``diff``, ``impact``, ``graph`` and ``digest`` on a scratch repository: bases, exit codes, formats, artefacts."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml

from llem_rules.cli.app import run
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.schemas import schema
from llem_rules.graph.usage import curated_parameters
from llem_rules.reporting.documents import publish

publish()
ENGINE, TYPE = "transformers", "transformers.GenerationConfig"
Plain = dict[str, Any]


def rule(bound: int, name: str = "n-low", effect: str = "error", field: str = "n") -> Plain:
    """A rule with one bound."""
    expected = {"effect": effect, "channel": "exception" if effect == "error" else "warnings"}
    return {
        "id": f"{TYPE}.{name}", "kind": "invalidity", "native_type": TYPE, "match": {field: {"<": bound}},
        "expected": {**expected, **({"exception": "ValueError"} if effect == "error" else {})},
        "message_template": "low", "kwargs_positive": {field: bound - 1}, "kwargs_negative": {field: bound},
    }  # fmt: skip


def corpus(*rules: Plain, version: str = "1.0", verdict: str = "confirmed") -> str:
    """A validated corpus, as far as a comparison reads one."""
    entries = [{"id": one["id"], "verdict": verdict, "rule": one} for one in rules]
    document = {"schema_version": 1, "engine": ENGINE, "environment": {"library_version": version}, "rules": entries}
    return yaml.safe_dump(document, sort_keys=False)


def discovered(fields: Plain, version: str = "1.0") -> str:
    """A discovered schema."""
    definition = {"type": "object", "properties": fields, "additionalProperties": False}
    return json.dumps({"engine": ENGINE, "library_version": version, "$defs": {TYPE: definition}}, indent=1)


class Scratch:
    """A project in a git repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "corpus" / ENGINE
        self.folder.mkdir(parents=True)
        (root / "rules" / ENGINE).mkdir(parents=True)
        shutil.copytree(find_project().engine_versions_dir, root / "engine_versions")
        self._git("init", "--quiet", "--initial-branch=main")

    def _git(self, *arguments: str) -> None:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=self.root, check=True, capture_output=True)

    def write(self, rules: str | None = None, fields: str | None = None) -> None:
        """Put documents into the working tree."""
        for name, text in (("invariants.validated.yaml", rules), ("schema.discovered.json", fields)):
            if text is not None:
                (self.folder / name).write_text(text)

    def commit(self) -> None:
        """Commit all."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", "x", "--allow-empty")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    """An empty project without curated models, and the working directory in it."""
    monkeypatch.setattr(curated_parameters, "__defaults__", ("no_curated_models",))
    monkeypatch.chdir(tmp_path)
    return Scratch(tmp_path)


def diff(capsys: pytest.CaptureFixture[str], *arguments: str) -> Plain:
    """What ``diff --format json`` says."""
    assert run(["diff", ENGINE, *arguments, "--format", "json"]) == 0
    report: Plain = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("diff-report"))
    return report


def test_nothing_changed(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(corpus(rule(1)), discovered({"n": {"default": 1}}))
    scratch.commit()
    summary = diff(capsys)["summary"]
    assert (summary["changes"], summary["labels"], summary["first_version"]) == (0, [], [])


def test_the_working_tree_against_a_commit(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(corpus(rule(1)), discovered({"n": {"default": 1}}))
    scratch.commit()
    scratch.write(corpus(rule(2), version="2.0"), discovered({"n": {"default": 1}, "m": {}}, "2.0"))
    report = diff(capsys, "--base", "HEAD")
    kinds = [(one["kind"], one["verdicts"]["authors"]) for one in report["items"]]
    assert kinds == [("predicate_widened", "breaking"), ("field_added", "safe")]
    assert report["items"][0]["witnesses"]["only_new"] == {"kwargs": {"n": 1}}
    assert report["summary"]["base"]["library_version"] == "1.0"
    assert report["summary"]["head"]["library_version"] == "2.0"


def test_a_missing_base_is_a_first_version(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.commit()
    scratch.write(corpus(rule(1)))
    summary = diff(capsys)["summary"]
    assert (summary["first_version"], summary["changes"]) == (["invariants"], 0)
    assert "first version" in summary["notes"][0]
    assert "safe-bump" not in summary["labels"]


BAD = {
    "an empty corpus file": "",
    "blanks": " \n",
    "not YAML": "a: [",
    "a list of texts": "- a\n- b\n",
    "a mapping": "a: 1\n",
    "another engine": corpus(rule(1)).replace(f"engine: {ENGINE}", "engine: other"),
    "another schema version": corpus(rule(1)).replace("schema_version: 1", "schema_version: 2"),
    "no version of the library": corpus(rule(1)).replace("library_version: '1.0'", "x: 1"),
    "a rule without a kind": corpus(rule(1)).replace("    kind: invalidity\n", ""),
    "a predicate that is none": corpus(rule(1)).replace("<: 1", "=>: 1"),
    "an unknown verdict": corpus(rule(1), verdict="fine"),
    "an id twice": corpus(rule(1), rule(2)),
    "cut off": corpus(rule(1), rule(2, "other"))[:-60],
    "binary": "\x00\x01",
}


@pytest.mark.parametrize("side", ["--base", "--head"])
@pytest.mark.parametrize("case", BAD)
def test_malformed_input_is_never_safe(
    case: str, side: str, scratch: Scratch, capsys: pytest.CaptureFixture[str]
) -> None:
    scratch.write(corpus(rule(1)))
    scratch.commit()
    (scratch.root / "bad.yaml").write_text(BAD[case])
    assert run(["diff", ENGINE, side, "bad.yaml"]) == 2
    assert "bad.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("case", BAD)
def test_malformed_on_both_sides_is_never_safe(case: str, scratch: Scratch) -> None:
    (scratch.root / "bad.yaml").write_text(BAD[case])
    assert run(["diff", ENGINE, "--base", "bad.yaml", "--head", "bad.yaml"]) == 2


def test_malformed_at_a_commit(scratch: Scratch) -> None:
    scratch.write("", discovered({}))
    scratch.commit()
    scratch.write(corpus(rule(1)))
    assert run(["diff", ENGINE]) == 2


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"$defs": {}}', '{"engine": "other", "library_version": "1", "$defs": {}}']
)
def test_malformed_schemas(text: str, scratch: Scratch) -> None:
    scratch.write(None, discovered({}))
    (scratch.root / "bad.json").write_text(text)
    assert run(["diff", ENGINE, "--base", "bad.json"]) == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["diff", "nobody"], 2),
        (["diff", ENGINE, "--base", "no-such-ref"], 2),
        (["diff", ENGINE, "--base", "--all"], 2),
        (["diff", ENGINE, "--concern", "other"], 2),
        (["diff", ENGINE, "--concern", "schemas"], 4),
        (["diff", ENGINE, "--approvals", "none.yaml"], 2),
        (["diff", ENGINE, "--configs", "none.yaml"], 2),
        (["diff", ENGINE, "--fail-on", "never"], 0),
        (["diff", ENGINE, "--fail-on", "breaking"], 1),
        (["impact"], 2),
        (["impact", f"{TYPE}.n", "--base", "HEAD"], 2),
        (["impact", f"{TYPE}.nothing-like-it"], 2),
        (["graph", "nobody"], 2),
        (["graph", ENGINE, "--type", "other.Type"], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int, scratch: Scratch) -> None:
    scratch.write(corpus(rule(1)))
    scratch.commit()
    scratch.write(corpus(rule(2)))
    assert run(arguments) == code


def test_nothing_there_is_4(scratch: Scratch) -> None:
    scratch.commit()
    assert run(["diff", ENGINE]) == 4
    assert run(["digest", ENGINE]) == 4
    assert run(["graph", ENGINE]) == 4


def test_usage_decides(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(corpus(rule(1)))
    scratch.commit()
    scratch.write(corpus(rule(2)))
    for number, severity in ((1, "breaking"), (5, "notable")):
        (scratch.root / "mine.yaml").write_text(f"{TYPE}: {{n: {number}}}\n")
        [item] = diff(capsys, "--configs", "mine.yaml")["items"]
        assert item["verdicts"]["authors"] == severity
        assert item["reaches"] == (
            [[f"rule {TYPE}.n-low", f"field {TYPE}.n", "config mine.yaml"]] if severity == "breaking" else []
        )


def test_an_approval_lets_it_pass(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(corpus(rule(1)))
    scratch.commit()
    scratch.write(corpus(rule(2)))
    [item] = diff(capsys)["items"]
    known = {"fingerprint": item["fingerprint"], "engine": ENGINE, "reason": "known", "author": "Ada"}
    (scratch.root / "approvals.yaml").write_text(yaml.safe_dump([known]))
    report = diff(capsys, "--fail-on", "breaking")
    assert report["summary"]["breaking"] == 0
    assert report["items"][0]["approved"]["author"] == "Ada"


def test_a_project_overrides_severities(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(corpus(rule(1)))
    scratch.commit()
    scratch.write(corpus(rule(2)))
    rows = "[tool.llem-rules.severity.predicate_widened.error]\nauthors = "
    (scratch.root / "pyproject.toml").write_text(rows + '"safe"\n')
    assert diff(capsys)["items"][0]["verdicts"]["authors"] == "safe"
    for text in (rows + '"bad"\n', rows, "[tool.llem-rules.severity.predicate_wided]\nauthors = 'safe'\n"):
        (scratch.root / "pyproject.toml").write_text(text)
        assert run(["diff", ENGINE]) == 2


def test_every_format_and_the_artefacts(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(corpus(rule(1)), discovered({"n": {}}))
    scratch.commit()
    scratch.write(corpus(rule(2)), discovered({}))
    found = {}
    for name in ("text", "markdown", "github", "sarif", "junit"):
        assert run(["diff", ENGINE, "--format", name, "--step-dir", "out"]) == 0
        found[name] = capsys.readouterr().out
    assert "fires on more" in found["text"]
    assert "<details>" in found["markdown"]
    assert found["github"].count("::error ") == 2
    assert len(json.loads(found["sarif"])["runs"][0]["results"]) == 2
    assert len(ElementTree.fromstring(found["junit"]).findall(".//failure")) == 2
    for concern in ("invariants", "schemas"):
        step = yaml.safe_load((scratch.root / f"out/engine-step-diff-{ENGINE}-{concern}.yaml").read_text())
        jsonschema.validate(step, schema("engine-step-diff"))
        assert (step["breaking"], step["labels"][-1]) == (
            1,
            "corpus-changed" if concern == "invariants" else "schemas-breaking",
        )


def test_impact_of_a_base_names_what_to_replay(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    others = (rule(9, "m-low", field="m"), rule(0, "n-warned", "warn"))
    scratch.write(corpus(rule(1), *others), discovered({"n": {}, "m": {}}))
    scratch.commit()
    scratch.write(corpus(rule(2), *others))
    assert run(["impact", "--base", "HEAD", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("impact-report"))
    [item] = report["items"]
    assert item["replay"] == [f"{TYPE}.n-low", f"{TYPE}.n-warned"]
    scratch.write(corpus(rule(2), *others, version="2.0"))
    assert run(["impact", "--base", "HEAD", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["items"][0]["replay"]) == 3


def test_pages(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(corpus(rule(1)), discovered({"n": {"default": 1}}))
    scratch.commit()
    scratch.write(corpus(rule(2), version="2.0"), discovered({"n": {"default": 2}}, "2.0"))
    assert run(["digest", ENGINE, "--check"]) == 1
    assert run(["digest", ENGINE, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out.split("\n", 2)[2])
    jsonschema.validate(report, schema("digest-report"))
    assert report["summary"]["changed"] == 2
    assert run(["digest", ENGINE, "--check"]) == 0
    rules = (scratch.root / f"docs/generated/invariants-{ENGINE}.md").read_text()
    assert "Since 1.0" in rules
    assert "predicate widened" in rules
    fields = (scratch.root / f"docs/generated/curation-{ENGINE}.md").read_text()
    assert "default 1 → 2" in fields
    scratch.commit()
    assert run(["digest", ENGINE, "--check"]) == 0  # the version before is still the same one


def test_runtime_gaps_stand_on_the_page(scratch: Scratch) -> None:
    scratch.write(corpus(rule(1)), discovered({"n": {"default": 1}}))
    page = scratch.root / f"docs/generated/curation-{ENGINE}.md"
    assert run(["digest", ENGINE]) == 0
    assert "None are recorded here." in page.read_text()
    proposed = [
        {"id": f"{TYPE}.n-odd", "message_template": "n is\n odd"},
        {"id": "other.Type.x", "message_template": "x"},
    ]
    (scratch.folder / "runtime_gaps.yaml").write_text(yaml.safe_dump(proposed))
    assert run(["digest", ENGINE, "--check"]) == 1
    assert run(["digest", ENGINE]) == 0
    assert f"- {TYPE}.n-odd: n is odd\n" in page.read_text()
    assert "other.Type" not in page.read_text()
    (scratch.root / "bad.yaml").write_text("a: 1")
    assert run(["digest", ENGINE, "--gaps", "bad.yaml"]) == 2


def test_a_history_that_is_cut_off_is_no_first_version(scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    (scratch.root / "rules" / ENGINE / ".keep").touch()
    scratch.write(corpus(rule(1)), discovered({"n": {"default": 1}}))
    scratch.commit()
    scratch.write(corpus(rule(2)))
    scratch.commit()
    clone = scratch.root / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{scratch.root}", str(clone)], check=True)
    with contextlib.chdir(clone):
        assert run(["digest", ENGINE]) == 2
        assert "cut off" in capsys.readouterr().err
        assert run(["digest", ENGINE, "--base", f"corpus/{ENGINE}"]) == 0


@pytest.mark.parametrize("name", ["mermaid", "dot", "svg", "json"])
def test_graphs(name: str, scratch: Scratch, capsys: pytest.CaptureFixture[str]) -> None:
    scratch.write(None, discovered({"n": {}}))
    (scratch.root / "mine.yaml").write_text(f"{TYPE}: {{n: 1}}\n")
    assert run(["graph", ENGINE, "--configs", "mine.yaml", "--format", name]) == 0
    out = capsys.readouterr().out
    assert f"{TYPE}.n" in out
    assert "mine.yaml" in out
    if name == "svg":
        ElementTree.fromstring(out)
    if name == "json":
        jsonschema.validate(json.loads(out), schema("graph-report"))
