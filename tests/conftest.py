"""Shared by all tests: how hard hypothesis looks (``HYPOTHESIS_PROFILE=ci`` looks harder), and that nothing of ours is left."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.engines.leftovers import left_in
from tests.live import end_sessions

_COMMON = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("everyday", deadline=None, max_examples=60, suppress_health_check=_COMMON)
settings.register_profile("ci", deadline=None, max_examples=1000, suppress_health_check=_COMMON, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))


@pytest.fixture(scope="session", autouse=True)
def _nothing_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One folder for all temporary files; when all is done no session's folder or process may be left in it."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setenv("TMPDIR", str(folder))
        yield
        end_sessions()
    assert left_in(folder) == []
