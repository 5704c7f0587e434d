"""Approving reuse from the command line: probe, widen the pin, and keep the new verdict."""

from __future__ import annotations

import json

import typer

from llem_rules.cli.probework import probe_engine
from llem_rules.corpus.locate import find_project, shown
from llem_rules.corpus.pins import widen_pin
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.engines import Producer
from llem_rules.reporting.approve_report import ApproveReport, ApproveSummary, print_text
from llem_rules.reporting.console import console
from llem_rules.rules.failure import Failure


def approve(name: str, producer: Producer, kind: str, version: str | None) -> ApproveReport:
    """Widen a producer's pin where only that stands in the way.

    Raises:
        Failure: (2) unknown engine, not a version, a file that may not be written; (3) no environment to probe in.
    """
    project = find_project()
    path = project.engine_versions_dir / f"{name}.yaml"
    pin = getattr(load_engine_versions(name, project).miner_pins, producer)
    probed = probe_engine(name, kind, version, [producer])
    changed, after = False, pin
    if not probed.items[0].missing and "outside-pin" in probed.items[0].reasons:
        if not project.writable:
            raise Failure(f"{shown(path)} belongs to an installed package", hint="run this in a clone of the project")
        pin, after = widen_pin(path, producer, probed.summary.version)
        probed = probe_engine(name, kind, version, [producer])
        changed = True
    summary = ApproveSummary(
        engine=name,
        producer=producer,
        version=probed.summary.version,
        pin_before=pin,
        pin_after=after,
        verdict=probed.summary.verdict,
        file=shown(path) if changed else None,
    )
    return ApproveReport(summary=summary, items=probed.items)


def show(report: ApproveReport, *, as_json: bool) -> None:
    """Print a report for a person or a program."""
    if as_json:
        typer.echo(json.dumps(report.model_dump(mode="json"), indent=1))
    else:
        print_text(report, console())
