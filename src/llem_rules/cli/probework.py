"""Probing one engine from the command line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence

import typer

from llem_rules.corpus.compat import Compatibility, ProbeResult, compat_path, read_compat, write_compat
from llem_rules.corpus.locate import find_project, shown
from llem_rules.corpus.versions import EngineVersions, load_engine_versions
from llem_rules.engines import Engine, Producer, find_engine
from llem_rules.environments import RememberingSession
from llem_rules.environments.choose import open_session, require_version
from llem_rules.probing import bare, declared, judge, probe
from llem_rules.reporting.console import console, status
from llem_rules.reporting.probe_report import ProbeReport, document, print_text, report_of


def probe_engine(
    name: str, kind: str, version: str | None, producers: Sequence[Producer], *, write: bool = True, fresh: bool = False
) -> ProbeReport:
    """Probe one version for some producers, and keep the results where an environment of our own was asked.

    Raises:
        Failure: (2) an unknown engine, not a version; (3) no environment.
    """
    project, pinned, engine = find_project(), load_engine_versions(name), find_engine(name)
    versions = pinned.at(version)
    asked, older = versions.library.current_version, versions.is_before(pinned)
    lasting = kind != "here"  # what is installed here may be another thing tomorrow
    compatibility = read_compat(name, project)
    results = _kept(compatibility, engine, versions, older=older) if lasting and not fresh else {}
    still_open = [one for one in producers if one not in results]
    if still_open:
        results |= _look(engine, kind, versions, still_open, older=older, remember=lasting and not fresh)
    evidence = None
    if write and lasting and project.writable:
        for producer, result in results.items():
            compatibility = compatibility.with_result(asked, producer, result)
        write_compat(compatibility, project)
        evidence = shown(compat_path(name, project))
    return report_of(name, asked, {one: results[one] for one in producers}, evidence)


def _kept(
    compatibility: Compatibility, engine: Engine, versions: EngineVersions, *, older: bool
) -> dict[Producer, ProbeResult]:
    """What was found before and is asked in the same way now, judged by today's pins."""
    there: Mapping[Producer, ProbeResult] = compatibility.versions.get(versions.library.current_version, {})
    return {
        producer: judge(result, versions, producer)
        for producer, result in there.items()
        if result.declared == declared(engine, producer, older=older)
    }


def _look(
    engine: Engine, kind: str, versions: EngineVersions, producers: Sequence[Producer], *, older: bool, remember: bool
) -> dict[Producer, ProbeResult]:
    version = versions.library.current_version
    with status(f"environment  {engine.name} {version}") as tell:
        session = open_session(engine.name, kind, version=version, report=tell)
        session = dataclasses.replace(session, engine=bare(engine))
        with RememberingSession(session) if remember and session.place.key is not None else session as entered:
            require_version(entered, version)
            return {one: probe(entered, engine, versions, one, older=older) for one in producers}


def show(report: ProbeReport, *, as_json: bool) -> None:
    """Print a report for a person or a program."""
    if as_json:
        typer.echo(json.dumps(document(report), indent=1))
    else:
        print_text(report, console())
