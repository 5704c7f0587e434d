"""Mining and coverage of one engine from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from llem_rules.check.load import validated_document
from llem_rules.cli.proving import mine_and_prove, open_probed
from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.compat import ProbeResult
from llem_rules.corpus.locate import find_project, shown
from llem_rules.corpus.rulebook import PROPOSED, authored_rules, proposed_text
from llem_rules.corpus.unreached import load_unreached
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.environments import Library
from llem_rules.mining.covering import cover_library
from llem_rules.mining.library import LibraryReader
from llem_rules.mining.run import find_sites
from llem_rules.mining.told import reached, with_told
from llem_rules.replay.announced import announced_sites
from llem_rules.replay.evidence import validated_entry
from llem_rules.replay.run import live_defaults
from llem_rules.reporting import coverage_report
from llem_rules.reporting.console import console, status
from llem_rules.reporting.probe_report import print_lost
from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.rules.kinds import rule_from


def mine_engine(
    engine: str,
    kind: str,
    version: str | None,
    native_types: list[str],
    *,
    as_json: bool,
    explain: bool,
    write: bool,
    to: Path | None,
) -> int:
    """Mine, merge, replay what was mined, and write what stays. Returns the exit code: 1 where a landmark is missing.

    ``to``: where to write instead of ``corpus/``. Of another version than the pinned one, or of a few ``native_types`` only,
    nothing is written but there.

    Raises:
        Failure: (1) the library cannot even be opened for want of a landmark; (2) rules that cannot be read, an unknown
            native type; (3) no environment.
    """
    project, pinned = find_project(), load_engine_versions(engine)
    versions = pinned.at(version)
    authored = authored_rules(engine, project)
    with open_probed(engine, kind, versions, "invariants") as (session, probed):
        types = _chosen(session, native_types)
        found = mine_and_prove(session, types, authored, versions, pinned)
    mined, kept, report = found.mined, found.rules, found.report
    whole = versions is pinned and not native_types
    path = to or (project.corpus_dir(engine) / PROPOSED if whole and project.writable else None)
    path = path if write else None
    changed = write_artefact(path, proposed_text(versions, kept)) if path is not None else False
    sites = len({finding.site.key for finding in mined.findings})
    summary = {
        "native_types": len(types) - len(mined.missing),
        "sites": sites,
        "candidates": len(report.ends),
        **report.counts,
        "idle": mined.idle,
        "partial": len({finding.site.key for finding, _ in mined.left}),
        **mined.completed.counts,
        "rules": len(kept),
        "cross_validated": sum(bool(rule.cross_validated_by) for rule in kept),
        "missing_types": list(mined.missing),
        "version": versions.library.current_version,
        **_landmarks(probed),
    }
    code = int(bool(probed.missing))
    if as_json:
        left = [{"site": coverage_report.place(f.site), "why": why} for f, why in mined.left]
        items = [end.to_plain() for end in report.ends]
        document = {"schema_version": 1, "command": "mine", "summary": summary, "items": items, "left": left}
        typer.echo(json.dumps(document, indent=1, default=repr))
        return code
    out = console()
    out.print(f"mined        {engine} {summary['version']} · {summary['native_types']} native types · {sites} sites")
    out.print(f"candidates   {', '.join(f'{count} {name}' for name, count in report.counts.items())}")
    out.print("probing      {completed} of {probed} sites completed, {probe_cases} cases".format(**summary))
    out.print(f"rules        {len(kept)}, of which {summary['cross_validated']} were found by a miner independently")
    print_lost(probed.missing, "missing", out)
    print_lost(probed.absent, "absent", out)
    if explain:
        out.print(report.to_text(), markup=False)
        for finding, why in mined.left:
            out.print(f"  left  {coverage_report.place(finding.site)}: {why}", markup=False)
    if path is not None:
        out.print(f"proposed     {shown(path)} ({'changed' if changed else 'unchanged'})", markup=False)
    elif write and not whole:
        part = "a part of the types" if versions is pinned else "not the pinned version"
        out.print(f"proposed     not written: this is {part} (-o FILE writes it)", markup=False)
    return code


def _chosen(session: Library, native_types: list[str]) -> list[str]:
    """The native types that were named, or all of them, sorted."""
    known = sorted(session.engine.native_types)
    unknown = [name for name in native_types if name not in known]
    if unknown:
        raise Failure(f"{session.engine.name} has no native type {unknown[0]} here", hint=f"known: {', '.join(known)}")
    return sorted(set(native_types)) or known


def cover_engine(engine: str, kind: str, version: str | None, native_types: list[str], output: str) -> int:
    """Report coverage. Returns the exit code: 1 where a landmark is missing.

    The pinned version's evidence is in ``corpus/``; another version is mined and replayed for it, and nothing of that is kept.

    Raises:
        Failure: (2) an unknown native type; (3) no environment, or nothing validated yet.
    """
    project, pinned = find_project(), load_engine_versions(engine)
    versions = pinned.at(version)
    entries = validated_document(engine)["rules"] if versions is pinned else None
    with open_probed(engine, kind, versions, "invariants") as (session, probed):
        chosen = _chosen(session, native_types)
        if entries is None:
            found = mine_and_prove(session, chosen, authored_rules(engine, project), versions, pinned)
            entries = [validated_entry(one, versions.library.current_version) for one in found.verdicts]
        with status(f"reading      {engine}") as tell:
            findings, _missing = find_sites(LibraryReader(session), chosen, lambda name, _n, _k: tell(name))
        with status(f"looking      {engine}"):
            rules = [rule_from(one["rule"]) for one in entries if one["verdict"] == "confirmed"]
            announced = announced_sites(session, [rule for rule in rules if rule.native_type in chosen])
            by_miners = cover_library(session, findings, entries, live_defaults(session, chosen), announced)
    readings = load_unreached(engine, project, versions.library.current_version)
    told = with_told(by_miners, readings, reached(entries))
    covered = told.covered
    if not covered:
        return NOTHING
    # What a person read without naming versions is said of the pinned one.
    idle = told.idle if versions is pinned and not native_types else ()
    refuted = sorted({one.site for one in told.refuted if versions is pinned or one.versions})
    match output:
        case "json":
            document = coverage_report.document(engine, covered)
            document["summary"] |= {"version": versions.library.current_version, **_landmarks(probed)}
            document["summary"] |= {"refuted": refuted, "idle": list(idle)}
            typer.echo(json.dumps(document, indent=1, default=repr))
        case "html":
            typer.echo(coverage_report.html(engine, covered), nl=False)
        case _:
            coverage_report.print_text(covered, console())
            print_lost(probed.missing, "missing", console())
            print_lost(probed.absent, "absent", console())
            for words, sites in (("refuted: a case reached", refuted), ("idle: no reason is needed for", idle)):
                for site in sites:
                    console().print(f"sites/{engine}.yaml  {words} {site}", markup=False)
    return int(bool(probed.missing or refuted))


def _landmarks(probed: ProbeResult) -> dict[str, Any]:
    return {
        "landmarks_missing": [lost.model_dump(mode="json") for lost in probed.missing],
        "landmarks_absent": [lost.model_dump(mode="json") for lost in probed.absent],
    }
