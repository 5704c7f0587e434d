"""One running case as its parent sees it: watching its pipes, ending it, and saying how it ended."""

import json
import os
import signal
import time
from typing import Any, Dict, Optional

from .case import unchecked

OUTPUT_KEPT = 2000
OUTPUT_LIMIT = 16 * 1024 * 1024
RESULT_LIMIT = 64 * 1024 * 1024
CHUNK = 65536


class Child:
    """One running case. ``result_fd`` brings the observation, ``output_fd`` what the library printed.

    ``token`` begins the true answer's line: what a library writes to a descriptor that is not its own is no observation.
    """

    def __init__(
        self, case: Dict[str, Any], pid: int, result_fd: int, output_fd: int, token: bytes, timeout_s: float
    ) -> None:
        self.case = case
        self.pid = pid
        self.deadline = time.monotonic() + timeout_s
        self.timeout_s = timeout_s
        self.open = {result_fd, output_fd}
        self._result_fd = result_fd
        self._result = bytearray()
        self._output = bytearray()
        self._output_size = 0
        self._token = token
        self._answered = False
        self._status: Optional[int] = None
        self._killed_for: Optional[Dict[str, Any]] = None

    def read(self, fd: int) -> bool:
        """Take what a pipe has. False when that pipe has ended; it is for the caller to ``close`` it then."""
        try:
            data = os.read(fd, CHUNK)
        except OSError:  # nothing there just now (only asked for after the answer), or the pipe is broken
            data = b""
        if not data:
            return False
        if fd == self._result_fd:
            self._answered = self._answered or b"\n" in data
            self._result += data
            if len(self._result) > RESULT_LIMIT:
                self.kill("unreadable-result", "the observation is larger than %d bytes" % RESULT_LIMIT)
        else:
            self._output_size += len(data)
            self._output += data[: OUTPUT_KEPT - len(self._output)]
            if self._output_size > OUTPUT_LIMIT:
                self.kill("output-flood", "more than %d MiB were printed" % (OUTPUT_LIMIT >> 20))
        return True

    def close(self, fd: int) -> None:
        """Be done with a pipe."""
        os.close(fd)
        self.open.discard(fd)

    @property
    def over(self) -> bool:
        """Whether nothing more is to be waited for.

        The whole observation is here (its line has ended), or the process is gone or killed, however long the case's own
        children hold on to the pipes.
        """
        return self._answered or self._killed_for is not None or self._status is not None

    def overdue(self) -> None:
        """Kill for having taken too long."""
        self.kill("timeout", "no answer within %g s" % self.timeout_s)

    def kill(self, reason: str, detail: str) -> None:
        """End the process and all that it started; the first reason given stands."""
        if self._killed_for is None:
            self._killed_for = unchecked(reason, detail)
        self._signal_group()

    def poll(self) -> None:
        """Look whether the process has ended. Only asked for when nothing was heard for a while, or can be heard."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None

    def _signal_group(self) -> None:
        # A process that has been waited for is gone, and its number may be another's; its group keeps the number.
        for send in (os.killpg,) if self._status is not None else (os.killpg, os.kill):
            try:
                send(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue

    def answer(self) -> bytes:
        """The observation, as the line that answers the request."""
        return json.dumps({**self.finish(), "id": self.case.get("id")}).encode("utf-8", "surrogatepass") + b"\n"

    def finish(self) -> Dict[str, Any]:
        """Reap the process and everything left of its group. Returns the observation."""
        for fd in tuple(self.open):
            os.set_blocking(fd, False)
            while self.read(fd) and not self._killed_for:
                continue
            self.close(fd)
        # Only what the case left behind is signalled here: with an answer in hand the child itself is on its way out.
        self._signal_group()
        if self._status is None:
            self._status = os.waitpid(self.pid, 0)[1]
        observation = self._killed_for or self._parsed() or self._ended(self._status)
        output = bytes(self._output).decode("utf-8", "replace")
        if output.strip():
            observation["output"] = output
        return observation

    def _parsed(self) -> Optional[Dict[str, Any]]:
        line, ended, _ = self._result.partition(b"\n")
        if not ended or not line.startswith(self._token):
            return None
        try:
            value = json.loads(line[len(self._token) :])
        except (ValueError, RecursionError):
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
