"""One folder for temporary files a test; nothing of a session may be left in it."""

from __future__ import annotations

import pytest

from tests.inside.conftest import tidy

__all__ = ["tidy"]


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> object:
    """An empty cache folder for environments."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("LLEM_RULES_CACHE", str(folder))
    return folder
