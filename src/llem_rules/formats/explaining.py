"""What becomes of each setting of a file: the declared and the effective value, and every reason for a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.formats.found import Part
from llem_rules.formats.verdicts import Note, Verdict

ABSENT = {"$absent": True}


@dataclass(frozen=True)
class Reason:
    """Why a setting does not do what it says. ``on``: the platforms that it holds on alone; empty for all."""

    effect: str
    name: str
    message: str
    on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """``field``: as the file spells it. ``effective``: ``{"$absent": true}`` where it comes to nothing.

    ``reasons``: worst first.
    """

    native_type: str
    field: str
    line: int
    declared: Any
    effective: Any
    effect: str
    reasons: tuple[Reason, ...] = ()


def settings_of(verdict: Verdict, others: Sequence[Verdict]) -> Iterator[Setting]:
    """The settings of one part. One that holds another part of which something is said is told by that part's settings."""
    part = verdict.part
    inside = {one.part.within: one for one in others if one.part.around is part}
    for name, value in part.kwargs.items():
        own = [(note, on) for note, on in _notes(verdict) if name in {field for field, _ in note.about}]
        if name in inside:
            yield from settings_of(inside[name], others)
        if name not in inside or own:
            yield _setting(part, name, value, own)


def _notes(verdict: Verdict) -> Iterator[tuple[Note, tuple[str, ...]]]:
    yield from ((note, ()) for note in verdict.notes)
    yield from ((note, on) for on, note in verdict.differs)


def _setting(part: Part, name: str, value: Any, notes: Sequence[tuple[Note, tuple[str, ...]]]) -> Setting:
    place = part.place(name)
    reasons = tuple(Reason(note.effect, note.name, _message(note, place.spelled), on) for note, on in notes)
    sure = [note for note, on in notes if not on]
    effect = sure[0].effect if sure else "pass"
    return Setting(
        part.native_type, place.spelled, place.key.line, value, _effective(name, value, sure), effect, reasons
    )


def _message(note: Note, spelled: str) -> str:
    """What is said, without the name of the field, which stands beside it."""
    said = note.message.removeprefix(f"{spelled}: ")
    return f"{said}; did you mean {note.suggestion}?" if note.suggestion else said


def _effective(name: str, value: Any, notes: Sequence[Note]) -> Any:
    """What the worst finding makes of a setting: nothing where it is refused or ignored."""
    for note in notes:
        claimed: Mapping[str, Any] = note.finding.effective if note.finding is not None else {}
        if name in claimed:
            return claimed[name]
        if note.effect != "warn":
            return ABSENT
    return value
