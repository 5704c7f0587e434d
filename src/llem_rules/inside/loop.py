"""The server's loop: reads requests, keeps up to ``jobs`` cases running, and writes answers as they come."""

import json
import os
import selectors
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Union

from .child import Child
from .gears import Group

_QUIET_S = 0.25  # after so much silence it is asked whether a case's process is still there
_CLOSED_S = 0.01  # the same for one whose pipes have ended: mostly it is just about to leave
Running = Union[Child, Group]
Start = Callable[[Dict[str, Any], List[int]], Running]


class Loop:
    """``start`` begins a case, given the descriptors that are none of its business; ``jobs`` run at a time."""

    def __init__(self, requests: int, answers: int, buffer: bytearray, start: Start, jobs: int) -> None:
        self._requests = requests
        self._answers = answers
        self._buffer = buffer
        self._start = start
        self._jobs = jobs
        self._queue: Deque[Dict[str, Any]] = deque()
        self._running: List[Running] = []
        self._selector = selectors.EpollSelector()
        self._ended = False

    def serve(self) -> None:
        """Until the input has ended and every case has been answered.

        Raises:
            BrokenPipeError: nobody listens any more. Nothing runs then.
        """
        self._selector.register(self._requests, selectors.EVENT_READ)
        self._selector.register(self._answers, selectors.EVENT_READ)  # a pipe that nobody reads is an error, an event
        self._take_lines()
        try:
            while self._running or self._queue or not self._ended:
                self._start_children()
                self._watch()
                self._collect()
        except BrokenPipeError:
            for one in self._running:
                one.kill("timeout", "nobody waits for the answer")
            raise

    def _start_children(self) -> None:
        while self._queue and len(self._running) < self._jobs:
            private = [self._requests, self._answers, self._selector.fileno()]
            started = self._start(self._queue.popleft(), private + _fds(self._running))
            for fd in started.open:
                self._selector.register(fd, selectors.EVENT_READ, started)
            self._running.append(started)

    def _watch(self) -> None:
        now = time.monotonic()
        wait = min(
            [min(one.deadline - now, _QUIET_S if one.open else _CLOSED_S) for one in self._running], default=None
        )
        events = self._selector.select(None if wait is None else max(0.0, wait))
        for key, _ in events:
            if key.fd == self._requests:
                self._read_requests()
            elif key.fd == self._answers:
                raise BrokenPipeError
            elif not key.data.read(key.fd):
                # First out of the selector: a child that is just starting may still hold the pipe open.
                self._selector.unregister(key.fd)
                key.data.close(key.fd)
        if not events:
            for one in self._running:
                one.poll()

    def _collect(self) -> None:
        now = time.monotonic()
        for one in list(self._running):
            if not one.open and not one.over:
                one.poll()
            if not one.over and now >= one.deadline:
                one.overdue()
            if one.over:
                for fd in one.open:
                    self._selector.unregister(fd)
                self._running.remove(one)
                answer = one.answer()
                if isinstance(answer, bytes):
                    _write(self._answers, answer)
                else:
                    self._queue.appendleft(answer)

    def _read_requests(self) -> None:
        data = os.read(self._requests, 1 << 20)
        if not data:
            self._ended = True
            self._selector.unregister(self._requests)
        self._buffer += data
        self._take_lines()

    def _take_lines(self) -> None:
        *lines, rest = self._buffer.split(b"\n")
        self._buffer[:] = rest
        self._queue.extend(json.loads(line) for line in lines if line.strip())


def _fds(running: List[Running]) -> List[int]:
    """What a new process must not hold open; those of the fast gear are closed by their own list."""
    return [fd for one in running if isinstance(one, Child) for fd in one.open]


def send(answers: int, message: Dict[str, Any]) -> None:
    """Write one line, whole."""
    _write(answers, json.dumps(message).encode("utf-8", "surrogatepass") + b"\n")


def _write(answers: int, data: bytes) -> None:
    while data:
        data = data[os.write(answers, data) :]
