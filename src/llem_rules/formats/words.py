"""Command lines as words with their places: from a list of arguments, from shell text in a file, from a YAML list."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from llem_rules.corpus.findings import Span

_JOINTS = ("&&", "||", ";", "|", "exec")


class Word(NamedTuple):
    """An argument as the program gets it, and where it is written."""

    text: str
    span: Span


def typed(arguments: Sequence[str]) -> tuple[str, list[Word]]:
    """Arguments of our own command line: the line as it would be typed, and the words in it."""
    words: list[Word] = []
    line = ""
    for argument in arguments:
        written = argument if argument and shlex.quote(argument) == argument else shlex.quote(argument)
        start = len(line) + 1
        words.append(Word(argument, Span(1, start, 1, start + len(written))))
        line += written + " "
    return line.rstrip(), words


def shell(text: str, lines: Sequence[str], start: tuple[int, int]) -> list[list[Word]]:
    """The commands in shell text that stands in a file from ``start`` (line and column, from 1); none where it is no shell."""
    try:
        pieces = shlex.split(text.replace("\\\n", " "), comments=True)
    except ValueError:
        return []
    line, column = start
    words: list[Word] = []
    for piece in pieces:
        place = _after(lines, line, column, piece)
        if place is not None:
            line, column = place
        words.append(Word(piece, Span(line, column, line, column + max(1, len(piece)))))
        column += len(piece) if place is not None else 0
    return split(words)


def _after(lines: Sequence[str], line: int, column: int, piece: str) -> tuple[int, int] | None:
    """Where a word comes next; one with quotes inside is found by its beginning."""
    begin = re.split(r"[\s'\"]", piece, maxsplit=1)[0] or piece
    for number in range(line, len(lines) + 1):
        at = lines[number - 1].find(begin, column - 1 if number == line else 0)
        if at >= 0:
            return number, at + 1
    return None


def split(words: Sequence[Word]) -> list[list[Word]]:
    """One list for each command; ``sh -c TEXT`` is the command in its text."""
    commands: list[list[Word]] = [[]]
    for word in words:
        if word.text in _JOINTS:
            commands.append([])
        elif re.fullmatch(r"[A-Za-z_]\w*=.*", word.text, re.DOTALL) and not commands[-1]:
            continue
        else:
            commands[-1].append(word)
    found: list[list[Word]] = []
    for command in commands:
        inner = next((i for i, word in enumerate(command) if re.fullmatch(r"-[a-z]*c", word.text)), None)
        if (
            inner is not None
            and command[0].text.rpartition("/")[2] in ("sh", "bash", "dash")
            and inner + 1 < len(command)
        ):
            span = command[inner + 1].span
            text = command[inner + 1].text
            found += [[Word(word.text, span) for word in one] for one in shell(text, text.splitlines(), (1, 1))]
        elif command:
            found.append(command)
    return found
