"""Waiting that nothing can come of: a library that asks again in two seconds, of a file that nobody is going to write.

A case is alone: without a thread or a process of its own there is nobody who could do something while it sleeps. So its short
sleeps are not slept out. Long ones are, and what sleeps again and again: a hang has to be seen as one.
"""

import os
import sys
import time

LONGEST_S = 10.0
MOST = 20
_STEP_S = 0.01


class Waits:
    """What ``time.sleep`` is for one case. ``begin`` and ``end`` it with the case; it is not there between them."""

    def __init__(self) -> None:
        self._cut = 0
        self._sleep = time.sleep

    def begin(self) -> None:
        """From here on it is the library that sleeps."""
        self._cut = 0
        self._sleep = time.sleep
        time.sleep = self.sleep  # type: ignore[assignment]

    def end(self) -> None:
        """It is us again."""
        time.sleep = self._sleep

    def sleep(self, seconds: float) -> None:
        """Sleep, as long as it may matter. Raises what ``time.sleep`` raises."""
        if isinstance(seconds, (int, float)) and _STEP_S < seconds <= LONGEST_S and self._cut < MOST and _alone():
            self._cut += 1
            seconds = _STEP_S
        self._sleep(seconds)


def _alone() -> bool:
    if len(sys._current_frames()) > 1:
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False
