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
from llem_rules.rules.values import decode

TEXT = json.dumps({"size": 1, "kind": "a/b", "list": [1, 2]})
ROWS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"size": 1, "kind": "a/b", "list": [1, 2]}),
    ({"size": 2.5}, {"size": 2.5, "kind": "a/b", "list": [1, 2]}),
    ({"kind": {"$absent": True}}, {"size": 1, "list": [1, 2]}),
    ({"new": {"x": [None, "é/%"]}}, {"size": 1, "kind": "a/b", "list": [1, 2], "new": {"x": [None, "é/%"]}}),
    ({"size": None}, {"size": None, "kind": "a/b", "list": [1, 2]}),
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
    assert path.parent == tmp_path
    assert entries_of(path.name) == entries
    config = Config.of({"model": {"$file": "tiny", "with": entries}}, surroundings=_facts().surroundings)
    assert config.value(f"model.{CONFIG_JSON}") == held
    assert config.value("model") == decode({"$file": variant_name("tiny", entries)})
    files = config.surroundings.files
    assert files is not None
    assert files[config.value("model")] == "folder"


def test_there_is_no_config_elsewhere() -> None:
    config = Config.of({"model": {"$file": "other"}, "path": "/"}, surroundings=_facts().surroundings)
    assert config.value(f"model.{CONFIG_JSON}") is None
    assert config.value(f"path.{CONFIG_JSON}") is None
