"""Gaps from the command line: read, infer, ask the live library where that is wanted, print or write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.documents import load_rules
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.environments.choose import open_library, require_version
from llem_rules.replay.run import replay_rules
from llem_rules.reporting import gaps_report
from llem_rules.reporting.console import console, note, progress_bar, status
from llem_rules.runtime.confirming import confirmed
from llem_rules.runtime.finding import EngineGaps, find_gaps, read_runs
from llem_rules.runtime.fragment import append, fragment
from llem_rules.runtime.gaps import Source
from llem_rules.runtime.records import Reading


@dataclass(frozen=True)
class How:
    """What the options say."""

    source: Source
    engine: str | None
    out: Path | None
    append: bool
    confirm: bool
    kind: str
    as_json: bool


def report(places: Sequence[Path], how: How) -> int:
    """Report gaps. Returns 0 where there is none (or all are in rules/ now), 1 where there are.

    Raises:
        Failure: (2) unreadable input; (3) nothing validated, or no environment to confirm in; (4) no record.
    """
    project, reading = find_project(), Reading()
    with status("gaps        ") as tell:
        tell("reading")
        runs = read_runs(places, how.engine, reading)
        found = [find_gaps(one, how.source, project=project) for one in runs.values()]
    if how.confirm:
        for one in found:
            _confirm(one, how, project)
    added = _append(found, project) if how.append else 0
    where = _where(found)
    text = fragment([proposal for one in found for proposal in one.proposals], where)
    if how.out is not None and text:
        write_artefact(how.out, text)
        note(f"{shown(how.out)}: {sum(len(one.proposals) for one in found)} rules; llem-rules lint {shown(how.out)}")
    if how.as_json:
        typer.echo(json.dumps(gaps_report.document(found, reading, how.source), indent=1, default=repr))
    else:
        gaps_report.print_summary(found, reading, console(stderr=True))
        if how.out is None and not how.append:
            typer.echo(text, nl=False)
    left = sum(len(one.proposals) for one in found) - added
    return int(left > 0 or any(gaps.untold for one in found for gaps in one.gaps))


def _append(found: Sequence[EngineGaps], project: Project) -> int:
    """Add what replay did not refute. Returns how many proposals need nothing more."""
    settled = 0
    for one in found:
        known = [located.rule for located in load_rules(one.runs.engine, project)]
        fit = [proposal for proposal in one.proposals if proposal.confirmed is not False]
        added = append(fit, one.runs.engine, project, known, _where([one]))
        for path, count in added.items():
            typer.echo(f"added {count} rule{'' if count == 1 else 's'} to {shown(path)}", err=True)
        settled += len(fit)
    return settled


def _where(found: Sequence[EngineGaps]) -> str:
    names = sorted({name for one in found for name in one.runs.studies})
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"stud{'y' if len(names) == 1 else 'ies'} {listed}"


def _confirm(found: EngineGaps, how: How, project: Project) -> None:
    """Replay every proposal beside the rules that there are, at the earliest stage at which it holds."""
    if not found.proposals:
        return
    engine = found.runs.engine
    versions = load_engine_versions(engine, project)
    with status(f"environment  {engine} {versions.library.current_version}") as tell:
        session = open_library(engine, how.kind, report=tell)
        session.__enter__()
    try:
        require_version(session, versions.library.current_version)
        book = read_rulebook(engine, project).rules
        with progress_bar("replaying    ") as bar:
            found.proposals = confirmed(
                found.proposals,
                book,
                session.engine,
                lambda rules: replay_rules(session, rules, bar).verdicts,
                f"{engine} {session.facts.library_version}",
            )
    finally:
        session.__exit__(None, None, None)
