"""The text of a file by offset: spans of it, and where each character of a scalar's value is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from llem_rules.corpus.findings import Span

_ESCAPE_LENGTH = {"x": 4, "u": 6, "U": 10}


class Source:
    """A file's text. Offsets count characters from 0."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    def offset(self, line: int, column: int) -> int:
        """The offset of a place; lines and columns count from 1."""
        return min(self._starts[min(line, len(self._starts)) - 1] + column - 1, len(self.text))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = min(bisect_right(self._starts, offset), max(1, len(self._starts) - 1))
        return line, offset - self._starts[line - 1] + 1

    def span(self, at: Sequence[int]) -> Span:
        """The stretch from the first to the last of some offsets."""
        end = self.place(at[-1])
        return Span(*self.place(at[0]), end[0], end[1] + 1)

    def written(self, value: str, span: Span) -> tuple[int, ...]:
        """Where each character of a YAML or JSON scalar's value stands; nothing where that cannot be told.

        A value is its text less what only the notation needs: quotes, escapes, indentation, line ends that are folded.
        """
        at = self.offset(span.line, span.column)
        end = self.offset(span.end_line, span.end_column)
        quote = self.text[at : at + 1]
        at += quote in ("'", '"', "|", ">") and at < end
        if quote in ("|", ">"):
            at = min(self.text.find("\n", at) + 1 or end, end)
        found: list[int] = []
        for char in value:
            at = self._next(char, at, end, quote)
            if at < 0:
                return ()
            found.append(at)
            at += self._length(at, quote)
        return tuple(found)

    def _length(self, at: int, quote: str) -> int:
        """How many characters stand for one."""
        if quote == '"' and self.text[at] == "\\":
            return _ESCAPE_LENGTH.get(self.text[at + 1 : at + 2], 2)
        return 2 if quote == "'" and self.text.startswith("''", at) else 1

    def _next(self, char: str, at: int, end: int, quote: str) -> int:
        """Where a character of the value comes next; -1 where something else does."""
        while at < end:
            here = self.text[at]
            if here == char or (quote == '"' and here == "\\" and self.text[at + 1 : at + 2] != "\n"):
                return at
            if char.isspace():  # a folded line end, or a final one that is not written
                return at if here.isspace() else max(at - 1, 0)
            if not here.isspace() and here != "\\":
                return -1
            at += 1
        return max(at - 1, 0) if char.isspace() else -1
