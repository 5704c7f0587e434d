"""A session with the toy library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llem_rules.engines import Engine, NativeType
from llem_rules.environments import Limits, LocalPython, Session

NAMES = (
    "Numbers",
    "Reals",
    "Words",
    "Containers",
    "Unions",
    "Custom",
    "Outer",
    "Inner",
    "Derived",
    "Aliased",
    "Strict",
)
ENGINE = Engine(
    name="toylib",
    package="toylib",
    native_types={f"toylib.{name}": NativeType(base={"needed": 1} if name == "Outer" else {}) for name in NAMES},
    environment={"PYTHONPATH": str(Path(__file__).parent / "toys")},
)


@pytest.fixture(scope="session")
def toys() -> Iterator[Session]:
    """Entered once."""
    with Session(ENGINE, LocalPython(Path(sys.executable)), Limits(jobs=2)) as session:
        yield session
