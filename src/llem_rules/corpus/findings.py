"""What lint has to say: a code, a message and the place in the file, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

Location = tuple[str | int, ...]


class Span(NamedTuple):
    """A stretch of text. Lines and columns count from 1; columns count characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


START = Span(1, 1, 1, 1)


@dataclass(frozen=True, order=True)
class Finding:
    """One problem. ``suggestion`` is the word that was probably meant, ``hint`` the way out in words."""

    file: str
    span: Span
    code: str
    message: str
    suggestion: str | None = None
    hint: str | None = None
    rule: str | None = None

    @property
    def sentence(self) -> str:
        """The message with its did-you-mean."""
        return f'{self.message} (did you mean "{self.suggestion}"?)' if self.suggestion else self.message

    @property
    def place(self) -> str:
        """``file:line:column``, as terminals and editors make it clickable."""
        return f"{self.file}:{self.span.line}:{self.span.column}"


def near(word: str | None, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant, if any comes near."""
    if not word:
        return None
    from difflib import SequenceMatcher, get_close_matches

    candidates = [one for one in known if one != word]
    if len(word) <= 2:  # operators: difflib's ratio is too coarse for two characters
        swapped = [one for one in candidates if sorted(one) == sorted(word)]
        return next(iter(swapped), None) or next((one for one in candidates if one and set(word) == set(one)), None)
    folded = {one.lower().replace("-", "_"): one for one in candidates}
    close = get_close_matches(word.lower().replace("-", "_"), folded, 3, cutoff)
    best = max(close, key=lambda one: SequenceMatcher(None, word, folded[one]).ratio(), default=None)
    return None if best is None else folded[best]
