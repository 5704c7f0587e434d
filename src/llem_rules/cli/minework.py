"""Mining and coverage of one engine from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from llem_rules.check.load import validated_document
from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.locate import find_project, shown
from llem_rules.corpus.rulebook import PROPOSED, authored_rules, proposed_text
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.environments import Library, RememberingSession, Session
from llem_rules.environments.choose import open_library, require_version
from llem_rules.mining.coverage import cover, witnesses
from llem_rules.mining.report import after_replay
from llem_rules.mining.run import find_sites, mine
from llem_rules.replay.run import live_defaults, replay_rules
from llem_rules.reporting import coverage_report
from llem_rules.reporting.console import console, progress_bar, status
from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.rules.kinds import RuleBase


def _open(engine: str, kind: str) -> Session | RememberingSession:
    with status(f"environment  {engine}") as tell:
        return open_library(engine, kind, report=tell)


def mine_engine(engine: str, kind: str, *, as_json: bool, explain: bool, write: bool) -> int:
    """Mine, merge, replay what was mined, and write what stays. Returns the exit code.

    Raises:
        Failure: (2) rules that cannot be read; (3) no environment.
    """
    project, versions = find_project(), load_engine_versions(engine)
    authored = authored_rules(engine, project)
    with _open(engine, kind) as session:
        require_version(session, versions.library.current_version)
        types = sorted(session.engine.native_types)
        with status(f"mining       {engine} {versions.library.current_version}") as tell:
            defaults = live_defaults(session, types)
            mined = mine(session, authored, defaults, lambda name, done, total: tell(f"{name} {done + 1}/{total}"))
        with progress_bar("replaying    ") as bar:
            kept, rejected = _proved(session, mined.merged.rules, bar)
    report = mined.merged.report.with_rejected(rejected)
    path = project.corpus_dir(engine) / PROPOSED
    changed = write_artefact(path, proposed_text(versions, kept)) if write and project.writable else False
    sites = len({finding.site.key for finding in mined.findings})
    summary = {
        "native_types": len(types) - len(mined.missing),
        "sites": sites,
        "candidates": len(report.ends),
        **report.counts,
        "idle": mined.idle,
        "partial": len({finding.site.key for finding, _ in mined.left}),
        "rules": len(kept),
        "cross_validated": sum(bool(rule.cross_validated_by) for rule in kept),
        "missing_types": list(mined.missing),
    }
    if as_json:
        left = [{"site": coverage_report.place(f.site), "why": why} for f, why in mined.left]
        items = [end.to_plain() for end in report.ends]
        document = {"schema_version": 1, "command": "mine", "summary": summary, "items": items, "left": left}
        typer.echo(json.dumps(document, indent=1, default=repr))
        return 0
    out = console()
    version = versions.library.current_version
    out.print(f"mined        {engine} {version} · {summary['native_types']} native types · {sites} sites")
    out.print(f"candidates   {', '.join(f'{count} {name}' for name, count in report.counts.items())}")
    out.print(f"rules        {len(kept)}, of which {summary['cross_validated']} were found by a miner independently")
    for name in mined.missing:
        out.print(f"[red]missing[/red]      {name}: not in this version")
    if explain:
        out.print(report.to_text(), markup=False)
        for finding, why in mined.left:
            out.print(f"  left  {coverage_report.place(finding.site)}: {why}", markup=False)
    if write and project.writable:
        out.print(f"proposed     {shown(path)} ({'changed' if changed else 'unchanged'})", markup=False)
    return 0


def _proved(
    session: Library, rules: Sequence[RuleBase], bar: coverage_report.Progress
) -> tuple[tuple[RuleBase, ...], dict[str, str]]:
    """The rules less those mined ones that the library does not confirm."""
    verdicts = replay_rules(session, rules, bar).verdicts
    told = []
    for verdict in verdicts:
        detail = "; ".join(f"{one.kind} on {dict(one.kwargs)}: {one.detail}" for one in verdict.divergences)
        outcome = "confirmed" if verdict.outcome == "confirmed" else "divergent"
        told.append((verdict.rule.id, outcome, detail or f"unchecked, {verdict.unchecked}"))
    return after_replay(rules, told)


def cover_engine(engine: str, kind: str, native_types: list[str], output: str) -> int:
    """Report coverage. Returns the exit code.

    Raises:
        Failure: (2) an unknown native type; (3) no environment, or nothing validated yet.
    """
    document = validated_document(engine)
    with _open(engine, kind) as session:
        require_version(session, load_engine_versions(engine).library.current_version)
        known = sorted(session.engine.native_types)
        unknown = [name for name in native_types if name not in known]
        if unknown:
            raise Failure(f"{engine} has no native type {unknown[0]} here", hint=f"known: {', '.join(known)}")
        with status(f"reading      {engine}") as tell:
            findings, _missing = find_sites(session, native_types or known, lambda name, _n, _k: tell(name))
        covered = cover(findings, witnesses(document["rules"]), session.facts.surroundings)
    if not covered:
        return NOTHING
    match output:
        case "json":
            typer.echo(json.dumps(coverage_report.document(engine, covered), indent=1, default=repr))
        case "html":
            typer.echo(coverage_report.html(engine, covered), nl=False)
        case _:
            coverage_report.print_text(covered, console())
    return 0
