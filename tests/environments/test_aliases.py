"""Old names of dependencies: back in every process of an environment, and only where they are gone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llem_rules.corpus.versions import EngineVersions
from llem_rules.environments.aliases import add_aliases
from llem_rules.environments.venv import venv_python
from llem_rules.rules.failure import Failure
from tests.environments.recipes import recipe

ALIASES = [
    {"versions": "<25", "name": "packaging.version.OldVersion", "is": "packaging.version.Version"},
    {"versions": "<25", "name": "packaging.tags.OldTag", "is": "packaging.version.Version"},
    {"versions": "<25", "name": "packaging.version.InvalidVersion", "is": "packaging.version.Version"},
    {"versions": "<25", "name": "packaging.version.Never", "is": "packaging.version.NotThere"},
    {"versions": ">=25", "name": "packaging.version.Newer", "is": "packaging.version.Version"},
]
ASK = """
import packaging.tags, packaging.version as v
print(v.OldVersion is v.Version, packaging.tags.OldTag is v.Version, v.InvalidVersion is v.Version)
print(hasattr(v, "Never"), hasattr(v, "Newer"), type(v.__loader__).__name__)
"""


def silent(_said: str) -> None:
    """No progress is wanted."""


@pytest.mark.usefixtures("cache")
def test_old_names_are_back_in_every_process() -> None:
    python = venv_python(recipe(aliases=ALIASES), None, silent)
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ASK!r}], check=True)"
    for code in (ASK, nested):
        said = subprocess.run([python, "-s", "-c", code], capture_output=True, text=True, check=True).stdout
        assert said.splitlines() == ["True True False", "False False SourceFileLoader"]


@pytest.mark.parametrize(
    ("version", "names"),
    [("24.1", ["OldVersion", "OldTag", "InvalidVersion", "Never"]), ("25.0rc1", []), ("25.1", ["Newer"])],
)
def test_aliases_are_for_versions(version: str, names: list[str]) -> None:
    environment = recipe(aliases=ALIASES).environment
    assert environment is not None
    found = [one["name"].rpartition(".")[2] for one in environment.aliases_for(version)]
    assert found == names


def test_another_version_of_the_same_engine() -> None:
    pinned = recipe("24.1")
    older, same = pinned.at("23.2"), pinned.at("24.1.0")
    assert same is pinned is pinned.at(None)
    assert (older.library.current_version, older.is_before(pinned), pinned.is_before(older)) == ("23.2", True, False)
    assert isinstance(older, EngineVersions)
    with pytest.raises(Failure, match="'new' is not a version"):
        pinned.at("new")


def test_a_folder_that_is_no_environment(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="has no site-packages"):
        add_aliases(tmp_path, [])
