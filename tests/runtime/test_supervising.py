"""Workers that die: what they said before, and what they died of."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from llem_rules.runtime import supervise

LOG = logging.getLogger("fauxllm")
CONFIG = {"fauxllm.Sampling": {"top_k": 1}}
PROGRAM = Path(sys.executable).with_name("llem-rules")


def _raise(_seen: Any) -> None:
    raise ValueError("no")


ENDS = [
    ("well", lambda _seen: None, "success", 0, None),
    ("exception", _raise, "exception", 1, None),
    ("exit", lambda _seen: sys.exit(0), "success", 0, None),
    ("hard exit", lambda _seen: os._exit(7), "subprocess_died", 7, None),
    ("killed", lambda _seen: os.kill(os.getpid(), signal.SIGKILL), "subprocess_died", None, "SIGKILL"),
    ("segmentation fault", lambda _seen: os.kill(os.getpid(), signal.SIGSEGV), "subprocess_died", None, "SIGSEGV"),
    ("aborted", lambda _seen: os.abort(), "subprocess_died", None, "SIGABRT"),
]


@pytest.mark.parametrize(("_name", "end", "outcome", "code", "by"), ENDS, ids=[one[0] for one in ENDS])
def test_how_a_worker_ends(
    tmp_path: Path, _name: str, end: Any, outcome: str, code: int | None, by: str | None, capfd: Any
) -> None:
    def body(seen: Any) -> None:
        LOG.warning("said before")
        seen.report({"top_k": 0})
        end(seen)

    path = tmp_path / "o.jsonl"
    record = supervise(path, body, study_run_id="s", engine="faux", config=CONFIG, cycle=2)
    [line] = [json.loads(one) for one in path.read_text().splitlines()]
    assert line == record
    assert (line["outcome"], line["process"]) == (outcome, {"exit_code": code, "signal": by})
    assert [one["text"] for one in line["messages"]] == ["said before"]
    assert line["effective"] == {"fauxllm.Sampling": {"top_k": 0}}
    assert (line["cycle"], line["observed_config_hash"] is None) == (2, False)
    capfd.readouterr()


WORKER = """\
import logging, os, signal, sys, warnings
logging.getLogger("transformers.x").warning("top_k is ignored")
warnings.warn("old", FutureWarning)
how = sys.argv[1]
if how == "raise": raise ValueError("bad")
if how == "segv": os.kill(os.getpid(), signal.SIGSEGV)
if how == "report":
    from llem_rules.runtime import report
    report({"top_k": 50})
sys.exit({"three": 3}.get(how, 0))
"""


@pytest.mark.parametrize(
    ("how", "code", "outcome", "process"),
    [
        ("fine", 0, "success", {"exit_code": 0, "signal": None}),
        ("report", 0, "success", {"exit_code": 0, "signal": None}),
        ("raise", 1, "exception", {"exit_code": 1, "signal": None}),
        ("three", 3, "subprocess_died", {"exit_code": 3, "signal": None}),
        ("segv", 128 + signal.SIGSEGV, "subprocess_died", {"exit_code": None, "signal": "SIGSEGV"}),
    ],
)
def test_a_command_is_recorded_from_outside(
    tmp_path: Path, how: str, code: int, outcome: str, process: dict[str, Any]
) -> None:
    (tmp_path / "worker.py").write_text(WORKER)
    (tmp_path / "config.yaml").write_text("transformers.GenerationConfig: {top_k: 20}\n")
    (tmp_path / "sitecustomize.py").write_text("print('the next one runs, too')\n")
    done = subprocess.run(
        [PROGRAM, "observe", "--study", "s", "--config", "config.yaml", "--", sys.executable, "worker.py", how],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "the next one runs, too" in done.stdout
    [line] = [json.loads(one) for one in (tmp_path / "runtime_observations.jsonl").read_text().splitlines()]
    assert (line["outcome"], line["process"], line["engine"]) == (outcome, process, "transformers")
    assert [one["text"] for one in line["messages"]] == ["top_k is ignored", "old"]
    assert (line["exception"] or {}).get("message") == ("bad" if how == "raise" else None)
    assert line["effective"] == ({"transformers.GenerationConfig": {"top_k": 50}} if how == "report" else {})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--", "no-such-command"], "no such command"),
        ([], "after --"),
    ],
)
def test_mistakes_are_said(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "config.yaml").write_text("transformers.GenerationConfig: {}\n")
    done = subprocess.run(
        [PROGRAM, "observe", "--study", "s", "--config", "config.yaml", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
