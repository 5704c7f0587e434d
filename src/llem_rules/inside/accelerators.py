"""What the NVIDIA driver says, asked without a context: a process that has one must not fork."""

import ctypes
import os
from typing import Any, List, Optional

_NOT_INITIALISED = 3  # CUDA_ERROR_NOT_INITIALIZED
_ONLY_IF_LOADED = 4  # RTLD_NOLOAD of glibc
_NVML = "libnvidia-ml.so.1"
_MOST_USES = 10_000


def driver_is_up() -> bool:
    """Whether this process has initialised the CUDA driver, with or without a context: its children cannot any more."""
    try:
        driver = ctypes.CDLL("libcuda.so.1", mode=_ONLY_IF_LOADED)
    except OSError:
        return False  # not even loaded
    count = ctypes.c_int()
    return int(driver.cuDeviceGetCount(ctypes.byref(count))) != _NOT_INITIALISED


def compute_capabilities() -> List[str]:
    """``major.minor`` of every visible GPU, by the driver's management library; empty where there is none."""
    if not any(name.startswith("nvidia") for name in os.listdir("/dev")):
        return []
    nvml = _managed()
    if nvml is None:
        return []
    try:
        count = ctypes.c_uint()
        if nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)):
            return []
        return [one for one in (_capability(nvml, index) for index in range(count.value)) if one is not None]
    finally:
        nvml.nvmlShutdown()


def memory_used(index: int = 0) -> Optional[int]:
    """Bytes in use on a GPU, of all processes; None where nobody can say."""

    class Memory(ctypes.Structure):
        _fields_ = [(name, ctypes.c_ulonglong) for name in ("total", "free", "used")]

    nvml = _managed()
    if nvml is None:
        return None
    try:
        device, memory = ctypes.c_void_p(), Memory()
        if nvml.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(device)):
            return None
        return None if nvml.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)) else int(memory.used)
    finally:
        nvml.nvmlShutdown()


def end_management() -> None:
    """End every use of the management library in this process, so that each child begins its own."""
    try:
        nvml = ctypes.CDLL(_NVML, mode=_ONLY_IF_LOADED)
    except OSError:
        return  # nobody asked it anything
    for _ in range(_MOST_USES):  # each use is counted, and each has to be ended
        if nvml.nvmlShutdown():
            return


def _managed() -> Any:
    try:
        nvml = ctypes.CDLL(_NVML)
    except OSError:
        return None
    return None if nvml.nvmlInit_v2() else nvml


def _capability(nvml: Any, index: int) -> Optional[str]:
    device, major, minor = ctypes.c_void_p(), ctypes.c_int(), ctypes.c_int()
    if nvml.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(device)):
        return None
    if nvml.nvmlDeviceGetCudaComputeCapability(device, ctypes.byref(major), ctypes.byref(minor)):
        return None
    return "%d.%d" % (major.value, minor.value)
