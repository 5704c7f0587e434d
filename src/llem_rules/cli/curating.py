"""Curation from the command line."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import typer

from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.discovered import Discovered, load_discovered
from llem_rules.corpus.files import write_atomically
from llem_rules.corpus.locate import shown
from llem_rules.curation import (
    applied,
    curated_models,
    decisions_text,
    open_decisions,
    read_decisions,
    source_of,
    standings,
)
from llem_rules.engines import find_engine
from llem_rules.graph.usage import CURATED
from llem_rules.reporting.console import console
from llem_rules.reporting.curation_report import print_text, report_of
from llem_rules.rules.failure import NOT_CHECKED, NOTHING, Failure


def compare(engine: str, curated: str | None, decisions: Path | None, *, as_json: bool) -> int:
    """Compare, report, and write the open decisions where that is asked.

    Raises:
        Failure: (2) unknown engine or models; (3) the library was not discovered; (4) no model of this engine.
    """
    package, spec = find_engine(engine).package, curated or CURATED
    models = curated_models(spec, package)
    if not models:
        raise Failure(f"{spec} has no curated model of {engine}", code=NOTHING)
    schema = _discovered(engine)
    found = standings(models, schema)
    report = report_of(engine, schema.library_version, spec, found)
    if as_json:
        typer.echo(json.dumps(report.model_dump(mode="json"), indent=1))
    else:
        print_text(report, console())
    if decisions is not None:
        write_artefact(decisions, decisions_text(open_decisions(engine, schema.library_version, spec, found)))
        typer.echo(
            f"decisions  {shown(decisions)}: fill it in, then llem-rules curate {shown(decisions)} --apply", err=True
        )
    return int(any(one.wrong for one in found))


def _discovered(engine: str) -> Discovered:
    schema = load_discovered(engine)
    if schema is None:
        raise Failure(f"{engine} was not discovered", hint=f"llem-rules discover {engine}", code=NOT_CHECKED)
    return schema


def carry_out(path: Path, *, apply: bool) -> int:
    """Apply the decisions that were made, or show what that would change.

    Raises:
        Failure: (2) the file is no decision file, or a decision cannot be carried out; (4) nothing was decided.
    """
    decisions = read_decisions(path)
    made = [one for one in decisions.decisions if one.made]
    if not made:
        raise Failure(f"nothing is decided in {shown(path)}", hint="fill in expose, narrow or remove", code=NOTHING)
    place = source_of(decisions.curated)
    before = place.read_text(encoding="utf-8")
    after, done = applied(before, made)
    if not apply:
        lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), shown(place), shown(place))
        typer.echo("".join(lines), nl=False)
        return 0
    if after != before:
        try:
            write_atomically(place, after)
        except OSError as error:
            raise Failure(f"{shown(place)} cannot be written: {error.strerror or error}") from error
    still_open = len(decisions.decisions) - len(made)
    typer.echo(f"applied    {len(done)} of {len(made)} decisions in {shown(place)}; {still_open} are open")
    return 0
