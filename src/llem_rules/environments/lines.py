"""Reading lines from a pipe, with patience."""

from __future__ import annotations

import os
import selectors
import time
from collections import deque
from typing import IO


class LineReader:
    """Lines of a pipe, with patience."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._buffer = b""
        self._ready: deque[bytes] = deque()
        self._selector = selectors.DefaultSelector()
        self._selector.register(pipe, selectors.EVENT_READ)

    def next(self, patience_s: float) -> bytes | None:
        """The next line; None at the end of the pipe or when patience ran out."""
        deadline = time.monotonic() + patience_s
        while not self._ready:
            left = deadline - time.monotonic()
            if left <= 0 or not self._selector.select(left):
                return None
            data = os.read(self._pipe.fileno(), 1 << 20)
            if not data:
                return None
            *lines, self._buffer = (self._buffer + data).split(b"\n")
            self._ready.extend(line for line in lines if line)
        return self._ready.popleft()

    def close(self) -> None:
        """Be done with it; the pipe is the caller's to close."""
        self._selector.close()
