"""The walk-through of a real bump is what the commands make today."""

from __future__ import annotations

import pytest

from tests.pipeline.walkthrough import made, stale


@pytest.mark.slow
def test_it_is_fresh() -> None:
    assert stale(made()) == [], "python -m tests.pipeline.walkthrough writes it anew"
