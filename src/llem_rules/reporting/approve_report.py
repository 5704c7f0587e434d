"""An approval of reuse: for a person, and as the document that ``schemas/approve-report.schema.json`` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from llem_rules.engines import Producer
from llem_rules.reporting.probe_report import ProbeItem, print_lost
from llem_rules.rules.kinds import Model

if TYPE_CHECKING:
    from rich.console import Console


class ApproveSummary(Model):
    """What became of the pin. ``file``: null where nothing was written."""

    engine: str
    producer: Producer
    version: str
    pin_before: str
    pin_after: str
    verdict: Literal["pass", "fail"]
    file: str | None = Field(None, description="The file in which the pin was widened.")


class ApproveReport(Model):
    """``approve-reuse --format json``. The item is the probe, judged by the new pin."""

    schema_version: Literal[1] = 1
    command: Literal["approve-reuse"] = "approve-reuse"
    summary: ApproveSummary
    items: tuple[ProbeItem, ...]


def print_text(report: ApproveReport, console: Console) -> None:
    """What was changed, or why nothing was."""
    summary = report.summary
    name = f"{summary.engine} {summary.version}"
    for item in report.items:
        if item.missing:
            console.print(
                f"[red]not approved[/red] {name} lacks landmarks of {summary.producer}; the pin stays as it is"
            )
            print_lost(item.missing, "missing", console)
            console.print(
                f"next         only a change of the code helps: name them as {summary.version} has them, "
                f"in engines/{summary.engine}.py",
                markup=False,
            )
            return
    if summary.file is None:
        console.print(f"{name} lies inside the pin {summary.pin_before} already: nothing to approve", markup=False)
        return
    console.print(f"approved     {name}: all landmarks of {summary.producer} are there", markup=False)
    console.print(f"pin          {summary.pin_before} → {summary.pin_after}   {summary.file}", markup=False)
