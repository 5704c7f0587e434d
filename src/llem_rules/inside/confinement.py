"""What this process can reach, so that the host can see whether a container is as it was asked for."""

import os
import re
import socket
from typing import Any, Dict

_DRIVER = "/proc/driver/nvidia/version"


def confinement() -> Dict[str, Any]:
    """Network interfaces, GPU devices, their driver, the user, and whether the system can be written to."""
    devices = sorted(name for name in os.listdir("/dev") if re.match(r"nvidia\d+$", name))
    return {
        "interfaces": sorted(name for _number, name in socket.if_nameindex()),
        "accelerators": devices,
        "driver": _driver(),
        "user": os.getuid(),
        "writable_root": os.access("/", os.W_OK),
    }


def _driver() -> str:
    if not os.path.exists(_DRIVER):
        return ""
    with open(_DRIVER) as file:
        found = re.search(r"Kernel Module\s+(\S+)", file.read())
    return found.group(1) if found else ""
