"""What sessions leave behind: looked for in /proc and in the folder for temporary files."""

from __future__ import annotations

import time
from pathlib import Path


def left_in(folder: Path) -> list[str]:
    """The scratch folders in a folder, and the command lines of processes that were started from one of them."""
    deadline = time.monotonic() + 15
    while (found := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)  # killed, and not yet gone
    return found + [path.name for path in folder.glob("llem-rules-*")]


def processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that a session below the folder has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str(folder).encode() + b"/llem-rules-" in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
            except OSError:
                continue
    return found
