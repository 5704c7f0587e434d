"""Ending what cases left behind: daemons that escaped their process group, children of a worker that died."""

import os
import signal
import time
from typing import List

MARK = "LLEM_RULES_SCRATCH"  # every process of a session has it in its environment
_PATIENCE_S = 3.0


def marked_processes(scratch: str) -> List[int]:
    """The ids of all other running processes that were started, by whomever, in the session of this scratch folder."""
    mark = ("%s=%s" % (MARK, scratch)).encode()
    found = []
    for entry in os.listdir("/proc") if os.path.exists("/proc/self/environ") else ():
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                with open("/proc/%s/environ" % entry, "rb") as file:
                    if mark in file.read().split(b"\0"):
                        found.append(int(entry))
            except OSError:
                continue  # it has ended, or is somebody else's
    return found


def end_leftovers(scratch: str) -> None:
    """Kill them, and see that they are gone: they may be starting new ones meanwhile."""
    deadline = time.monotonic() + _PATIENCE_S
    found = marked_processes(scratch)
    while found and time.monotonic() < deadline:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        time.sleep(0.005)
        found = marked_processes(scratch)
