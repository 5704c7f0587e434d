"""Processes that run one case each: starting them, watching their pipes, and saying how they ended."""

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any, Callable, Dict, Optional

from . import limits
from .case import unchecked

OUTPUT_KEPT = 2000
OUTPUT_LIMIT = 16 * 1024 * 1024
RESULT_LIMIT = 64 * 1024 * 1024
CHUNK = 65536


class Child:
    """One running case. ``result_fd`` brings the observation, ``output_fd`` what the library printed."""

    def __init__(self, case: Dict[str, Any], pid: int, result_fd: int, output_fd: int, timeout_s: float) -> None:
        self.case = case
        self.pid = pid
        self.deadline = time.monotonic() + timeout_s
        self.timeout_s = timeout_s
        self.open = {result_fd, output_fd}
        self._result_fd = result_fd
        self._result = bytearray()
        self._output = bytearray()
        self._output_size = 0
        self._killed_for: Optional[Dict[str, Any]] = None

    def read(self, fd: int) -> bool:
        """Take what a pipe has. False when that pipe has ended."""
        try:
            data = os.read(fd, CHUNK)
        except OSError:  # nothing there just now (only asked for after the answer), or the pipe is broken
            data = b""
        if not data:
            os.close(fd)
            self.open.discard(fd)
            return False
        if fd == self._result_fd:
            self._result += data
            if len(self._result) > RESULT_LIMIT:
                self.kill("unreadable-result", "the observation is larger than %d bytes" % RESULT_LIMIT)
        else:
            self._output_size += len(data)
            self._output += data[: OUTPUT_KEPT - len(self._output)]
            if self._output_size > OUTPUT_LIMIT:
                self.kill("output-flood", "more than %d MiB were printed" % (OUTPUT_LIMIT >> 20))
        return True

    @property
    def answered(self) -> bool:
        """Whether the whole observation is here (its line has ended), however long the case's own children hold on."""
        return self._result.endswith(b"\n")

    def overdue(self) -> None:
        """Kill for having taken too long."""
        self.kill("timeout", "no answer within %g s" % self.timeout_s)

    def kill(self, reason: str, detail: str) -> None:
        """End the process and all that it started; the first reason given stands."""
        if self._killed_for is None:
            self._killed_for = unchecked(reason, detail)
        self._signal_group()

    def _signal_group(self) -> None:
        for send in (os.killpg, os.kill):
            try:
                send(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue

    def finish(self) -> Dict[str, Any]:
        """Reap the process and everything left of its group. Returns the observation."""
        for fd in tuple(self.open):
            os.set_blocking(fd, False)
            while fd in self.open and self.read(fd) and not self._killed_for:
                continue
            if fd in self.open:
                os.close(fd)
        self.open.clear()
        # Only what the case left behind is signalled here: with an answer in hand the child itself is on its way out.
        self._signal_group()
        _, status = os.waitpid(self.pid, 0)
        observation = self._killed_for or self._parsed() or self._ended(status)
        output = bytes(self._output).decode("utf-8", "replace")
        if output.strip():
            observation["output"] = output
        return observation

    def _parsed(self) -> Optional[Dict[str, Any]]:
        if not self._result.endswith(b"\n"):
            return None
        try:
            value = json.loads(self._result)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def _ended(self, status: int) -> Dict[str, Any]:
        last = bytes(self._output[-400:]).decode("utf-8", "replace").strip()
        if self._result:
            return unchecked("unreadable-result", "the case's answer was cut or is not JSON")
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGKILL:
                return unchecked("out-of-memory", "killed by the system, most likely for its memory")
            return unchecked("crashed", "signal %s. %s" % (signal.Signals(number).name, last))
        return unchecked("exited", "left with code %d before it answered. %s" % (os.WEXITSTATUS(status), last))


def fork(case: Dict[str, Any], run: Callable[[Dict[str, Any]], Dict[str, Any]], settings: Dict[str, Any]) -> Child:
    """Fork a child that runs the case and reports."""
    result_read, result_write = os.pipe()
    output_read, output_write = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            limits.die_with_parent(parent)
            os.setsid()
            os.dup2(output_write, 1)
            os.dup2(output_write, 2)
            for fd in (*settings["private_fds"], result_read, output_read, output_write):
                os.close(fd)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            limits.apply(int(settings["memory_bytes"]))
            answer = json.dumps(run(case)).encode("utf-8", "surrogatepass") + b"\n"
            sys.stdout.flush()
            sys.stderr.flush()
            with os.fdopen(result_write, "wb") as pipe:
                pipe.write(answer)
            code = 0
        except MemoryError:
            os.write(result_write, json.dumps(unchecked("out-of-memory", "over the limit of a case")).encode() + b"\n")
        finally:
            os._exit(code)
    os.close(result_write)
    os.close(output_write)
    return Child(case, pid, result_read, output_read, float(case.get("timeout_s") or settings["timeout_s"]))


def spawn(case: Dict[str, Any], start: Dict[str, Any], settings: Dict[str, Any]) -> Child:
    """Start a new process for the case: where the server must not fork. Import time comes on top of the case's limit."""
    result_read, result_write = os.pipe()
    output_read, output_write = os.pipe()
    here = os.path.dirname(os.path.abspath(__file__))
    process = subprocess.Popen(
        [sys.executable, "-s", here, "--single", str(result_write)],
        stdin=subprocess.PIPE,
        stdout=output_write,
        stderr=output_write,
        pass_fds=(result_write,),
        start_new_session=True,
    )
    os.close(result_write)
    os.close(output_write)
    assert process.stdin is not None
    process.stdin.write(json.dumps({"start": start, "case": case}).encode() + b"\n")
    process.stdin.close()
    process.returncode = 0  # reaped by Child.finish, not by Popen
    limit = float(case.get("timeout_s") or settings["timeout_s"]) + float(settings["import_s"])
    return Child(case, process.pid, result_read, output_read, limit)
