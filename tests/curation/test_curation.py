"""Curated models beside the discovered schema, decisions of a person, and edits that keep everything else."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from llem_rules.cli.app import app, run
from llem_rules.cli.helping import examples
from llem_rules.corpus.schemas import schema
from llem_rules.curation import curated_models
from llem_rules.reporting.documents import publish
from llem_rules.rules.failure import Failure

publish()
MINE = Path(__file__).with_name("mine.py")
OURS = Path(sys.modules["llem_rules"].__path__[0]) / "engine_configs.py"


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the models, importable as a module of its own."""
    place = tmp_path / "their_models.py"
    shutil.copyfile(MINE, place)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "their_models", raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return place


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("tests.curation.mine", ["Sampling", "Cache"]),
        ("tests.curation.mine:Both", ["Sampling", "Cache"]),
        ("tests.curation.mine:Cache", ["Cache"]),
    ],
)
def test_models_are_found(spec: str, found: list[str]) -> None:
    assert list(curated_models(spec, "transformers")) == found


@pytest.mark.parametrize("spec", ["no_such_module", "tests.curation.mine:Nothing", "tests.curation.mine:Literal"])
def test_models_that_are_not_there(spec: str) -> None:
    with pytest.raises(Failure):
        curated_models(spec, "transformers")


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_our_own_models_take_nothing_that_the_library_does_not(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["curation", engine, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("curation-report"))
    assert report["summary"]["exposed"] >= 20
    assert report["summary"]["counts"]["wider"] == report["summary"]["counts"]["stale"] == 0


def test_where_fields_stand(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["curation", "transformers", "--curated", models.stem, "--format", "json"]) == 1
    items = json.loads(capsys.readouterr().out)["items"]
    stands = {item["field"]: item["kind"] for item in items if item["model"]}
    assert stands == {
        "temperature": "same",
        "top_k": "narrower",
        "do_sample": "wider",
        "gone": "stale",
        "cache_implementation": "narrower",
    }
    assert {item["field"] for item in items if item["kind"] == "missing"} >= {"top_p", "num_beams", "max_new_tokens"}


def decided(path: Path, **made: dict[str, Any]) -> None:
    """Fill a decision file in, as a person would."""
    text = yaml.safe_load(path.read_text())
    for one in text["decisions"]:
        one.update(made.get(one["field"], {}))
    path.write_text(yaml.safe_dump(text))


def test_decisions_are_applied_and_nothing_else(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, file = models.read_text(), tmp_path / "decisions.yaml"
    run(["curation", "transformers", "--curated", models.stem, "--decisions", str(file)])
    assert models.read_text() == before
    # Nothing is decided: nothing happens.
    assert run(["curate", str(file), "--apply"]) == 4
    assert models.read_text() == before
    decided(
        file,
        top_p={"expose": True, "section": "Sampling", "narrow": {"gt": 0, "le": 1}},
        early_stopping={"expose": True, "section": "Cache", "narrow": [True, "never"]},
        use_cache={"expose": True, "section": "Cache"},
        num_beams={"expose": False},
        gone={"remove": True},
        do_sample={"narrow": [True, False]},
    )
    capsys.readouterr()
    assert run(["curate", str(file)]) == 0
    assert models.read_text() == before
    assert "+    use_cache: bool | None = None" in capsys.readouterr().out
    assert run(["curate", str(file), "--apply"]) == 0
    after = models.read_text().splitlines()
    new = [line for line in after if line not in before.splitlines()]
    assert new == [
        "    do_sample: Literal[True, False] | None = None   # wider, and oddly spaced",
        "    top_p: float | None = Field(default=None, gt=0, le=1)",
        '    early_stopping: Literal[True, "never"] | None = None',
        "    use_cache: bool | None = None",
    ]
    gone = [line for line in before.splitlines() if line not in after]
    assert gone == [
        "    do_sample: bool | str | None = None   # wider, and oddly spaced",
        "    gone: int | None = None",
    ]
    sys.modules.pop(models.stem)
    assert run(["curation", "transformers", "--curated", models.stem]) == 0


@pytest.mark.parametrize(
    ("made", "said"),
    [({"expose": True}, "no section is named"), ({"expose": True, "section": "Nowhere"}, "no curated model 'Nowhere'")],
)
def test_decisions_that_cannot_be_carried_out(
    made: dict[str, Any], said: str, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, file = models.read_text(), tmp_path / "decisions.yaml"
    run(["curation", "transformers", "--curated", models.stem, "--decisions", str(file)])
    decided(file, top_p=made)
    assert run(["curate", str(file), "--apply"]) == 2
    assert said in capsys.readouterr().err
    assert models.read_text() == before


def test_a_file_that_is_no_decision_file(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text("schema_version: 1\n")
    assert run(["curate", str(path), "--apply"]) == 2


def test_no_other_command_writes_the_models() -> None:
    """Only one module of the program opens them for writing, and only one command gets there."""
    root = OURS.parent
    named = [
        path for path in root.rglob("*.py") if "source_of" in path.read_text() or "engine_configs" in path.read_text()
    ]
    assert {path.relative_to(root).as_posix() for path in named} == {
        "cli/curating.py",
        "curation/__init__.py",
        "curation/models.py",
        "graph/usage.py",
    }
    writing = [path for path in named if "write_" in path.read_text()]
    assert [path.name for path in writing] == ["curating.py"]


COMMANDS = sorted(
    {str(one.name or one.callback.__name__) for one in app.registered_commands if one.callback} - {"curate"}
)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_no_example_of_another_command_touches_them(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the other commands do in a project, the models' source stays as it is, to the byte."""
    from llem_rules.corpus.locate import find_project

    source = find_project().root
    for folder in ("rules", "engine_versions", "corpus", "schemas"):
        shutil.copytree(source / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    before, stamp = OURS.read_bytes(), OURS.stat().st_mtime_ns
    for example in examples(command)[:1]:
        if "image" not in example and "verify" not in example and "mine" not in example:
            run(example.split()[1:])
    assert (OURS.read_bytes(), OURS.stat().st_mtime_ns) == (before, stamp)
