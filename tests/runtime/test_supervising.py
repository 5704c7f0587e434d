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
from llem_rules.runtime.recording.collecting import MOST_MESSAGES, Collected, Spool, read_spool

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
if how == "kill": os.kill(os.getpid(), signal.SIGKILL)
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
        ("kill", 128 + signal.SIGKILL, "subprocess_died", {"exit_code": None, "signal": "SIGKILL"}),
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


def observed(folder: Path, config: str, worker: str, file: str = "config.yaml") -> dict[str, Any]:
    """The line of a worker that is run by the command."""
    (folder / file).write_text(config)
    (folder / "worker.py").write_text(worker)
    command = [str(PROGRAM), "observe", "--study", "s", "--config", file, "--", sys.executable, "worker.py"]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    [line] = (folder / "runtime_observations.jsonl").read_text().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_what_several_processes_say_is_counted_together(tmp_path: Path) -> None:
    line = observed(
        tmp_path,
        "transformers.GenerationConfig: {}\n",
        "import logging, subprocess, sys\n"
        "log = logging.getLogger('transformers.x')\n"
        "child = 'import logging, sys; log = logging.getLogger(\"transformers.x\")\\nlog.warning(sys.argv[1])\\n'"
        " + 'log.warning(\"same\")\\n' * 3\n"
        "log.warning('mine'); log.warning('same'); log.warning('mine')\n"
        "for name in 'ab': subprocess.run([sys.executable, '-c', child, name], check=True)\n",
    )
    assert {one["text"]: one["count"] for one in line["messages"]} == {"mine": 2, "same": 7, "a": 1, "b": 1}
    assert line["messages_dropped"] == 0


def test_many_processes_are_bounded_too(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.touch()
    for writer in range(3):
        told = Collected(Spool(str(path)))
        for number in range(MOST_MESSAGES + 10):
            told.say("logger", "WARNING", f"{writer} {number}", None, None, {})
        told.close(None)
    read = read_spool(str(path))
    assert (len(read.messages), read.dropped) == (MOST_MESSAGES, 2 * MOST_MESSAGES + 30)


def test_the_version_is_known_of_a_process_that_died(tmp_path: Path) -> None:
    (tmp_path / "transformers.py").write_text("__version__ = '9.9'\n")
    line = observed(
        tmp_path,
        "transformers.GenerationConfig: {}\n",
        "import os, transformers, warnings; warnings.warn('x'); os.kill(os.getpid(), 9)\n",
    )
    assert (line["outcome"], line["library_version"]) == ("subprocess_died", "9.9")


@pytest.mark.parametrize(
    ("file", "text", "sections"),
    [
        ("generation_config.json", '{"top_k": 3}', {"transformers.GenerationConfig": {"top_k": 3}}),
        ("vllm.yaml", "max-num-seqs: 4\nmodel: m\n", {"vllm.EngineArgs": {"max_num_seqs": 4, "model": "m"}}),
    ],
)
def test_a_config_in_a_format_that_check_reads(tmp_path: Path, file: str, text: str, sections: dict[str, Any]) -> None:
    assert observed(tmp_path, text, "", file)["config"] == sections


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--", "no-such-command"], "no such command"),
        ([], "after --"),
        (["--config", "study.yaml", "--", "true"], "a run has one config"),
    ],
)
def test_mistakes_are_said(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "config.yaml").write_text("transformers.GenerationConfig: {}\n")
    (tmp_path / "study.yaml").write_text("grid: {transformers.GenerationConfig.top_k: [1, 2]}\n")
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
