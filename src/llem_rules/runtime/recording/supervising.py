"""A parent that outlives the worker: what it said before it died, and what it died of."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from typing import Any, Callable, Dict, Mapping, Optional

from llem_rules.runtime.recording.appending import append_record
from llem_rules.runtime.recording.collecting import Collected, Spool, read_spool
from llem_rules.runtime.recording.observing import Observer, Run, sections_of


def supervise(
    path: Any,
    body: Callable[[Observer], Any],
    *,
    study_run_id: str,
    engine: str,
    config: Mapping[str, Any],
    cycle: int = 0,
    native_type: Optional[str] = None,
) -> Dict[str, Any]:
    """Run a body in a child of its own and record it, also where the child dies. Returns the line that was written.

    The child is forked, so the body may be any function, and the parent should have started no thread.

    Raises:
        OSError: no child could be started, or the line could not be written.
    """
    run = Run(study_run_id, engine, sections_of(config, native_type), cycle)
    handle, spool = tempfile.mkstemp(prefix="llem-rules-", suffix=".events")
    os.close(handle)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            _be_the_child(body, Observer(path, run, Spool(spool)))
        return finish(path, run, spool, os.waitpid(child, 0)[1])
    finally:
        os.unlink(spool)


def _be_the_child(body: Callable[[Observer], Any], observer: Observer) -> None:
    """Never returns: what is above this frame is the parent's."""
    code = 1
    try:
        with observer:
            body(observer)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001 - it is recorded, and printed as the interpreter would
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code & 0xFF)


def finish(path: Any, run: Run, spool: str, status: int) -> Dict[str, Any]:
    """Write the line of a worker that ended with a status as ``waitpid`` gives it."""
    seen = read_spool(spool)
    process = ended(status)
    record = run.record(outcome_of(process, seen), seen, process)
    append_record(os.fspath(path), record)
    return record


def ended(status: int) -> Dict[str, Any]:
    """Exit code, or the signal's name."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        known = {one.value: one.name for one in signal.Signals}
        return {"exit_code": None, "signal": known.get(number, "signal %d" % number)}
    return {"exit_code": os.WEXITSTATUS(status), "signal": None}


def outcome_of(process: Dict[str, Any], seen: Collected) -> str:
    """``success`` for exit code 0; ``exception`` where one was seen before it left; else the process died."""
    if process["signal"] is not None:
        return "subprocess_died"
    if process["exit_code"] == 0:
        return "success"
    return "exception" if seen.exception is not None else "subprocess_died"
