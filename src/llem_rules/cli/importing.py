"""``replay --import``: evidence that a bundle took elsewhere, judged by the rules of today, and kept."""

from __future__ import annotations

from pathlib import Path

from llem_rules.cli.replaying import How, reported, subject_of
from llem_rules.corpus.locate import shown
from llem_rules.environments import Limits
from llem_rules.environments.facts import same_version
from llem_rules.portable.back import HOME, judged, read_brought
from llem_rules.portable.kept import keep
from llem_rules.reporting.console import note
from llem_rules.reporting.replay_report import EngineReport


def import_evidence(path: Path, *, to: Path | None, write: bool) -> EngineReport:
    """Judge what a bundle brought; keep it, where it is of a device or a version that replay does not see here.

    Of the pinned version on a CPU it is the evidence itself. Of another version it is kept as that version's, and the
    evidence stays as it is.

    Raises:
        Failure: (2) no bundle wrote the file, or an engine's file cannot be read.
    """
    brought = read_brought(path)
    found = str(brought.facts["library_version"])
    subject = subject_of(brought.engine, brought.asked)
    pinned = same_version(found, subject.versions.library.current_version)
    result = judged(brought, subject.rules)
    home = pinned and result.facts.device == HOME
    if not home and write and to is None:
        current = subject.versions.library.current_version
        beside = f"`replay {brought.engine}` puts it beside its own evidence"
        what = beside if pinned else f"evidence of {found}, not of the pinned {current}"
        note(f"kept         {shown(keep(subject.project, brought))}: {what}")
    if not pinned:
        subject = subject_of(brought.engine, brought.asked, found)
    how = How("", Limits(), globs=brought.asked, to=to, write=write and (home or to is not None))
    return reported(subject, how, result, 0.0, 0)
