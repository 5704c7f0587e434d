"""A command as the worker: a child that may die, with the recorder in every Python that it starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from typing import Any, Dict, List, Sequence, Tuple

from llem_rules.runtime.recording.observing import Run
from llem_rules.runtime.recording.supervising import finish

VARIABLE = "LLEM_RULES_OBSERVE"
_SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run_observed(path: Any, run: Run, command: Sequence[str]) -> Tuple[int, Dict[str, Any]]:
    """Run a command to its end. Returns the exit code that a shell would see, and the line that was written.

    Interrupts go to the command, which decides; what it does of them is recorded.

    Raises:
        OSError: it could not be started, or the line could not be written.
    """
    handle, spool = tempfile.mkstemp(prefix="llem-rules-", suffix=".events")
    os.close(handle)
    try:
        child = subprocess.Popen(list(command), env=environment(run, spool))
        status = _wait(child)
        return _shell_code(status), finish(path, run, spool, status)
    finally:
        os.unlink(spool)


def environment(run: Run, spool: str) -> Dict[str, str]:
    """The variables by which every Python below finds the recorder before its own site hooks."""
    told = {
        "spool": spool,
        "package": _PACKAGE,
        "engine": run.engine,
        "sections": run.sections,
        "run": run.study_run_id,
    }
    paths: List[str] = [_SHIM, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), VARIABLE: json.dumps(told)}


def _wait(child: subprocess.Popen[bytes]) -> int:
    """The status as ``waitpid`` gives it. Signals that end this process are passed on instead."""

    def pass_on(number: int, _frame: Any) -> None:
        child.send_signal(number)

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        while True:
            try:
                code = child.wait()
                break
            except KeyboardInterrupt:
                sys.stderr.flush()  # the terminal told the command too
    finally:
        signal.signal(signal.SIGTERM, before)
    return -code if code < 0 else code << 8


def _shell_code(status: int) -> int:
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
