"""The declared and the effective config side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

_MARKS = {"error": "refused", "dormant_silent": "ignored", "dormant_announced": "ignored", "warn": "warning"}
_WIDEST = 40


class Row(Protocol):
    """A field with what becomes of it."""

    @property
    def field(self) -> str: ...
    @property
    def declared(self) -> Any: ...
    @property
    def effective(self) -> Any: ...
    @property
    def effect(self) -> str: ...
    @property
    def rule(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...


def side_by_side(title: str, rows: Sequence[Row]) -> str:
    """A table for a person: field, declared, effective, and why where they differ."""
    cells = [("field", "declared", "effective", "")]
    cells += [(row.field, _shown(row.declared), _effective(row), _why(row)) for row in rows]
    widths = [max(len(cell[index]) for cell in cells) for index in range(3)]
    lines = ["  ".join([*(cell[i].ljust(widths[i]) for i in range(3)), cell[3]]).rstrip() for cell in cells]
    return "\n".join((title, "", *lines, "", ""))


def _effective(row: Row) -> str:
    if row.effect == "error":
        return "-"
    return "(no effect)" if row.effective == {"$absent": True} else _shown(row.effective)


def _why(row: Row) -> str:
    return f"{_MARKS[row.effect]}: {row.reason} [{row.rule}]" if row.rule is not None else ""


def _shown(value: Any) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
