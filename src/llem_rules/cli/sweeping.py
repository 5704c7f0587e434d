"""A sweep over versions from the command line: which, in which environments, what is kept, what is shown."""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from llem_rules.cli.evidence import fill_applies_to
from llem_rules.cli.probework import probe_engine
from llem_rules.compat import Heeding, Shelf, Sweep, choose, matrix_of, replay_version, sweep, unknown_in
from llem_rules.compat.one import VersionResult, digest_of
from llem_rules.compat.releases import released
from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.compat import compat_path, read_compat, write_compat
from llem_rules.corpus.discovered import load_discovered
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.corpus.matrix import STATES, Matrix, load_matrix, matrix_path, write_matrix
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.corpus.versions import PRODUCERS, EngineVersions, load_engine_versions
from llem_rules.environments import Limits, RememberingSession
from llem_rules.environments.choose import open_session, require_version
from llem_rules.environments.gears import SHARE
from llem_rules.reporting.compat_report import WORDS, rendered
from llem_rules.reporting.console import note
from llem_rules.rules.failure import NOT_CHECKED, NOTHING, Failure
from llem_rules.rules.kinds import RuleBase


@dataclass(frozen=True)
class How:
    """What the options say. ``at``: versions by name; ``fast``: the gear."""

    range: str | None
    every_minor: bool
    at: tuple[str, ...]
    limits: Limits
    at_once: int
    fast: bool
    fresh: bool = False
    write: bool = True


def sweep_engine(name: str, how: How) -> tuple[Matrix, int]:
    """Sweep, and keep what was found. Returns the matrix and the exit code: 3 where something could not be seen.

    Raises:
        Failure: (2) unknown engine, not a version or a range; (3) the index cannot be asked; (4) no release, no rules.
    """
    project, pinned = find_project(), load_engine_versions(name)
    rules = read_rulebook(name, project).rules
    if not rules:
        raise Failure(f"{name} has no rules yet", hint=f"llem-rules mine {name}", code=NOTHING)
    before = load_matrix(name, project)
    wanted = _wanted(pinned, how)
    if not wanted:
        if before is None:
            raise Failure(
                f"nothing of {name} was swept yet",
                hint=f"llem-rules compat {name} --versions '>=X' --every-minor",
                code=4,
            )
        return before, 0
    asked = {one: rules if how.fresh or before is None else unknown_in(before, one, rules) for one in wanted}
    for version in (one for one, left in asked.items() if not left):
        note(f"{version:<14} known: every rule was seen there as it is now")
    look = _looker(name, pinned, project, asked, how)
    found = sweep([one for one, left in asked.items() if left], look, _tell, how.at_once)
    # Another sweep may have ended meanwhile: what it kept is joined, not lost.
    matrix = matrix_of(name, found, load_matrix(name, project), rules)
    if how.write and project.writable:
        _keep(name, project, matrix, found)
    open_ = [cell for one in found.results.values() for cell in one.cells.values() if cell.state == "unchecked"]
    return matrix, NOT_CHECKED if found.failures or open_ else 0


def _wanted(pinned: EngineVersions, how: How) -> list[str]:
    from packaging.version import Version

    named = [pinned.at(one).library.current_version for one in how.at]
    listed = choose(released(pinned), how.range, every_minor=how.every_minor) if how.range is not None else []
    return sorted({*named, *listed}, key=Version)


def _looker(
    name: str, pinned: EngineVersions, project: Project, asked: Mapping[str, Sequence[RuleBase]], how: How
) -> Callable[[str, Callable[[], None]], VersionResult]:
    discovered = load_discovered(name, project)
    limits = replace(how.limits, jobs=max(1, how.limits.jobs // how.at_once))
    share = SHARE if how.fast else None

    def look(version: str, heed: Callable[[], None]) -> VersionResult:
        versions, rules = pinned.at(version), asked[version]
        shelf = Shelf(name, {rule.id: digest_of(rule) for rule in rules})
        with shelf.alone(version):
            session = open_session(name, "venv", version=version, limits=limits, report=lambda _text: heed())
            place = str(session.place.key)
            kept = None if how.fresh else shelf.get(version, place)
            if kept is not None:
                return kept
            heed()
            with RememberingSession(session, fresh=how.fresh) as library:
                _require(name, library, version)
                heeding = Heeding(library, heed)
                result = replay_version(heeding, rules, versions, pinned, discovered, share=share)
            shelf.put(result, place)
            return result

    return look


def _require(name: str, library: RememberingSession, version: str) -> None:
    """That the library can be imported, in the right version; else the landmarks for want of which it cannot."""
    try:
        require_version(library, version)
    except Failure as failure:
        if failure.code != NOT_CHECKED:
            raise
        lost = {
            one.landmark: one
            for item in probe_engine(name, "venv", version, PRODUCERS, write=False).items
            for one in item.missing
        }
        told = f" (missing: {', '.join(lost)})" if lost else ""
        raise Failure(failure.message + told, hint=failure.hint, code=NOT_CHECKED) from failure


def _tell(version: str, found: VersionResult | str) -> None:
    if isinstance(found, str):
        sys.stderr.write(f"{version:<14} unchecked: {found.splitlines()[0]}\n")
        return
    states = [cell.state for cell in found.cells.values()]
    sys.stderr.write(f"{version:<14} " + ", ".join(f"{states.count(one)} {WORDS[one]}" for one in STATES) + "\n")


def _keep(name: str, project: Project, matrix: Matrix, found: Sweep) -> None:
    """Write the matrix, the probes, and what they say of each rule into the evidence."""
    changed = write_matrix(matrix, project)
    compatibility = read_compat(name, project)
    for version, result in found.results.items():
        for producer, one in result.probes.items():
            compatibility = compatibility.with_result(version, producer, one)
    write_compat(compatibility, project)
    fill_applies_to(name, project, matrix)
    told = "changed" if changed else "unchanged"
    note(f"matrix     {shown(matrix_path(name, project))} ({told})\nprobes     {shown(compat_path(name, project))}")


def show(matrix: Matrix, form: str, globs: Sequence[str], to: Path | None) -> None:
    """Print a matrix, or write it to a file."""
    if globs:
        chosen = {name: one for name, one in matrix.rules.items() if any(fnmatch.fnmatchcase(name, g) for g in globs)}
        matrix = matrix.model_copy(update={"rules": chosen})
    text = rendered(matrix, form)
    if to is None:
        typer.echo(text, nl=False)
    else:
        write_artefact(to, text)
        typer.echo(f"report     {shown(to)}")
