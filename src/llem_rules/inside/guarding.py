"""Stopping, in a process that cases share, what needs a process of its own: other processes, threads, and long waits."""

import os
import sys
import time
from typing import Any, Optional, Tuple

_LONGEST_WAIT_S = 0.5
_PROGRAMS = ("subprocess.Popen", "os.posix_spawn")
# What is started so lives on beside the next case; another Python would import the library anew, and takes as long as that.
_REASONS = {
    "_thread.start_new_thread": ("starts-thread", "it starts a thread"),
    "_thread.start_joinable_thread": ("starts-thread", "it starts a thread"),
    "os.fork": ("forks", "it forks"),
    "os.forkpty": ("forks", "it forks"),
    "os.exec": ("forks", "it becomes another program"),
}


class Stopped(BaseException):
    """No library's ``except Exception`` holds it up."""


class Guard:
    """``stopped``: the reason and its words, where it had to stop a case. It stays for the life of its process."""

    def __init__(self) -> None:
        self.listening = False
        self.stopped: Optional[Tuple[str, str]] = None
        self._sleep = time.sleep
        time.sleep = self._wait  # type: ignore[assignment]
        sys.addaudithook(self._heard)

    def _wait(self, seconds: float) -> None:
        if self.listening and seconds > _LONGEST_WAIT_S:
            self._stop("waits", "it waits for something")
        self._sleep(seconds)

    def _stop(self, reason: str, words: str) -> None:
        self.stopped = (reason, words)
        raise Stopped(words)

    def _heard(self, event: str, about: Tuple[Any, ...]) -> None:
        if not self.listening:
            return
        if event in _REASONS:
            self._stop(*_REASONS[event])
        elif event in _PROGRAMS and _is_python(about[0], about[1]):
            self._stop("starts-python", "it starts another Python")


def _is_python(executable: Any, args: Any) -> bool:
    first = args[0] if isinstance(args, (list, tuple)) and args else args
    return any(os.path.basename(os.fsdecode(one)).startswith("python") for one in (executable, first) if _text(one))


def _text(value: Any) -> bool:
    return isinstance(value, (str, bytes, os.PathLike))
