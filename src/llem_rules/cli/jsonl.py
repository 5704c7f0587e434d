"""The machine door: JSON lines in, one answer a line out, in order; a bad line gets ``{"error": …}`` and stops nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from llem_rules.rules.failure import Failure

Request = dict[str, Any]


def read_lines(source: str) -> Iterator[str]:
    """Lines of a file, or of standard input for ``-``. Blank lines are passed over.

    Raises:
        Failure: the file cannot be read.
    """
    try:
        if source == "-":
            yield from (line for line in sys.stdin if line.strip())
            return
        with Path(source).open(encoding="utf-8", errors="surrogateescape") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        raise Failure(f"{source} cannot be read: {error.strerror}") from error


def parse_line(line: str) -> Request:
    """One request.

    Raises:
        ValueError: it is not a JSON object with a ``native_type`` and a mapping of ``kwargs``.
    """
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(request, dict):
        raise ValueError('a line is an object: {"native_type": …, "kwargs": {…}}')
    if not isinstance(request.get("native_type"), str):
        raise ValueError("native_type is missing, or not a string")
    if not isinstance(request.get("kwargs", {}), dict):
        raise ValueError("kwargs is not an object")
    request.setdefault("kwargs", {})
    return request


def answer_each(lines: Iterable[str], answer: Callable[[Request], dict[str, Any]]) -> None:
    """Answer line by line."""
    for line in lines:
        try:
            result = answer(parse_line(line))
        except ValueError as error:
            result = {"error": str(error)}
        except Failure as failure:
            result = {"error": failure.message}
        write_line(result)


def write_line(result: dict[str, Any]) -> None:
    """One answer. NaN and infinities are written as Python's json does."""
    sys.stdout.write(json.dumps(result, default=repr) + "\n")
    sys.stdout.flush()
