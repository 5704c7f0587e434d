"""Findings on configs for a person: code frames, worst first, one way out each. No heavy library: hooks print with this."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence

from llem_rules.check.platforms import PLATFORMS
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.reporting.frames import code_frame
from llem_rules.rules.effects import SEVERITY, Reach

_WORDS = {
    "error": ("error", "31"),
    "dormant_silent": ("ignored", "33"),
    "dormant_announced": ("ignored", "33"),
    "warn": ("warning", "33"),
}
_STAGES: dict[Reach, str] = {
    "construct": "when the config is built",
    "validate": "when it is validated",
    "build": "at start-up",
    "generate": "only at generation",
}
_SAID = {
    "dormant_silent": "has no effect, and nothing is said",
    "dormant_announced": "has no effect, and a message says so",
    "warn": "a message warns of it",
}
_PROOFS = {
    "state": "proved: another value is kept",
    "behaviour": "proved: the same tokens with and without it",
}


def file_text(verdicts: Sequence[Verdict]) -> str:
    """The findings on one file; nothing at all when there are none."""
    return "".join(_lines(verdicts, _colour()))


def _colour() -> bool:
    """Colour is for terminals, unless somebody says otherwise: https://no-color.org, and FORCE_COLOR."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _lines(verdicts: Sequence[Verdict], colour: bool) -> Iterator[str]:
    told = [verdict for verdict in verdicts if verdict.notes or verdict.differs]
    if not told:
        return
    found = told[0].found
    types = list(dict.fromkeys(verdict.part.native_type for verdict in told if verdict.part.within is None))
    what = f" · {', '.join(types)}" if types and found.format != found.file else ""
    engines = ", ".join(dict.fromkeys(f"{one.corpus.engine} {one.corpus.version}" for one in told))
    looked = sum({one.part.native_type: one.corpus.looked_at(one.part.native_type) for one in told}.values())
    yield f"{_painted(found.file, '1', colour)}{what} · {engines} · {looked} rules looked at\n\n"
    lines = found.text.splitlines()
    notes = sorted(
        ((note, verdict) for verdict in told for note in verdict.notes), key=lambda one: SEVERITY.index(one[0].effect)
    )
    for note, verdict in notes:
        yield from _note(note, verdict, lines, colour)
    yield from _differing(told)
    words = [_WORDS[note.effect][0] for note, _ in notes]
    named = next((note.rule for note, _ in notes if note.rule), None)
    if words:
        yield f"{_counts(words)}.{f'   explain a rule: llem-rules explain {named}' if named else ''}\n\n"


def _differing(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """One line for each thing that holds on some platforms alone: it is no finding as long as nobody says which it is for."""
    apart = [(on, note, verdict) for verdict in verdicts for on, note in verdict.differs]
    for on, note, verdict in apart:
        _, span = note.about[0] if note.about else ("", None)
        place = f"{verdict.found.file}:{span.line}:{span.column}  " if span is not None else ""
        yield f"on {', '.join(on)} alone  {_WORDS[note.effect][0]}  {place}{note.message}   {note.rule}\n"
    if apart:
        yield f"  judge for one platform: --platform {'|'.join(PLATFORMS)}\n\n"


def _counts(words: Sequence[str]) -> str:
    counted = ((words.count(word), word) for word in dict.fromkeys(words))
    return ", ".join(f"{count} {word}{'s' if count > 1 and word != 'ignored' else ''}" for count, word in counted)


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def _note(note: Note, verdict: Verdict, lines: list[str], colour: bool) -> Iterator[str]:
    word, code = _WORDS[note.effect]
    meant = f'; did you mean "{note.suggestion}"?' if note.suggestion else ""
    yield f"{_painted(word, code, colour)}  {note.message}{meant}{f'   {note.rule}' if note.rule else ''}\n"
    margin = max(len(str(span.line)) for _, span in note.about)
    for index, (name, span) in enumerate(note.about):
        yield f" {' ' * margin} ╭─ {verdict.found.file}:{span.line}:{span.column}\n"
        told = what_happens(note, name) if index == 0 or name in _becomes(note) else ""
        frame = code_frame(lines, span, told)
        if frame:
            pad = " " * (margin - len(str(span.line)))
            yield "".join(f"{pad}{line}\n" for line in frame.splitlines())
    out = way_out(note, verdict)
    if out:
        yield f" {' ' * margin} ╰─ {out}\n"
    yield "\n"


def _becomes(note: Note) -> dict[str, object]:
    return dict(note.finding.effective) if note.finding is not None else {}


def what_happens(note: Note, name: str) -> str:
    """What the engine does, how that is known, and since when."""
    finding = note.finding
    if finding is None:
        return ""
    rule = finding.rule
    late = " at generation" if rule.reach == "generate" else ""
    if finding.effect == "error":
        exception = f" ({rule.expected.exception})" if rule.expected.exception else ""
        told = f"refused {_STAGES[rule.reach]}{exception}"
    elif name in finding.effective:
        told = f"→ {json.dumps(finding.effective[name], default=repr)}{late}"
    else:
        told = f"{_SAID[finding.effect]}{late}"
        proof = _PROOFS.get(str(getattr(rule, "proof", "")))
        told += f"; {proof}" if proof and finding.effect != "warn" else ""
    since = since_version(note)
    return f"{told} · since {since}" if since else told


def since_version(note: Note) -> str | None:
    """The first of the swept versions from which on the engine does it."""
    return next(iter(getattr(note.finding.rule, "versions", ())), None) if note.finding is not None else None


def way_out(note: Note, verdict: Verdict) -> str:
    """The smallest change that clears a finding, in the words of the file."""
    fix = note.fix
    if fix is None:
        return ""
    spelled = verdict.part.out(fix.outside).place(fix.field).spelled
    if fix.drop:
        return f"drop {spelled}"
    value = json.dumps(fix.value, default=repr)
    return f"smallest fix: {value}" if len(note.about) == 1 else f"smallest fix: {spelled}: {value}"
