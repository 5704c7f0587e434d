"""The fast gear as the server sees it: processes that are kept for the next group of cases, and a group at work in one."""

import json
import os
import signal
import time
from typing import Any, Callable, Dict, List, Optional, Union

from . import limits
from .baseline import Baseline
from .case import unchecked
from .child import CHUNK, RESULT_LIMIT
from .stream import SPENT, Progress, Run, Stream


class FastProcess:
    """A fork of the server that sees many cases, all of one ``gear``. ``private_fds``: what is none of its business."""

    gear = ""

    def __init__(self, run: Run, baseline: Callable[[], Baseline], private_fds: List[int], memory_bytes: int) -> None:
        request_read, self.requests = os.pipe()
        self.answers, answer_write = os.pipe()
        self.token = os.urandom(8).hex().encode() + b" "
        self.progress = Progress()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                limits.die_with_parent(parent)
                os.setsid()
                for fd in (*private_fds, self.requests, self.answers):
                    os.close(fd)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                limits.apply(memory_bytes)
                Stream(request_read, answer_write, self.token, self.progress).serve(run, baseline)
            finally:
                os._exit(0)
        os.close(request_read)
        os.close(answer_write)

    @property
    def ended(self) -> bool:
        """Whether it is gone, however long what it started holds on to its pipes."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def end(self) -> None:
        """Kill it with all that its cases started, and reap it."""
        for send in (os.killpg, os.kill):
            try:
                send(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        for fd in (self.requests, self.answers):
            os.close(fd)
        os.waitpid(self.pid, 0)


class FastProcesses:
    """All that there are, those that wait for work among them."""

    def __init__(self, run: Run, baseline: Callable[[], Baseline], memory_bytes: int) -> None:
        self._run = run
        self._baseline = baseline
        self._memory_bytes = memory_bytes
        self._all: List[FastProcess] = []
        self._idle: List[FastProcess] = []

    @property
    def fds(self) -> List[int]:
        """The server's ends of their pipes: none of any other process's business."""
        return [fd for one in self._all for fd in (one.requests, one.answers)]

    def take(self, gear: str, private_fds: List[int]) -> FastProcess:
        """One for a group to work in. Those of another gear have had their time."""
        # Something that a case left behind may have killed one that waits.
        for one in [one for one in self._idle if one.gear != gear or one.ended]:
            self._idle.remove(one)
            self.end(one)
        if not self._idle:
            made = FastProcess(self._run, self._baseline, [*private_fds, *self.fds], self._memory_bytes)
            made.gear = gear
            self._all.append(made)
            self._idle.append(made)
        return self._idle.pop()

    def give_back(self, process: FastProcess) -> None:
        """It is fit for another group."""
        self._idle.append(process)

    def end(self, process: FastProcess) -> None:
        """It is not."""
        self._all.remove(process)
        process.end()


class Group:
    """Cases of one request; the server's loop treats them like one running case.

    One that ends its process, or is not answered in time, is answered with why; the rest is for a new process. ``lines``:
    the answers so far, by the cases' order.
    """

    def __init__(self, request: Dict[str, Any], timeout_s: float, processes: FastProcesses, private: List[int]) -> None:
        self.case = request
        self._cases: List[Dict[str, Any]] = request["cases"]
        self._lines: List[Optional[bytes]] = request.setdefault("lines", [None] * len(self._cases))
        self._todo = [index for index, line in enumerate(self._lines) if line is None]
        self._answered = 0
        self._timeout_s = timeout_s
        self._processes = processes
        self._unread = b""
        self._why: Optional[bytes] = None
        self._garbled = False
        self._spent = False
        self._process = processes.take(str(request.get("gear")), private)
        self.open = {self._process.answers}
        self.deadline = time.monotonic() + timeout_s
        self._hand_over()

    def _hand_over(self) -> None:
        self._process.progress.begun(0)
        wanted = [self._cases[index] for index in self._todo]
        data = json.dumps(wanted).encode("utf-8", "surrogatepass") + b"\n"
        try:
            while data:
                data = data[os.write(self._process.requests, data) :]
        except BrokenPipeError:
            pass  # it has ended: its other pipe will say so

    def read(self, fd: int) -> bool:
        """Take what the process has answered. False when there will be no more."""
        data = os.read(fd, CHUNK)
        if not data:
            self.kill("crashed", "the process of the fast gear ended")
            return False
        self.deadline = time.monotonic() + self._timeout_s
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            self._take(line)
        if len(self._unread) > RESULT_LIMIT:
            self.kill("unreadable-result", "the observation is larger than %d bytes" % RESULT_LIMIT)
        return True

    def _take(self, line: bytes) -> None:
        token, mark = self._process.token, len(self._process.token)
        if self.over:
            return
        if not line.startswith(token):
            self._garbled = True
            self.kill("unreadable-result", "something else was written to the answers")
            return
        self._lines[self._todo[self._answered]] = line[mark + 1 :]
        self._answered += 1
        self._spent = line[mark : mark + 1] == SPENT

    def close(self, fd: int) -> None:
        """The pipe stays open for as long as its process is kept."""
        self.open.discard(fd)

    @property
    def over(self) -> bool:
        """Whether this process will give no more answers of this group."""
        return self._spent or self._why is not None or self._answered == len(self._todo)

    def overdue(self) -> None:
        """It took too long."""
        self.kill("timeout", "no answer within %g s" % self._timeout_s)

    def poll(self) -> None:
        """Look whether the process is gone."""
        if self._process.ended:
            self.kill("crashed", "the process of the fast gear ended")

    def kill(self, reason: str, detail: str) -> None:
        """Give the process up; the first reason stands."""
        if self._why is None:
            self._why = json.dumps(unchecked(reason, detail)).encode()

    def answer(self) -> Union[bytes, Dict[str, Any]]:
        """The answer as a line; or, where cases are left, the request again, for a new process."""
        if self._why is not None:
            self._blame(self._why)
        if self._spent or self._why is not None:
            self._processes.end(self._process)
        else:
            self._processes.give_back(self._process)
        if None in self._lines:
            return {**self.case, "lines": self._lines}
        several = b", ".join(line for line in self._lines if line is not None)
        return b'{"id": %s, "several": [%s]}\n' % (json.dumps(self.case.get("id")).encode(), several)

    def _blame(self, why: bytes) -> None:
        """Answer the case at which the process ended; where it did not even begin one, it never will.

        Of a line that is no answer nobody knows which case wrote it: the process may have gone on meanwhile.
        """
        begun = self._process.progress.count
        guilty = self._todo if not begun else self._todo[max(begun - 1, self._answered) :][:1]
        if self._garbled:
            guilty = self._todo[self._answered : max(begun, self._answered + 1)]
        for index in guilty:
            self._lines[index] = why
