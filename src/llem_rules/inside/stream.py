"""The fast gear's own process: takes groups of cases from a pipe, and answers each case with one line, in order."""

import json
import os
import resource
import signal
import struct
import tempfile
import time
from mmap import mmap
from typing import Any, Callable, Dict, List

from . import limits
from .baseline import Baseline
from .case import unchecked
from .child import OUTPUT_KEPT, OUTPUT_LIMIT
from .several import Several

FIT, SPENT = b"+", b"-"  # before each answer: whether the process is fit for the next case
_BEGUN = struct.Struct("q")
_HELD_BYTES = 32 << 10
_HELD_S = 0.05
_MOST_WRITTEN = 64 << 20  # beyond it the kernel ends the process, and the case is seen in the reference gear
Run = Callable[[Dict[str, Any]], Dict[str, Any]]


class Progress:
    """How many cases of its group a process has begun, for its parent to see when it ended without an answer."""

    def __init__(self) -> None:
        self._shared = mmap(-1, _BEGUN.size)

    def begun(self, count: int) -> None:
        """The process says so."""
        _BEGUN.pack_into(self._shared, 0, count)

    @property
    def count(self) -> int:
        """What it said last."""
        return int(_BEGUN.unpack_from(self._shared, 0)[0])


class Stream:
    """Serves groups until the pipe ends or the process is spent."""

    def __init__(self, requests: int, answers: int, token: bytes, progress: Progress) -> None:
        self._requests = requests
        self._answers = answers
        self._token = token
        self._progress = progress
        self._held: List[bytes] = []
        self._size = 0
        self._sent = 0.0

    def serve(self, run: Run, baseline: Callable[[], Baseline]) -> None:
        """``baseline`` is called when output and signals of this process are what they will be."""
        output = _Output()
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        several = Several(run, baseline())
        with os.fdopen(self._requests, "rb") as lines:
            for line in lines:
                cases = json.loads(line)
                self._sent = time.monotonic()
                for number, case in enumerate(cases, 1):
                    self._progress.begun(number)
                    answer = _written(several.see(case), output)
                    spent = several.spent or output.spoilt
                    self._hold((SPENT if spent else FIT) + answer)
                    if spent:
                        self._flush()
                        return
                self._flush()

    def _hold(self, answer: bytes) -> None:
        self._held += (self._token, answer, b"\n")
        self._size += len(answer)
        if self._size > _HELD_BYTES or time.monotonic() - self._sent > _HELD_S:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._held)
        self._held.clear()
        self._size, self._sent = 0, time.monotonic()
        while data:
            data = data[os.write(self._answers, data) :]


def _written(observation: Dict[str, Any], output: "_Output") -> bytes:
    try:
        printed = output.taken()
        if printed:
            observation["output"] = printed
        return json.dumps(observation).encode("utf-8", "surrogatepass")
    except Exception as error:
        return json.dumps(unchecked("unreadable-result", "%s: %s" % (type(error).__name__, error))).encode()


class _Output:
    """A file in the place of standard output and error, read after each case. ``spoilt``: it is no longer there."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - for the life of the process
        for fd in (1, 2):
            os.dup2(self._file.fileno(), fd)
        self.spoilt = False

    def taken(self) -> str:
        """What was printed since it was last asked."""
        try:
            limits.flush_c_streams()
            if not os.lseek(1, 0, os.SEEK_END) and not os.lseek(2, 0, os.SEEK_END):
                return ""
            size = os.fstat(self._file.fileno()).st_size
            text = os.pread(self._file.fileno(), OUTPUT_KEPT, 0).decode("utf-8", "replace")
            self._file.truncate(0)
            os.lseek(1, 0, os.SEEK_SET)
        except OSError as error:
            self.spoilt = True
            raise OSError("the case took the standard streams away") from error
        if size > OUTPUT_LIMIT:
            raise OSError("more than %d MiB were printed" % (OUTPUT_LIMIT >> 20))
        return text if text.strip() else ""
