"""Code frames: the line of a file that a finding is about, with carets under the place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

WIDEST = 120


def code_frame(lines: Sequence[str], span: tuple[int, int, int, int], note: str = "") -> str:
    """The line of a span ``(line, column, end_line, end_column)``, counted from 1, and carets under it.

    A long line is cut around the place. Empty where the file has no such line.
    """
    line, column, end_line, end_column = span
    if not 1 <= line <= len(lines):
        return ""
    text = lines[line - 1].rstrip("\r\n")
    end = end_column if end_line == line else len(text) + 1
    start = min(max(column, 1), len(text) + 1) - 1
    stop = max(min(end - 1, len(text)), start + 1)
    text, start, stop = _cut(text, start, stop)
    gutter = f" {line} │ "
    blank = " " * (len(gutter) - 2) + "│ "
    marks = _pad(text[:start]) + "^" * max(_width(text[start:stop]), 1)
    return f"{gutter}{_visible(text)}\n{blank}{marks}{f' {note}' if note else ''}"


def _cut(text: str, start: int, stop: int) -> tuple[str, int, int]:
    if len(text) <= WIDEST:
        return text, start, stop
    left = 0 if stop <= WIDEST - 1 else max(0, start - WIDEST // 3)
    right = min(len(text), left + WIDEST)
    shown = text[left:right]
    if left:
        shown = "…" + shown[1:]
    if right < len(text):
        shown = shown[:-1] + "…"
    return shown, start - left, min(stop - left, len(shown))


def _visible(text: str) -> str:
    """Control characters drawn as pictures, so that they cannot act on the terminal; a tab is as wide as one mark."""
    return "".join(chr(0x2400 + ord(char)) if ord(char) < 32 else "\u2421" if char == "\x7f" else char for char in text)


def _pad(text: str) -> str:
    return " " * _width(text)


def _width(text: str) -> int:
    shown = [char for char in text if not unicodedata.combining(char)]
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown)
