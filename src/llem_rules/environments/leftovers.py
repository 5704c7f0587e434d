"""Ending what a worker's cases left behind: daemons that escaped their process group, children of a worker that died."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

MARK = "LLEM_RULES_SCRATCH"  # every process of a session has it in its environment
_PATIENCE_S = 3.0


def marked_processes(scratch: Path) -> list[int]:
    """The ids of all running processes that were started, by whomever, in the session of this scratch folder."""
    mark = f"{MARK}={scratch}".encode()
    found = []
    for entry in os.listdir("/proc") if Path("/proc/self/environ").exists() else ():
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:  # noqa: PTH123 - thousands of them, at each end
                    if mark in file.read().split(b"\0"):
                        found.append(int(entry))
            except OSError:
                continue  # it has ended, or is somebody else's
    return found


def end_leftovers(scratch: Path) -> None:
    """Kill them, and see that they are gone: they may be starting new ones meanwhile."""
    deadline = time.monotonic() + _PATIENCE_S
    while (found := marked_processes(scratch)) and time.monotonic() < deadline:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        time.sleep(0.005)
