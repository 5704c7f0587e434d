"""Blocks of statements: running one, and going on where ways meet."""

from __future__ import annotations

import ast

from llem_rules.mining.static.formulas import size, within
from llem_rules.mining.static.frame import Frame, meet

_LARGEST = 120  # single parts of a path


def join(frame: Frame, ways: list[Frame], start: int, left: int | None = None) -> None:
    """Go on where ways meet. Where none of them left early since then (``left``), all that came in goes on."""
    if not ways:
        frame.ending = "gone"
        return
    before, whole = frame.path[:start], frame.left == left
    frame.path, frame.names, frame.attributes, frame.ending = meet(ways, start)
    if whole:
        frame.path = before
    if sum(map(size, frame.path)) > _LARGEST:
        frame.path = tuple(within(frame.path))


def run(body: list[ast.stmt], frame: Frame) -> None:
    """Follow a block."""
    from llem_rules.mining.static.execute import execute

    execute(body, frame)
