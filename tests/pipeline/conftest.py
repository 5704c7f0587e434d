"""A remote and a server for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.forge import Forge
from tests.pipeline.scene import PLAIN, Scene


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", PLAIN["GIT_CONFIG_GLOBAL"])
    return Scene(tmp_path)


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    made = Forge()
    monkeypatch.setenv("GITHUB_API_URL", made.url)
    monkeypatch.setenv("GITHUB_REPOSITORY", "own/er")
    monkeypatch.setenv("GITHUB_TOKEN", "token")
    monkeypatch.setenv("LLEM_CI_PACE", "0")
    yield made
    made.close()
