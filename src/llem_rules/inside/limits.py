"""What a child may use, set by itself before it runs a case."""

import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def apply(memory_bytes: int) -> None:
    """Limit this process to its present address space plus ``memory_bytes``; no core dumps.

    Beside a GPU it is the data that is limited: a CUDA context reserves more address space than any machine has memory.
    """
    with open("/proc/self/statm") as file:
        sizes = file.read().split()
    beside_gpu = os.path.exists("/dev/nvidiactl")
    kind, pages = (resource.RLIMIT_DATA, sizes[5]) if beside_gpu else (resource.RLIMIT_AS, sizes[0])
    limit = int(pages) * os.sysconf("SC_PAGE_SIZE") + memory_bytes
    _soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(kind, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends; leave at once if it already has."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def flush_c_streams() -> None:
    """Write out what C code printed and the C library still holds."""
    _LIBC.fflush(None)
