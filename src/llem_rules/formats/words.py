"""Command lines as words with their places: from a list of arguments, from shell text in a file, from a YAML list."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from llem_rules.corpus.findings import START, Span
from llem_rules.formats.source import Source

_OPERATORS = "&|;<>()\n"
_SHELLS = ("sh", "bash", "dash", "zsh", "ash")
# What may stand before a command without being one: `exec serve …`, `time`, `nohup`, `if …; then`.
_BEFORE = ("exec", "time", "nohup", "then", "do", "else", "command", "env", "sudo", "{", "!")
_VARIABLE = re.compile(r"\$(\w|[{(@*#?!$-])|`")


class Word(NamedTuple):
    """An argument as the program gets it, and where it is written.

    ``at``: the offset of each character in the file, where that is known. ``known``: False where a variable stands in
    it, of which nobody here knows the value.
    """

    text: str
    span: Span
    at: tuple[int, ...] = ()
    known: bool = True

    def part(self, start: int, source: Source | None = None) -> Word:
        """The word from one of its characters on."""
        at = self.at[start:]
        inner = source is not None and len(at) == len(self.text) - start > 0
        return Word(self.text[start:], source.span(at) if source is not None and inner else self.span, at, self.known)


def typed(arguments: Sequence[str]) -> tuple[str, list[Word]]:
    """Arguments of our own command line: the line as it would be typed, and the words in it."""
    line = shlex.join(arguments)
    found = _Lexer(line, range(len(line)), Source(line), START).words() or []
    return line, [word if word.at else Word(word.text, START) for word in found]


def item(text: str, span: Span, source: Source) -> Word:
    """An item of a list in a file."""
    at = source.written(text, span)
    return Word(text, source.span(at) if at else span, at, _VARIABLE.search(text) is None)


def shell(text: str, at: Sequence[int], source: Source, span: Span) -> list[list[Word]]:
    """The commands in shell text; none where it is no shell. ``span``: where it stands as a whole."""
    words = _Lexer(text, at, source, span).words()
    return [] if words is None else split(words, source)


class _Lexer:
    """Shell words as a POSIX shell splits them. Operators are words of their own; nothing is expanded."""

    def __init__(self, text: str, at: Sequence[int], source: Source, span: Span) -> None:
        self.text, self.at, self.source, self.span = text, at, source, span
        self.found: list[Word] = []

    def words(self) -> list[Word] | None:
        """All words; None where a quote is not closed."""
        at, text = 0, self.text
        while at < len(text):
            if text[at] in _OPERATORS:
                end = at + 1
                while end < len(text) and text[end] in "&|;<>" and text[at] != "\n":
                    end += 1
                self._add(list(range(at, end)), True)
                at = end
            elif text[at].isspace() or text.startswith("\\\n", at):
                at += 1 if text[at].isspace() else 2
            elif text[at] == "#":
                at = text.find("\n", at) % (len(text) + 1)
            else:
                end = self._word(at)
                if end < 0:
                    return None
                at = end
        return self.found

    def _word(self, at: int) -> int:
        kept: list[int] = []
        text, known, quote = self.text, True, ""
        while at < len(text):
            char = text[at]
            if char == quote:
                quote = ""
            elif quote == "'":
                kept.append(at)
            elif char == "\\" and at + 1 < len(text) and (not quote or text[at + 1] in '$`"\\\n'):
                if text[at + 1] != "\n":
                    kept.append(at + 1)
                at += 1
            elif char in "'\"" and not quote:
                quote = char
            elif not quote and (char.isspace() or char in _OPERATORS):
                break
            else:
                known = known and _VARIABLE.match(text, at) is None
                kept.append(at)
            at += 1
        if quote:
            return -1
        self._add(kept, known)
        return at

    def _add(self, kept: list[int], known: bool) -> None:
        at = tuple(self.at[one] for one in kept) if self.at and kept else ()
        span = self.source.span(at) if at else self.span
        self.found.append(Word("".join(self.text[one] for one in kept), span, at, known))


def split(words: Sequence[Word], source: Source | None = None) -> list[list[Word]]:
    """One list for each command; ``sh -c TEXT`` is the command in its text."""
    commands: list[list[Word]] = [[]]
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.text and set(word.text) <= set("<>&") and set(word.text) & set("<>"):  # a redirection, and its target
            skip = True
            if commands[-1] and commands[-1][-1].text in ("1", "2"):
                commands[-1].pop()
        elif word.text and set(word.text) <= set(_OPERATORS):
            commands.append([])
        elif not commands[-1] and (word.text in _BEFORE or re.fullmatch(r"[A-Za-z_]\w*=.*", word.text, re.DOTALL)):
            continue
        else:
            commands[-1].append(word)
    found: list[list[Word]] = []
    for command in commands:
        inner = _script(command)
        if inner is None:
            found += [command] if command else []
        else:
            found += shell(inner.text, inner.at, source or Source(inner.text), inner.span)
    return found


def _script(command: Sequence[Word]) -> Word | None:
    """The text that a shell is given to run."""
    if not command or command[0].text.rpartition("/")[2] not in _SHELLS:
        return None
    flag = next((i for i, word in enumerate(command) if re.fullmatch(r"-[a-z]*c", word.text)), None)
    return command[flag + 1] if flag is not None and flag + 1 < len(command) else None
