"""Starting the process of one case: a fork of the server (the reference), or a new process where it must not fork."""

import json
import os
import signal
import subprocess
import sys
from typing import Any, Callable, Dict

from . import limits
from .case import unchecked
from .child import Child

Run = Callable[[Dict[str, Any]], Dict[str, Any]]


def fork(case: Dict[str, Any], run: Run, settings: Dict[str, Any]) -> Child:
    """Fork a child that runs the case and reports."""
    result_read, result_write = os.pipe()
    output_read, output_write = os.pipe()
    token = _token()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            limits.die_with_parent(parent)
            os.setsid()
            os.dup2(output_write, 1)
            os.dup2(output_write, 2)
            for fd in (*settings["private_fds"], result_read, output_read, output_write):
                os.close(fd)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            limits.apply(int(settings["memory_bytes"]))
            answer(result_write, token, run, case)
        finally:
            os._exit(1)
    os.close(result_write)
    os.close(output_write)
    timeout_s = float(case.get("timeout_s") or settings["timeout_s"])
    return Child(case, pid, result_read, output_read, token, timeout_s)


def answer(result_fd: int, token: bytes, run: Run, case: Dict[str, Any]) -> None:
    """Run the case, report, and end this process: nothing of the library's runs after its answer."""
    me = os.getpid()
    try:
        line = json.dumps(run(case)).encode("utf-8", "surrogatepass")
    except MemoryError:
        line = json.dumps(unchecked("out-of-memory", "over the memory limit of a case")).encode()
    except BaseException as error:
        detail = "what was seen cannot be written down: %s" % type(error).__name__
        line = json.dumps(unchecked("unreadable-result", detail)).encode()
    if os.getpid() != me:
        os._exit(0)  # the library forked, and both came back: one of them answers
    _flush()
    line = token + line + b"\n"
    while line:
        line = line[os.write(result_fd, line) :]
    os._exit(0)


def spawn(case: Dict[str, Any], start: Dict[str, Any], settings: Dict[str, Any]) -> Child:
    """Start a new process for the case: where the server must not fork. Import time comes on top of the case's limit."""
    result_read, result_write = os.pipe()
    output_read, output_write = os.pipe()
    token = _token()
    here = os.path.dirname(os.path.abspath(__file__))
    process = subprocess.Popen(
        [sys.executable, "-s", here, "--single", str(result_write)],
        stdin=subprocess.PIPE,
        stdout=output_write,
        stderr=output_write,
        pass_fds=(result_write,),
        env=settings["environment"],
        cwd=settings["folder"],
        start_new_session=True,
    )
    os.close(result_write)
    os.close(output_write)
    assert process.stdin is not None
    message = {"start": start, "case": case, "token": token.decode(), "parent": os.getpid()}
    try:
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has ended already; how, is for Child.finish to say
    process.returncode = 0  # reaped by Child.finish, not by Popen
    limit = float(case.get("timeout_s") or settings["timeout_s"]) + float(settings["import_s"])
    return Child(case, process.pid, result_read, output_read, token, limit)


def _token() -> bytes:
    return os.urandom(8).hex().encode() + b" "


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the library
            continue
    limits.flush_c_streams()
