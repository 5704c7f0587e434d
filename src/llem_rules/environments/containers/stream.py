"""The attached stream of a container: what is sent to its worker, and the two streams that come back, in frames."""

from __future__ import annotations

import struct
import time
from collections import deque
from typing import Any, Protocol

_HEADER = struct.Struct(">BxxxL")  # which stream, three bytes of nothing, the length: as the Docker API frames them
_STDOUT = 1
_KEPT = 8 << 10  # the end of what was printed, in bytes


class Socket(Protocol):
    """The part of a socket that is used."""

    def sendall(self, data: bytes, /) -> None: ...
    def recv(self, size: int, /) -> bytes: ...
    def settimeout(self, value: float | None, /) -> None: ...
    def close(self) -> None: ...


class AttachedStream:
    """Lines to and from a worker. ``printed`` holds the end of what went to the other stream.

    ``ended``: nothing more will come.
    """

    def __init__(self, attached: Any) -> None:
        self._whole = attached
        self._socket: Socket = getattr(attached, "_sock", attached)
        self._frames = bytearray()
        self._line = bytearray()
        self._ready: deque[bytes] = deque()
        self.printed = bytearray()
        self.ended = False

    def send(self, line: bytes) -> bool:
        """Write one line; False when nobody reads any more."""
        try:
            self._socket.settimeout(None)
            self._socket.sendall(line)
        except OSError:
            return False
        return True

    def next(self, patience_s: float) -> bytes | None:
        """The next line; None at the end of the stream or when patience ran out."""
        deadline = time.monotonic() + patience_s
        while not self._ready:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            try:
                self._socket.settimeout(left)
                data = self._socket.recv(1 << 20)
            except TimeoutError:
                return None
            except OSError:  # the engine is gone
                data = b""
            if not data:
                self.ended = True
                return None
            self._take(data)
        return self._ready.popleft()

    def _take(self, data: bytes) -> None:
        self._frames += data
        while len(self._frames) >= _HEADER.size:
            stream, length = _HEADER.unpack_from(self._frames)
            end = _HEADER.size + length
            if len(self._frames) < end:
                return
            payload = self._frames[_HEADER.size : end]
            del self._frames[:end]
            if stream == _STDOUT:
                *lines, rest = (self._line + payload).split(b"\n")
                self._line = bytearray(rest)
                self._ready.extend(bytes(line) for line in lines if line)
            else:
                self.printed = (self.printed + payload)[-_KEPT:]

    def close(self) -> None:
        """Be done with it."""
        self._socket.close()
        self._whole.close()
