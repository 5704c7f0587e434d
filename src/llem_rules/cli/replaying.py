"""One engine's replay from the command line: rules, environment, session, evidence."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from llem_rules.corpus.artefacts import dump_yaml, load_yaml, write_artefact
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.corpus.rulebook import PROPOSED, VALIDATED, Rulebook, proposed_text, read_rulebook
from llem_rules.corpus.versions import EngineVersions, load_engine_versions
from llem_rules.environments import Limits, RememberingSession
from llem_rules.environments.choose import open_library, require_version
from llem_rules.replay.evidence import environment_of, validated_entry
from llem_rules.replay.run import Replay, replay_rules
from llem_rules.reporting.console import note, progress_bar, status
from llem_rules.reporting.replay_report import EngineReport
from llem_rules.rules.failure import NOT_CHECKED, NOTHING, Failure

_HEADER = "# Made by llem-rules replay: what the live library did. Not for editing.\n"


def replay_engine(
    name: str,
    kind: str,
    globs: Sequence[str],
    limits: Limits,
    *,
    version: str | None = None,
    gpus: str = "none",
    write: bool,
    to: Path | None = None,
    proposed: Path | None = None,
    fresh: bool,
) -> EngineReport:
    """Replay one engine and write its evidence. Where nothing can be checked, a report that says why.

    ``to``: where to write instead of ``corpus/``. Of another version than the pinned one, or of mined rules from another file
    (``proposed``), nothing is written but there.

    Raises:
        Failure: (2) the rules or the engine's file cannot be read; an unknown engine.
    """
    project = find_project()
    pinned = load_engine_versions(name, project)
    versions = pinned.at(version)
    book = read_rulebook(name, project, proposed)
    rules = [rule for rule in book.rules if not globs or any(fnmatch.fnmatchcase(rule.id, glob) for glob in globs)]
    if not rules:
        empty = f"no rule of {name} matches {', '.join(globs)}" if globs else f"{name} has no rules yet"
        return EngineReport(name, _pinned(versions), (), {}, 0, 0.0, None, 0, stopped=empty)
    try:
        with ExitStack() as stack:
            with status(f"environment  {_pinned(versions)}") as tell:
                current = versions.library.current_version
                session = open_library(name, kind, version=current, gpus=gpus, fresh=fresh, limits=limits, report=tell)
                stack.enter_context(session)
            require_version(session, current)
            for reason in session.facts.fork_unclean:
                note(f"the worker must not fork ({reason}): a new process for each case")
            began = time.monotonic()
            with progress_bar("replaying    ") as bar:
                result = replay_rules(session, rules, bar)
            seconds = time.monotonic() - began
    except Failure as failure:
        if failure.code != NOT_CHECKED:
            raise
        reason = failure.message + (f"\n  {failure.hint}" if failure.hint else "")
        return EngineReport(name, _pinned(versions), (), {}, 0, 0.0, None, 0, stopped=reason, total=len(rules))
    evidence, changed = None, 0
    if write and to is not None:
        header, entries = _header(versions, result), _entries(versions, result)
        evidence, changed = shown(to), _changed(_known(to), entries)
        write_artefact(to, _document_text(versions, header, entries))
    elif write and versions is pinned and proposed is None:
        evidence, changed = _write(project, versions, book, result, partial=bool(globs))
    environment = _described(versions, result)
    remembered = session.remembered if isinstance(session, RememberingSession) else 0
    return EngineReport(
        name, environment, result.verdicts, book.places, result.cases, seconds, evidence, changed, remembered=remembered
    )


def _pinned(versions: EngineVersions) -> str:
    return f"{versions.library.pep503_name} {versions.library.current_version}"


def _described(versions: EngineVersions, result: Replay) -> str:
    facts = result.facts
    torch = f", torch {facts.packages['torch']}" if "torch" in facts.packages else ""
    return f"{versions.library.pep503_name} {facts.library_version}{torch} ({facts.device}), Python {facts.python}"


def _write(
    project: Project, versions: EngineVersions, book: Rulebook, result: Replay, *, partial: bool
) -> tuple[str | None, int]:
    if not project.writable:
        return None, 0
    folder = project.corpus_dir(versions.engine)
    path = folder / VALIDATED
    before = load_yaml(path) if path.is_file() else {}
    header, entries = _header(versions, result), _entries(versions, result)
    old = _by_id(before)
    if partial:
        if old and before.get("environment") != header:
            note("evidence not written: what is there was taken in another environment; replay all rules")
            return None, 0
        known = {rule.id for rule in book.rules}
        entries = {name: one for name, one in old.items() if name in known} | entries
    write_artefact(folder / PROPOSED, proposed_text(versions, book.rules))
    write_artefact(path, _document_text(versions, header, entries))
    return shown(path), _changed(old, entries)


def _header(versions: EngineVersions, result: Replay) -> dict[str, Any]:
    environment = environment_of(versions.library.pep503_name, result.facts, _named_packages(versions))
    return environment.model_dump(mode="json", exclude_none=True)


def _entries(versions: EngineVersions, result: Replay) -> dict[str, dict[str, Any]]:
    return {v.rule.id: validated_entry(v, versions.library.current_version) for v in result.verdicts}


def _document_text(versions: EngineVersions, header: dict[str, Any], entries: dict[str, dict[str, Any]]) -> str:
    ordered = sorted(entries.values(), key=lambda one: (one["rule"]["native_type"], one["id"]))
    document = {"schema_version": 1, "engine": versions.engine, "environment": header, "rules": ordered}
    return dump_yaml(document, _HEADER)


def _named_packages(versions: EngineVersions) -> list[str]:
    from packaging.requirements import Requirement

    lines = versions.environment.requirements if versions.environment else ()
    return [Requirement(line.replace("{version}", "0")).name for line in lines] + ["torch"]


def _known(path: Path) -> dict[str, Any]:
    return _by_id(load_yaml(path)) if path.is_file() else {}


def _by_id(document: Any) -> dict[str, Any]:
    return {one["id"]: one for one in (document.get("rules") or ())} if isinstance(document, dict) else {}


def _changed(old: dict[str, Any], new: dict[str, Any]) -> int:
    return sum(repr(old.get(name)) != repr(new.get(name)) for name in old.keys() | new.keys())


def exit_code(reports: Sequence[EngineReport], *, fail_on_divergence: bool) -> int:
    """1 beats 3 beats 4: what is proved wrong says more than what could not be seen."""
    totals = [report.counts() for report in reports]
    if fail_on_divergence and any(one["divergent"] for one in totals):
        return 1
    if any(one["unchecked"] for one in totals):
        return NOT_CHECKED
    return 0 if any(one["total"] for one in totals) else NOTHING
