"""One engine's replay from the command line: rules, environment, session, evidence."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from llem_rules.cli import evidence
from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.locate import Project, find_project
from llem_rules.corpus.rulebook import Rulebook, read_rulebook
from llem_rules.corpus.versions import EngineVersions, load_engine_versions
from llem_rules.environments import Library, Limits, RememberingSession
from llem_rules.environments.choose import open_library, require_version
from llem_rules.environments.gears import Gears, reference_of
from llem_rules.portable.kept import elsewhere
from llem_rules.replay import sharding
from llem_rules.replay.run import Replay, make_work, replay_rules
from llem_rules.reporting.console import note, progress_bar, status
from llem_rules.reporting.replay_report import EngineReport
from llem_rules.rules.failure import NOT_CHECKED, NOTHING, Failure
from llem_rules.rules.kinds import RuleBase


@dataclass(frozen=True)
class How:
    """What the options say.

    ``to``: where to write instead of ``corpus/``. ``proposed``: a file of mined rules instead of the committed ones.
    ``share``: of cases that are seen in both gears; None: all in the reference gear. ``version``: of the library; None: the
    pinned one. ``wide``: points of every kind.
    """

    kind: str
    limits: Limits
    globs: tuple[str, ...] = ()
    version: str | None = None
    gpus: str = "none"
    write: bool = True
    to: Path | None = None
    proposed: Path | None = None
    fresh: bool = False
    share: float | None = None
    wide: bool = False


@dataclass(frozen=True)
class Subject:
    """One engine's rules, and the version that they are asked of."""

    project: Project
    pinned: EngineVersions
    versions: EngineVersions
    book: Rulebook
    rules: list[RuleBase]

    @property
    def named(self) -> str:
        """The library with its version."""
        return f"{self.versions.library.pep503_name} {self.versions.library.current_version}"


def subject_of(name: str, globs: Sequence[str], version: str | None = None, proposed: Path | None = None) -> Subject:
    """What is to be replayed.

    Raises:
        Failure: (2) the rules or the engine's file cannot be read; an unknown engine.
    """
    project = find_project()
    pinned = load_engine_versions(name, project)
    book = read_rulebook(name, project, proposed)
    rules = [rule for rule in book.rules if not globs or any(fnmatch.fnmatchcase(rule.id, glob) for glob in globs)]
    return Subject(project, pinned, pinned.at(version), book, rules)


def replay_engine(name: str, how: How) -> EngineReport:
    """Replay one engine and write its evidence. Where nothing can be checked, a report that says why.

    Of another version than the pinned one, or of mined rules from another file, nothing is written, unless a place is given.

    Raises:
        Failure: (2) the rules or the engine's file cannot be read; an unknown engine.
    """
    subject = subject_of(name, how.globs, how.version, how.proposed)
    if not subject.rules:
        return EngineReport(name, subject.named, (), {}, 0, 0.0, None, 0, stopped=_empty(name, how.globs))
    try:
        with opened(name, subject, how) as session:
            began = time.monotonic()
            with progress_bar("replaying    ") as bar:
                result = replay_rules(session, subject.rules, bar, wide=how.wide)
            seconds, remembered = time.monotonic() - began, _remembered(session)
    except Failure as failure:
        if failure.code != NOT_CHECKED:
            raise
        reason = failure.message + (f"\n  {failure.hint}" if failure.hint else "")
        return EngineReport(name, subject.named, (), {}, 0, 0.0, None, 0, stopped=reason, total=len(subject.rules))
    return reported(subject, how, result, seconds, min(remembered, result.cases))


def reported(subject: Subject, how: How, result: Replay, seconds: float, remembered: int) -> EngineReport:
    """Write the evidence, and the report of it. What was brought from other platforms stands beside it."""
    place, changed = None, 0
    if subject.versions is subject.pinned:
        current, device = subject.versions.library.current_version, result.facts.device
        others = elsewhere(subject.project, subject.versions.engine, current, device, subject.rules)
        result = result.beside(list(others))
    if how.write and how.to is not None:
        place, changed = evidence.write_to(how.to, subject.versions, result)
    elif how.write and subject.versions is subject.pinned and how.proposed is None:
        place, changed = evidence.write(
            subject.project, subject.versions, subject.book, result, partial=bool(how.globs)
        )
    return EngineReport(
        subject.versions.engine,
        evidence.described(subject.versions, result),
        result.verdicts,
        subject.book.places,
        result.cases,
        seconds,
        place,
        changed,
        remembered=remembered,
        checks=result.checks,
    )


def replay_shard(name: str, how: How, number: int, of: int) -> tuple[Path, int]:
    """See one shard of an engine's cases, and write what was seen. Returns the file, and how many cases.

    Raises:
        Failure: (2) as above; (3) nothing could be checked; (4) there are no rules.
    """
    subject = subject_of(name, how.globs, how.version, how.proposed)
    if not subject.rules:
        raise Failure(_empty(name, how.globs), code=NOTHING)
    with opened(name, subject, how) as session:
        work = make_work(session, subject.rules)
        points = sharding.owned(work.plan, number, of)
        with progress_bar("replaying    ") as bar:
            seen = work.see(session, points, bar)
        checks = session.checks if isinstance(session, Gears) else None
        shard = sharding.shard_of(work, name, session.facts, seen, checks, number, of, how.globs)
    path = how.to or Path(f"{name}.{number}-of-{of}.json")
    write_artefact(path, sharding.text_of(shard))
    return path, len(seen.first) + len(seen.again)


@contextmanager
def opened(name: str, subject: Subject, how: How) -> Iterator[Library]:
    """An entered session of the right version, in the gear that was asked for.

    Raises:
        Failure: (3) no environment, or a library of another version.
    """
    current = subject.versions.library.current_version
    with ExitStack() as stack:
        with status(f"environment  {subject.named}") as tell:
            session = open_library(
                name, how.kind, version=current, gpus=how.gpus, fresh=how.fresh, limits=how.limits, report=tell
            )
            stack.enter_context(session)
        require_version(session, current)
        for reason in session.facts.fork_unclean:
            note(f"the worker must not fork ({reason}): a new process for each case")
        yield session if how.share is None else Gears(session, share=how.share)


def _remembered(session: Library) -> int:
    library = reference_of(session)
    return library.remembered if isinstance(library, RememberingSession) else 0


def _empty(name: str, globs: Sequence[str]) -> str:
    return f"no rule of {name} matches {', '.join(globs)}" if globs else f"{name} has no rules yet"


def exit_code(reports: Sequence[EngineReport], *, fail_on_divergence: bool) -> int:
    """1 beats 3 beats 4: what is proved wrong says more than what could not be seen."""
    totals = [report.counts() for report in reports]
    if fail_on_divergence and any(one["divergent"] for one in totals):
        return 1
    if any(one["unchecked"] for one in totals):
        return NOT_CHECKED
    return 0 if any(one["total"] for one in totals) else NOTHING
