"""The files, or the one command line, that arguments name."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llem_rules.formats import Found, read_command, read_file
from llem_rules.rules.failure import Failure

if TYPE_CHECKING:
    from llem_rules.formats.verdicts import Verdict


def read_all(arguments: Sequence[str], native_type: str | None) -> list[Found]:
    """Every file; or the command line, where the arguments are one.

    Raises:
        Failure: (2) one cannot be read.
    """
    return [found for _, read in _sources(arguments, native_type) for found in [read()]]


def judge_each(
    arguments: Sequence[str], native_type: str | None, judge: Callable[[Found], Iterable[Verdict]]
) -> tuple[list[Verdict], list[tuple[str, Failure]]]:
    """What is said of every file, and of the files that were not judged why. One that cannot be stops no other.

    Raises:
        Failure: there was but one.
    """
    verdicts: list[Verdict] = []
    failed: list[tuple[str, Failure]] = []
    sources = list(_sources(arguments, native_type))
    for name, read in sources:
        try:
            verdicts += judge(read())
        except Failure as failure:
            if len(sources) == 1:
                raise
            failed.append((name, failure))
    return verdicts, failed


def _sources(arguments: Sequence[str], native_type: str | None) -> Iterator[tuple[str, Callable[[], Found]]]:
    command = _command(arguments) if native_type is None else None
    if command is not None:
        yield command.file, lambda: command
        return
    for path in arguments:
        yield path, lambda path=path: read_file(Path(path), native_type, path)  # type: ignore[misc]


def _command(arguments: Sequence[str]) -> Found | None:
    """The command line that arguments are, be it in one word; None where they are files.

    Raises:
        Failure: (2) it is none of an engine, and names no files.
    """
    first = arguments[0]
    if Path(first).exists():
        return None
    if len(arguments) == 1:
        try:
            words = shlex.split(first)
        except ValueError:
            return None
        return read_command(words) if len(words) > 1 else None
    if all(Path(one).suffix and not one.startswith("-") for one in arguments):
        return None
    return read_command(arguments)
