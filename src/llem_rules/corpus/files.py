"""From a path to text: everything that can be wrong with a file before YAML comes into it."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

from llem_rules.corpus.findings import START, Finding, Span
from llem_rules.rules.failure import Failure

_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
LARGEST = 5 * 1024 * 1024


class Unreadable(Failure):
    """The file could not be read as text; ``finding`` says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.place}: {finding.message}", hint=finding.hint)
        self.finding = finding


def read_text(path: Path, shown: str | None = None) -> str:
    """The text of a file, with any byte order mark still in it.

    Raises:
        Unreadable: missing, a folder, not permitted, larger than 5 MB, not UTF-8.
    """
    name = shown or str(path)
    data = _bytes(path, name)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(name, "this file is UTF-16", "save it as UTF-8")
    if (zero := data.find(b"\0")) >= 0:
        raise _refused(name, f"binary data (a NUL byte at offset {zero:,}), not YAML", None, data[:zero])
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        byte = data[error.start]
        message = f"not UTF-8: byte 0x{byte:02x} at offset {error.start:,}"
        raise _refused(name, message, "save it as UTF-8", data[: error.start]) from error
    # JSON writes what is beyond 16 bits as two escapes, which YAML refuses, though it reads all other JSON.
    return _PAIR.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), text) if path.suffix == ".json" else text


def _bytes(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _refused(name, "this is a folder, and a file is needed here")
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISFIFO(status.st_mode):
            raise _refused(name, "not a regular file")
        if status.st_size > LARGEST:
            raise _too_large(name, f"{status.st_size / 1024 / 1024:,.1f} MB")
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise _refused(name, "no such file") from error
    except (OSError, ValueError) as error:
        raise _refused(name, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > LARGEST:
        raise _too_large(name, "more")
    return data


def _too_large(name: str, size: str) -> Unreadable:
    return _refused(name, f"too large: {size}, where at most 5 MB are read", "split it: one file a native type")


def _refused(name: str, message: str, hint: str | None = None, before: bytes | None = None) -> Unreadable:
    if before is None:
        return Unreadable(Finding(name, START, "L001", message, hint=hint))
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return Unreadable(Finding(name, Span(line, column, line, column + 1), "L001", message, hint=hint))


def write_atomically(path: Path, text: str) -> None:
    """Replace a file's content in one step: a reader sees the old or the new, never half of it. Keeps the mode."""
    write_bytes_atomically(path, text.encode())


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """The same of bytes."""
    import tempfile  # only who writes needs it, and it is slow to import

    target = path.resolve()
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
