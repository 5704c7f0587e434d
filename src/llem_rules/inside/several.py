"""Several cases in one process, the library's state put back before each: the fast gear, for looking around.

What it shows is a lead, not evidence: a rule is proved by cases that have a process each. A case that starts another Python
(which would import the library anew, and takes as long as that), or that waits (before it asks the network again, say), is not
looked at here.
"""

import logging
import os
import sys
import time
import warnings
from typing import Any, Callable, Dict, List, Optional, Tuple

from .case import unchecked
from .cleanliness import clear_once_caches

Run = Callable[[Dict[str, Any]], Dict[str, Any]]


_LONGEST_WAIT_S = 0.5


class _Stopped(BaseException):
    """No library's ``except Exception`` holds it up."""


class _Guard:
    """Stops, while ``listening``, what takes long: other Pythons, and waiting.

    ``stopped``: the reason and its words, where it had to. It stays for the life of its process.
    """

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
        raise _Stopped(words)

    def _heard(self, event: str, about: Tuple[Any, ...]) -> None:
        if self.listening and event in ("subprocess.Popen", "os.posix_spawn") and _is_python(about[0], about[1]):
            self._stop("starts-python", "it starts another Python")


def _is_python(executable: Any, args: Any) -> bool:
    first = args[0] if isinstance(args, (list, tuple)) and args else args
    return any(os.path.basename(os.fsdecode(one)).startswith("python") for one in (executable, first) if _text(one))


def _text(value: Any) -> bool:
    return isinstance(value, (str, bytes, os.PathLike))


def run_several(cases: List[Dict[str, Any]], run: Run, once_caches: Tuple[str, ...]) -> List[Dict[str, Any]]:
    """The raw observation of each case, in order. Variables, folder, once-caches and logging are as they were before it."""
    environment, folder = dict(os.environ), os.getcwd()
    guard = _Guard()
    seen = []
    for case in cases:
        clear_once_caches(once_caches)
        kept = logging.Logger.isEnabledFor, logging.Logger.handle, logging.root.manager.disable
        guard.listening, guard.stopped = True, None
        with warnings.catch_warnings():
            try:
                observation = run(case)
            finally:
                logging.Logger.isEnabledFor, logging.Logger.handle, disable = kept  # type: ignore[method-assign]
                logging.disable(disable)
                guard.listening = False
        seen.append(unchecked(*guard.stopped) if guard.stopped else observation)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        os.chdir(folder)
    return seen
