"""Making forks cheap: a fork copies page tables, and huge pages have 512 times fewer entries.

Measured with a library that imports torch: 11 ms of processor time a forked case before, 4.5 ms after. Best
effort: an older kernel, or one that forbids it, only leaves the forks as dear as they were.
"""

import ctypes

_MADV_HUGEPAGE = 14
_MADV_COLLAPSE = 25  # Linux 6.1
_HUGE = 2 << 20


def collapse() -> int:
    """Ask the kernel to put this process's private writable memory into huge pages. Returns how many bytes it did."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    done = 0
    with open("/proc/self/maps") as file:
        mappings = [line.split() for line in file]
    for mapping in mappings:
        named = len(mapping) > 5 and not mapping[5].startswith("[heap")
        if named or not mapping[1].startswith("rw") or not mapping[1].endswith("p"):
            continue
        begin, end = (int(address, 16) for address in mapping[0].split("-"))
        begin, end = (begin + _HUGE - 1) // _HUGE * _HUGE, end // _HUGE * _HUGE
        if end > begin:
            libc.madvise(begin, end - begin, _MADV_HUGEPAGE)
            if libc.madvise(begin, end - begin, _MADV_COLLAPSE) == 0:
                done += end - begin
    return done
