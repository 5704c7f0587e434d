"""``check --fix``: the smallest changes written into the files, with comments and layout kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llem_rules.check.fixing import Fix
from llem_rules.check.policy import Policy
from llem_rules.cli.checking import judge_found, parts_of
from llem_rules.corpus.files import read_text, write_atomically
from llem_rules.formats import Part, read_text_as
from llem_rules.formats.editing import edited
from llem_rules.formats.judging import inner_parts
from llem_rules.formats.verdicts import Note, Verdict

if TYPE_CHECKING:
    from llem_rules.cli.checking import Shelf

_ROUNDS = 100  # clearing a refusal may show what it hid


def fix_files(
    verdicts: list[Verdict], native_type: str | None, shelf: Shelf, policy: Policy, *, strict: bool
) -> list[Verdict]:
    """Fix the refusals (strictly: everything) that can be fixed, file by file, and judge again.

    Raises:
        Failure: (2) a file cannot be written.
    """
    files = list(dict.fromkeys(verdict.found.file for verdict in verdicts))
    left: list[Verdict] = []
    for name in files:
        own = [one for one in verdicts if one.found.file == name]
        if not Path(name).is_file():  # a command line: there is nothing to write
            left += own
            continue
        left += _File(Path(name), name, native_type, shelf, policy).fixed(own, strict)
    return left


class _File:
    """One file that is being fixed."""

    def __init__(self, path: Path, name: str, native_type: str | None, shelf: Shelf, policy: Policy) -> None:
        self.path, self.name, self.native_type = path, name, native_type
        self.shelf, self.policy = shelf, policy
        self.text = read_text(path, name)

    def fixed(self, verdicts: list[Verdict], strict: bool) -> list[Verdict]:
        """Change after change until none is left that can be written. Returns what is still said."""
        before, done = self.text, []
        for _ in range(_ROUNDS):
            change = self._next(verdicts, strict)
            if change is None:
                break
            self.text, did = change
            done.append(did)
            found = read_text_as(self.text, self.path, self.native_type, self.name)
            verdicts = judge_found(found, self.native_type, self.shelf, self.policy)
        if self.text != before:
            write_atomically(self.path, self.text)
            sys.stderr.write("".join(f"{self.name}: {did}\n" for did in done))
        return verdicts

    def _next(self, verdicts: list[Verdict], strict: bool) -> tuple[str, str] | None:
        parts = self._parts(self.text)
        for verdict in verdicts:
            for note in verdict.notes:
                if note.fix is not None and (strict or note.effect == "error"):
                    changed = verdict.part.out(note.fix.outside)
                    at = next((i for i, one in enumerate(parts) if _same(one, changed)), None)
                    made = edited(self.text, parts, at, note.fix, self._parts) if at is not None else None
                    if made is not None:
                        return made, _told(note, note.fix, verdict)
        return None

    def _parts(self, text: str) -> list[Part]:
        """All parts of a text."""
        found = read_text_as(text, self.path, self.native_type, self.name)
        parts: list[Part] = []
        for part in parts_of(found, self.native_type):
            parts += [part, *inner_parts(part, self.shelf.for_type(part.native_type))]
        return parts


def _same(one: Part, other: Part) -> bool:
    return (one.native_type, one.places, one.within) == (other.native_type, other.places, other.within)


def _told(note: Note, fix: Fix, verdict: Verdict) -> str:
    place = verdict.part.out(fix.outside).place(fix.field)
    did = f"dropped {place.spelled}" if fix.drop else f"{place.spelled}: {json.dumps(fix.value)}"
    return f"{place.key.line}: {did}   ({note.name})"
