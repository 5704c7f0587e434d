"""What is said of one part of a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from llem_rules.check.corpus import Corpus
from llem_rules.check.fixing import Fix
from llem_rules.check.judgement import Finding, Judgement
from llem_rules.corpus.findings import Span
from llem_rules.formats.found import Found, Part
from llem_rules.rules.effects import SEVERITY


@dataclass(frozen=True)
class Note:
    """One thing to say. ``effect``: what it counts as here; ``about``: each field with its place; ``finding``: the rule's."""

    effect: str
    message: str
    about: tuple[tuple[str, Span], ...]
    finding: Finding | None = None
    fix: Fix | None = None
    code: str = ""
    suggestion: str | None = None

    @property
    def rule(self) -> str | None:
        """The id of the rule, where a rule says it."""
        return self.finding.rule.id if self.finding is not None else None

    @property
    def name(self) -> str:
        """The rule, or the sort of problem."""
        return self.rule or self.code


@dataclass
class Verdict:
    """What is said of one part.

    ``kept``: what the baseline knows, and is still there. ``differs``: what holds on some platforms alone, with their names.
    """

    found: Found
    part: Part
    corpus: Corpus
    judgement: Judgement
    notes: list[Note] = field(default_factory=list)
    silenced: int = 0
    kept: list[Note] = field(default_factory=list)
    differs: list[tuple[tuple[str, ...], Note]] = field(default_factory=list)

    @property
    def effect(self) -> str:
        """The worst effect of what the rules and the readers of the format say."""
        told = [note.effect for note in self.notes if note.finding is not None or note.code == "unreadable"]
        return min(told, key=SEVERITY.index, default="pass")

    def fingerprint(self, note: Note) -> str:
        """What stays the same of a note when lines move: for baselines."""
        told = "\0".join((self.found.file, self.part.native_type, note.name, *(name for name, _ in note.about)))
        return hashlib.sha256(told.encode()).hexdigest()[:16]
