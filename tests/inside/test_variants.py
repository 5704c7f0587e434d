"""Folders like the engine's own small ones, with other entries in their config.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llem_rules.environments import Facts
from llem_rules.inside.variants import entries_of, place_variant, variant_name
from llem_rules.rules import Config
from llem_rules.rules.config import CONFIG_JSON
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.tagging import tagged
from llem_rules.rules.values import decode

TEXT = json.dumps({"size": 1, "kind": "a/b", "list": [1, 2]})
ROWS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"size": 1, "kind": "a/b", "list": [1, 2]}),
    ({"size": 2.5}, {"size": 2.5, "kind": "a/b", "list": [1, 2]}),
    ({"kind": {"$absent": True}}, {"size": 1, "list": [1, 2]}),
    ({"new": {"x": [None, "é/%"]}}, {"size": 1, "kind": "a/b", "list": [1, 2], "new": {"x": [None, "é/%"]}}),
    ({"size": None}, {"size": None, "kind": "a/b", "list": [1, 2]}),
    # Longer than a file's name may be.
    ({"list": [1.0] * 90, "kind": "é" * 90}, {"size": 1, "kind": "é" * 90, "list": [1.0] * 90}),
]


def _facts() -> Facts:
    answer = {"library_version": "1", "python": "3", "system": "Linux", "machine": "x", "device": "cpu", "packages": {}}
    more = {"environment": {}, "import_s": 0.0, "missing_types": {}, "fork_unclean": []}
    return Facts.from_answer({**answer, **more}, {"tiny/config.json": TEXT})


@pytest.mark.parametrize(("entries", "held"), ROWS)
def test_the_folder_and_what_the_evaluator_takes_it_for(
    entries: dict[str, Any], held: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "config.json").write_text(TEXT)
    path = Path(place_variant(str(tmp_path), "tiny", entries))
    assert json.loads((path / "config.json").read_text()) == held
    assert entries_of(str(path.relative_to(tmp_path))) == entries
    assert all(len(part) < 255 for part in path.parts)
    config = Config.of({"model": {"$file": "tiny", "with": entries}}, surroundings=_facts().surroundings)
    assert config.value(f"model.{CONFIG_JSON}") == held
    assert config.value("model") == decode({"$file": variant_name("tiny", entries)})
    files = config.surroundings.files
    assert files is not None
    assert files[config.value("model")] == "folder"
    assert compile_predicate(parse_predicate({"model": {"holds": "config.json"}}))(config) is True
    assert compile_predicate(parse_predicate({"model": {"holds": "params.json"}}))(config) is False


# A path or a name, and what a case finds there: nothing but what the engine declares, and what the machine has.
PLACES: list[tuple[Any, str]] = [
    ({"$file": "tiny"}, "folder"),
    ({"$file": "tiny/config.json"}, "file"),
    ({"$file": "tiny/params.json"}, "nothing"),
    ({"$file": "other"}, "nothing"),
    (".", "folder"),
    ("/", "folder"),
    ("/no/such/place", "nothing"),
    ("some/repository", "nothing"),
    ("tiny", "nothing"),
]


@pytest.mark.parametrize(("value", "kind"), PLACES)
def test_what_a_case_finds_at_a_path(value: Any, kind: str) -> None:
    config = Config.of({"model": value}, surroundings=_facts().surroundings)
    assert compile_predicate(parse_predicate({"model": {"path_is": kind}}))(config) is True


def test_a_path_of_the_engines_own_is_given_back_as_it_was_written() -> None:
    assert tagged(decode({"$file": "tiny"})) == {"$file": "tiny"}
    assert tagged(decode([{"$file": "tiny"}, "tiny"])) == [{"$file": "tiny"}, "tiny"]


def test_there_is_no_config_elsewhere() -> None:
    config = Config.of({"model": {"$file": "other"}, "path": "/"}, surroundings=_facts().surroundings)
    assert config.value(f"model.{CONFIG_JSON}") is None
    assert config.value(f"path.{CONFIG_JSON}") is None
