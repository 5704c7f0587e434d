"""Several cases in one process: each finds the state that the first one found."""

from __future__ import annotations

import functools
import logging
import os
import subprocess
import sys
import types
import warnings
from pathlib import Path
from typing import Any

import pytest

from llem_rules.inside.several import run_several

_ONCE = types.ModuleType("toy_once")


@functools.lru_cache
def _said_once(text: str) -> str:
    _LOG.append(text)
    return text


_LOG: list[str] = []
_ONCE.said_once = _said_once  # type: ignore[attr-defined]


def _run(_case: dict[str, Any]) -> dict[str, Any]:
    """What a case leaves behind, and what it found."""
    found = {
        "variable": os.environ.get("TOY_LEFT"),
        "folder": str(Path.cwd()),
        "handle": logging.Logger.handle.__name__,
        "disabled": logging.root.manager.disable,
    }
    os.environ["TOY_LEFT"] = "x"
    os.chdir("/")
    logging.Logger.handle = lambda *_: None  # type: ignore[method-assign]
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    _said_once("hello")
    return found


def test_state_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "toy_once", _ONCE)
    monkeypatch.delenv("TOY_LEFT", raising=False)
    _LOG.clear()
    one, two = run_several([{}, {}], _run, ("toy_once",))
    assert one == two
    assert _LOG == ["hello", "hello"]
    assert "TOY_LEFT" not in os.environ


def test_another_python_is_not_started() -> None:
    code = (
        "import subprocess, sys\n"
        "from llem_rules.inside.several import run_several\n"
        "def run(case):\n"
        "    try:\n"
        "        subprocess.run([sys.executable if case['python'] else 'true'])\n"
        "    except BaseException as error:\n"
        "        return {'raised': type(error).__name__}\n"
        "    return {}\n"
        "print(run_several([{'python': True}, {'python': False}], run, ()))\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == str([{"unchecked": {"reason": "starts-python", "detail": "it starts another Python"}}, {}])


def test_nothing_is_waited_for() -> None:
    code = (
        "import time\n"
        "from llem_rules.inside.several import run_several\n"
        "def run(case):\n"
        "    try:\n"
        "        time.sleep(case['seconds'])\n"
        "    except BaseException as error:\n"
        "        return {'raised': type(error).__name__}\n"
        "    return {}\n"
        "print(run_several([{'seconds': 60}, {'seconds': 0}], run, ()))\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30).stdout
    assert out.strip() == str([{"unchecked": {"reason": "waits", "detail": "it waits for something"}}, {}])
