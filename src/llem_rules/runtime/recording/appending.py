"""Adding whole lines to one file from many processes: under a lock, on the disk before it returns."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from typing import Any, Dict, Iterator

_BLOCK = 1 << 16
TORN = ".torn"  # what a power cut left half-written is put into a file of this ending, beside the other


def append_record(path: str, record: Dict[str, Any]) -> int:
    """Add one record as one line. Returns how many bytes of a torn line before it were set aside (mostly none).

    Raises:
        OSError: it could not be written; the file is then as it was, or has a torn line that the next writer sets aside.
    """
    line = json.dumps(record, separators=(",", ":"), sort_keys=True).encode("ascii") + b"\n"
    with _locked(path) as handle:
        torn = _set_aside(path, handle)
        _write(handle, line)
        os.fsync(handle)
    return torn


@contextmanager
def _locked(path: str) -> Iterator[int]:
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    fresh = not os.path.exists(path)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if fresh:
            _sync_folder(folder)
        yield handle
    finally:
        os.close(handle)


def _sync_folder(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _set_aside(path: str, handle: int) -> int:
    """Take a last line without an end out of the file, unless only its end is missing."""
    size = os.fstat(handle).st_size
    if size == 0 or os.pread(handle, 1, size - 1) == b"\n":
        return 0
    start = _last_line(handle, size)
    torn = os.pread(handle, size - start, start)
    if _is_record(torn):
        _write(handle, b"\n")
        return 0
    aside = os.open(path + TORN, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        _write(aside, torn + b"\n")
        os.fsync(aside)
    finally:
        os.close(aside)
    os.ftruncate(handle, start)
    return len(torn)


def _last_line(handle: int, size: int) -> int:
    end = size
    while end > 0:
        start = max(0, end - _BLOCK)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _is_record(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
