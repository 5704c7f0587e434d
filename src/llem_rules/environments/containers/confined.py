"""What a container of ours may do: by default as little as a worker needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from llem_rules.rules.failure import NOT_CHECKED, Failure

if TYPE_CHECKING:
    from docker.types import DeviceRequest

SCRATCH = "/llem-rules-scratch"  # the worker's home, in memory
NOBODY = "65532:65532"  # nobody in particular: not root, and no user of the image
_NOT_LOOPBACK = "lo"


@dataclass(frozen=True)
class Confinement:
    """Limits of one container. ``gpus``: ``all``, ``none`` or a number. Bytes of memory and of the scratch folder.

    ``stop_s``: how long a worker may take to leave when the engine itself asks it to, in seconds.
    """

    gpus: str = "none"
    memory_bytes: int = 16 << 30
    scratch_bytes: int = 2 << 30
    cpus: float = field(default_factory=lambda: float(os.cpu_count() or 1))
    processes: int = 512
    stop_s: int = 5

    def __post_init__(self) -> None:
        if self.gpus not in ("all", "none") and not self.gpus.isdecimal():
            raise Failure(f"--gpus {self.gpus}: say `all`, `none`, or how many")

    def options(self) -> dict[str, Any]:
        """The same for the host part of the engine's request."""
        from docker.types import LogConfig

        in_memory = f"rw,nosuid,nodev,size={self.scratch_bytes},mode=1777"
        return {
            "network_mode": "none",  # network_disabled is ignored by Podman's socket
            "read_only": True,
            "tmpfs": {SCRATCH: in_memory, "/tmp": in_memory},
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges"],
            "mem_limit": self.memory_bytes,
            "memswap_limit": self.memory_bytes,
            "nano_cpus": int(self.cpus * 1e9),
            "pids_limit": self.processes,
            "init": True,  # reaps what a case left behind, and passes abort codes on as they are
            "device_requests": self._devices(),
            "log_config": LogConfig(type="none"),  # else the engine keeps a copy of all that a worker says
        }

    def _devices(self) -> list[DeviceRequest]:
        from docker.types import DeviceRequest

        if self.gpus == "none":
            return []
        count = -1 if self.gpus == "all" else int(self.gpus)
        return [DeviceRequest(count=count, capabilities=[["gpu"]])]

    def require(self, found: Mapping[str, Any]) -> None:
        """Refuse a container that is less confined than was asked: some engines ignore what they do not know.

        Raises:
            Failure: (3) the worker sees a network, a writable system or other GPUs than were asked for.
        """
        wrong = []
        others = [name for name in found.get("interfaces", ()) if name != _NOT_LOOPBACK]
        if others:
            wrong.append(f"it has a network ({', '.join(others)})")
        if found.get("writable_root"):
            wrong.append("its system can be written to")
        if found.get("user") == 0:
            wrong.append("it runs as root")
        devices = len(found.get("accelerators", ()))
        if self.gpus == "all":
            wrong += [] if devices else ["it sees no GPU, though all were asked for"]
        elif devices != (0 if self.gpus == "none" else int(self.gpus)):
            wrong.append(f"it sees {devices} GPUs, though {self.gpus} were asked for")
        if wrong:
            raise Failure(
                f"the container is not as it was asked for: {'; '.join(wrong)}",
                hint="use an engine that keeps to the request; evidence from this one would not say where it was taken",
                code=NOT_CHECKED,
            )
