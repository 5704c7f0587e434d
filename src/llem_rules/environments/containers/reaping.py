"""Containers that a run left behind: found by label, removed when the process that owned them is gone, or done with them."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from llem_rules.environments.containers.client import gone

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

OWNER = "llem-rules.owner"
_LEFT: set[str] = set()  # ids of this process's own, which an engine that was away could not be told to remove


def owner_label() -> str:
    """Who owns a container: host, process id, and when that process started (ids are used again)."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{_started(pid)}"


def remove(container: Container) -> None:
    """Remove a container with everything in it, now or, where the engine is away, at the next reaping."""
    from docker.errors import NotFound

    _LEFT.add(str(container.id))
    try:
        container.remove(force=True, v=True)
    except NotFound:
        pass
    except gone():
        return
    _LEFT.discard(str(container.id))


def reap(client: DockerClient) -> int:
    """Remove every container of ours whose owner, on this host, is gone or is done with it. Returns how many."""
    from docker.errors import APIError, NotFound

    removed = 0
    for container in client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True):
        if container.id in _LEFT or _is_orphan(container.labels.get(OWNER, "")):
            # Another run may be at the same: whoever comes second finds it gone, or going.
            with suppress(NotFound, APIError):
                container.remove(force=True, v=True)
                removed += 1
                _LEFT.discard(str(container.id))
    return removed


def _is_orphan(owner: str) -> bool:
    host, pid, started = [*owner.split("/"), "", ""][:3]
    if host != socket.gethostname() or not pid.isdecimal():
        return False  # somebody else's, on a shared engine
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process started, in clock ticks since boot; empty when there is none, ``?`` where nobody can tell."""
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return ""
        except PermissionError:
            return "?"
        return "?"
    try:
        # The second field is the program's name in parentheses, and may hold blanks.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
