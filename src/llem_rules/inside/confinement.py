"""What this process can reach, so that the host can see whether a container is as it was asked for."""

import os
import re
import socket
from typing import Any, Dict, Optional

_NVIDIA = "/proc/driver/nvidia"
_VERSION = re.compile(r"^NVRM version:.*?\s(\d+(?:\.\d+)+)\s", re.MULTILINE)


def confinement(devices: str = "/dev", driver: str = _NVIDIA) -> Dict[str, Any]:
    """Network interfaces, GPUs by model, their driver's version, the user, and whether the system can be written to.

    ``devices``, ``driver``: where the system shows them.
    """
    models = _models(os.path.join(driver, "gpus"))
    minors = sorted(int(name[6:]) for name in os.listdir(devices) if re.match(r"nvidia\d+$", name))
    return {
        "interfaces": sorted(name for _number, name in socket.if_nameindex()),
        "accelerators": [models.get(minor, "nvidia%d" % minor) for minor in minors],
        "driver": _found(_VERSION, os.path.join(driver, "version")) or "",
        "user": os.getuid(),
        "writable_root": os.access("/", os.W_OK),
    }


def _models(folder: str) -> Dict[int, str]:
    """The names of GPUs by the number of their device: the driver may tell of more than a container is given."""
    found = {}
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        about = os.path.join(folder, name, "information")
        minor = _found(re.compile(r"^Device Minor:\s+(\d+)", re.MULTILINE), about)
        model = _found(re.compile(r"^Model:\s+(\S.*?)\s*$", re.MULTILINE), about)
        if minor is not None and model is not None:
            found[int(minor)] = model
    return found


def _found(pattern: "re.Pattern[str]", path: str) -> Optional[str]:
    if not os.path.exists(path):
        return None
    with open(path) as file:
        found = pattern.search(file.read())
    return found.group(1) if found else None
