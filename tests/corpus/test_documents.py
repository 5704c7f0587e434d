"""Rule files as objects, the discovered schema, and where the project is."""

from __future__ import annotations

from pathlib import Path

import pytest

from llem_rules.corpus.discovered import load_discovered
from llem_rules.corpus.documents import load_rule_file, load_rules, merged
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.rules.failure import Failure
from tests.corpus.test_formatting import OTHER, RULE

HERE = Path(__file__).parent


def _tree(root: Path, **files: str) -> Project:
    (root / "engine_versions").mkdir()
    (root / "rules" / "vllm").mkdir(parents=True)
    for name, text in files.items():
        (root / "rules" / "vllm" / f"{name}.yaml").write_text(text)
    return Project(root, "tree")


def test_rules_know_where_they_stand(tmp_path: Path) -> None:
    project = _tree(tmp_path, SamplingParams=RULE + "\n" + OTHER)
    first, second = load_rules("vllm", project)
    assert (first.rule.id, second.rule.id) == ("vllm.SamplingParams.a", "vllm.SamplingParams.b")
    assert second.place().endswith("rules/vllm/SamplingParams.yaml:10:7")
    assert second.place("match", "n").endswith(":13:14")
    assert second.span("match", on_key=True)[:2] == (13, 3)


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RULE.replace("error,", "eror,") + OTHER.replace('"<"', '"=>"') + RULE.replace(".a", ".c"))
    file = load_rule_file(path)
    assert [finding.code for finding in file.findings] == ["L010", "L012"]
    assert [located.rule.id for located in file.rules] == ["vllm.SamplingParams.c"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"A": RULE.replace('"<"', '"=>"')}, r"A.yaml:4:15: unknown operator"),
        ({"A": RULE, "B": RULE}, r"B.yaml:1:7: the id vllm.SamplingParams.a is taken by .*A.yaml:1:7"),
        ({"A": ""}, r"A.yaml:1:1: no rules"),
    ],
)
def test_loading_an_engine_stops_at_problems(files: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(Failure, match=message):
        load_rules("vllm", _tree(tmp_path, **files))


def test_an_engine_without_rules_has_none(tmp_path: Path) -> None:
    assert load_rules("nobody", _tree(tmp_path)) == []
    assert merged([]) == []


def test_discovered_schema() -> None:
    discovered = load_discovered("vllm", Project(HERE / "project", "tree"))
    assert discovered is not None
    assert discovered.defaults("vllm.SamplingParams")["stop"] == ()
    assert "model" not in discovered.defaults("vllm.SamplingParams")
    assert discovered.required("SamplingParams") == ("model",)
    assert discovered.fields("vllm.Nothing") == ()
    assert discovered.unknown_field("vllm.SamplingParams", "max_token") == (True, "max_tokens")
    assert discovered.unknown_field("vllm.config.LooseConfig", "anything") == (False, None)
    assert discovered.unknown_field("vllm.config.LooseConfig", "cache_implementaton")[0]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"$defs": [1], "engine": "e", "library_version": "1"}', "\xff"])
def test_a_broken_discovered_schema_is_no_traceback(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "corpus" / "vllm"
    folder.mkdir(parents=True)
    (folder / "schema.discovered.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(Failure, match="not a discovered schema"):
        load_discovered("vllm", Project(tmp_path, "tree"))
    assert load_discovered("transformers", Project(tmp_path, "tree")) is None


def test_project_is_found_from_below(tmp_path: Path) -> None:
    project = _tree(tmp_path)
    assert find_project(tmp_path / "rules" / "vllm") == project
    assert project.writable
    assert project.corpus_dir("vllm") == tmp_path / "corpus" / "vllm"


def test_elsewhere_the_installed_facts_are_used(tmp_path: Path) -> None:
    project = find_project(tmp_path)
    assert project.origin in {"source", "package"}
    assert project.engine_versions_dir.is_dir()
    assert not Project(tmp_path, "package").writable


def test_paths_are_shown_as_a_person_would_write_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "rules" / "a.yaml") == "rules/a.yaml"
    assert shown(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"
