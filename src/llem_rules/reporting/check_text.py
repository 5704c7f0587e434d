"""Findings on configs for a person: code frames, worst first, one way out each. No heavy library: hooks print with this."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator

from llem_rules.formats.judging import Note, Verdict
from llem_rules.reporting.frames import code_frame
from llem_rules.rules.effects import Reach

_WORDS = {
    "error": ("error", "31", "refused"),
    "dormant_silent": ("ignored", "33", "silently"),
    "dormant_announced": ("ignored", "33", "with a message"),
    "warn": ("warning", "33", "warned of"),
}
_STAGES: dict[Reach, str] = {
    "construct": "when the config is built",
    "validate": "when it is validated",
    "build": "at start-up",
    "generate": "only at generation",
}
_PROOFS = {
    "exception": "seen refused",
    "message": "seen said",
    "state": "seen replaced",
    "behaviour": "same tokens with and without it",
}


def verdict_text(verdict: Verdict) -> str:
    """One config's findings; nothing at all when there are none."""
    return "".join(_lines(verdict, _colour()))


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _lines(verdict: Verdict, colour: bool) -> Iterator[str]:
    if not verdict.notes:
        return
    found, part, corpus = verdict.found, verdict.part, verdict.corpus
    what = "" if found.format == found.file else f" · {part.native_type}"
    looked = corpus.looked_at(part.native_type)
    yield f"{found.file}{what} · {corpus.engine} {corpus.version} · {looked} rules looked at\n\n"
    lines = found.text.splitlines()
    for note in verdict.notes:
        yield from _note(note, verdict, lines, colour)
    words = [_WORDS[note.effect][0] for note in verdict.notes]
    counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    named = next((note.rule for note in verdict.notes if note.rule), None)
    yield f"{counts}.{f'   explain a rule: llem-rules explain {named}' if named else ''}\n\n"


def _note(note: Note, verdict: Verdict, lines: list[str], colour: bool) -> Iterator[str]:
    word, code, _ = _WORDS[note.effect]
    shown = f"\x1b[{code}m{word}\x1b[0m" if colour else word
    meant = f'; did you mean "{note.suggestion}"?' if note.suggestion else ""
    yield f"{shown}  {note.message}{meant}{f'   {note.rule}' if note.rule else ''}\n"
    for index, (name, span) in enumerate(note.about):
        margin = " " * len(str(span.line))
        yield f" {margin} ╭─ {verdict.found.file}:{span.line}:{span.column}\n"
        yield (code_frame(lines, span, _told(note, name) if index == 0 or name in _becomes(note) else "") + "\n")
    out = way_out(note, verdict)
    if out:
        yield f"   ╰─ {out}\n"
    yield "\n"


def _becomes(note: Note) -> dict[str, object]:
    return dict(note.finding.effective) if note.finding is not None else {}


def _told(note: Note, name: str) -> str:
    """What the engine does, since when it is known, and how."""
    finding = note.finding
    if finding is None:
        return ""
    rule = finding.rule
    _, _, how = _WORDS[finding.effect]
    proof = _PROOFS.get(str(getattr(rule, "proof", "")), "")
    if name in finding.effective:
        return f"→ {json.dumps(finding.effective[name], default=repr)}"
    if finding.effect == "error":
        exception = f" ({rule.expected.exception})" if rule.expected.exception else ""
        return f"refused {_STAGES[rule.reach]}{exception}"
    late = " at generation" if rule.reach == "generate" else ""
    if finding.effect == "warn":
        return how + late
    return f"has no effect{late} ({how}{f'; {proof}' if proof else ''})"


def way_out(note: Note, verdict: Verdict) -> str:
    """The smallest change that clears a finding, in the words of the file."""
    fix = note.fix
    if fix is None:
        return ""
    spelled = verdict.part.place(fix.field).spelled
    if fix.drop:
        return f"drop {spelled}"
    value = json.dumps(fix.value, default=repr)
    return f"smallest fix: {value}" if len(note.about) == 1 else f"smallest fix: {spelled}: {value}"
