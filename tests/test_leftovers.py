"""A test session that leaves a folder of ours behind fails, though each of its tests passes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [
    # what the only test of a session does, the session's exit code
    ("pass", 0),
    ("tempfile.mkdtemp(prefix='of-somebody-else-')", 0),
    ("tempfile.mkdtemp(prefix='llem-rules-')", 1),
]


@pytest.mark.parametrize(("does", "code"), ROWS)
def test_a_session_that_leaves_something_behind(does: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "test_leaving.py").write_text(f"import tempfile\n\n\ndef test_it():\n    {does}\n")
    options = ["-n", "0", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest", f"--basetemp={tmp_path / 'base'}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == code, done.stdout
    assert ("llem-rules-" in done.stdout) == (code == 1)
