"""The declared and the effective config side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from llem_rules.formats.explaining import ABSENT, Reason, Setting

_MARKS = {"error": "refused", "dormant_silent": "ignored", "dormant_announced": "ignored", "warn": "warned of"}
_WIDEST = 40


def side_by_side(title: str, settings: Sequence[Setting]) -> str:
    """A table for a person: line, field, declared, effective, and why where they differ."""
    cells = [("line", "field", "declared", "effective", "")]
    for one in settings:
        whys = [_why(reason) for reason in one.reasons]
        cells.append((str(one.line), one.field, shown(one.declared), _effective(one), next(iter(whys), "")))
        cells += [("", "", "", "", why) for why in whys[1:]]
    widths = [max(len(cell[index]) for cell in cells) for index in range(4)]
    lines = [_line(cell, widths) for cell in cells]
    return "\n".join((title, "", *lines, "", _summed_up(settings), "", ""))


def _line(cell: tuple[str, ...], widths: Sequence[int]) -> str:
    return "  ".join([cell[0].rjust(widths[0]), *(cell[i].ljust(widths[i]) for i in (1, 2, 3)), cell[4]]).rstrip()


def _summed_up(settings: Sequence[Setting]) -> str:
    """How many settings do what they say, and what of the others."""
    told = list(_counts(settings))
    if any(one.effect == "error" for one in settings):
        told.append("nothing runs until what is refused is mended")
    return "; ".join([", ".join(told[:-1]), told[-1]]) if told[-1].startswith("nothing") else ", ".join(told)


def _counts(settings: Sequence[Setting]) -> Iterator[str]:
    plain = sum(one.effect == "pass" for one in settings)
    yield f"{plain} of {len(settings)} settings as declared"
    rewritten = [one for one in settings if one.effect.startswith("dormant") and one.effective != ABSENT]
    for word, count in (
        ("rewritten", len(rewritten)),
        ("ignored", sum(one.effect.startswith("dormant") for one in settings) - len(rewritten)),
        ("warned of", sum(one.effect == "warn" for one in settings)),
        ("refused", sum(one.effect == "error" for one in settings)),
    ):
        if count:
            yield f"{count} {word}"


def _effective(one: Setting) -> str:
    if one.effect == "error":
        return "-"
    return "(no effect)" if one.effective == ABSENT else shown(one.effective)


def _why(reason: Reason) -> str:
    where = f"on {', '.join(reason.on)} alone, " if reason.on else ""
    return f"{where}{_MARKS[reason.effect]}: {reason.message} [{reason.name}]"


def shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, default=repr, ensure_ascii=False)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
