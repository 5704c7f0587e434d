"""Code frames: the carets stand under what is meant, whatever the line is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llem_rules.reporting.frames import WIDEST, code_frame

CASES = [
    (["a: b"], (1, 4, 1, 5), "", " 1 │ a: b\n   │    ^"),
    (["a: b"], (1, 4, 1, 5), "here", " 1 │ a: b\n   │    ^ here"),
    (["", "日本: b"], (2, 5, 2, 6), "", " 2 │ 日本: b\n   │       ^"),
    (["a:\tb"], (1, 4, 1, 5), "", " 1 │ a:␉b\n   │    ^"),
    (["a: [", "]"], (1, 4, 2, 2), "", " 1 │ a: [\n   │    ^"),
    (["a"], (1, 2, 1, 3), "", " 1 │ a\n   │  ^"),
    ([""], (1, 1, 1, 1), "", " 1 │ \n   │ ^"),
    (["a"], (7, 1, 7, 2), "", ""),
    ([], (1, 1, 1, 1), "", ""),
]


@pytest.mark.parametrize(("lines", "span", "note", "frame"), CASES)
def test_frame(lines: list[str], span: tuple[int, int, int, int], note: str, frame: str) -> None:
    assert code_frame(lines, span, note) == frame


@given(st.text(st.characters(codec="ascii", min_codepoint=32, exclude_characters="^\x7f"), max_size=400), st.data())
def test_carets_stand_under_the_place(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(line) + 1))
    end = data.draw(st.integers(start, len(line) + 1))
    text, marks = code_frame([line], (1, start, 1, end)).split("\n")
    assert len(text) <= WIDEST + 5
    assert len(text.split("\n")) == 1
    first = marks.index("^")
    if start <= len(line) and text[first : first + 1] != "…":
        assert text[first] == line[start - 1]
