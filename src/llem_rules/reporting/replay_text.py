"""A replay for a person: what was judged and where, the counts, then every divergence with its way out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llem_rules.replay.verdict import Verdict
from llem_rules.reporting.gears import isolation_lines
from llem_rules.reporting.replay_report import EngineReport, place_of, try_command

if TYPE_CHECKING:
    from rich.console import Console

_ADVICE = {
    "noisy": "narrow the predicate, so that it is false here",
    "missing": "widen the predicate, or mend the expected effect",
    "wrong": "mend expected, message_template, source or effective, so that they say what the library does",
    "predicate": "mend the predicate or the kwargs: they contradict each other without any library",
    "unstable": "take out of the case what the library answers differently each time",
}


def print_reports(reports: Sequence[EngineReport], console: Console) -> None:
    """Everything, engine by engine."""
    for number, report in enumerate(reports):
        if number:
            console.print()
        _print_report(report, console)


def _print_report(report: EngineReport, console: Console) -> None:
    console.print(f"environment  {report.environment}", markup=False)
    if report.stopped is not None:
        console.print(f"[yellow]unchecked[/yellow]    {report.total} rules: ", end="")
        console.print(report.stopped, markup=False)
        return
    remembered = f" ({report.remembered:,} remembered)" if report.remembered else ""
    console.print(
        f"replayed     {report.cases:,} cases{remembered} · {len(report.verdicts)} rules · {report.seconds:.1f} s"
    )
    for line in isolation_lines(report.checks):
        console.print(line, markup=False)
    console.print()
    console.print(_table(report))
    for verdict in report.verdicts:
        if verdict.outcome == "divergent":
            _print_divergences(verdict, report, console)
        elif verdict.outcome == "unchecked":
            console.print(f"\n[yellow]unchecked[/yellow]  {verdict.rule.id}")
            console.print(f"  {verdict.why_unchecked}", markup=False)
    if report.evidence is not None:
        changed = (
            f"{report.changed} rule{'s' if report.changed != 1 else ''} changed" if report.changed else "unchanged"
        )
        console.print(f"\nevidence   {report.evidence} ({changed})", markup=False)


def _table(report: EngineReport) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    counts = report.counts()
    table.add_column("native type", footer="all", no_wrap=True)
    for name, colour in (("confirmed", "green"), ("divergent", "red"), ("unchecked", "yellow")):
        style = colour if counts[name] else "dim"
        table.add_column(name, footer=f"[{style}]{counts[name]}[/{style}]", justify="right")
    table.add_column("points", footer=str(sum(map(_points, report.verdicts))), justify="right")
    for native_type in sorted({verdict.rule.native_type for verdict in report.verdicts}):
        own = [verdict for verdict in report.verdicts if verdict.rule.native_type == native_type]
        numbers = [sum(verdict.outcome == name for verdict in own) for name in ("confirmed", "divergent", "unchecked")]
        table.add_row(native_type, *(str(n) if n else "[dim]·[/dim]" for n in numbers), str(sum(map(_points, own))))
    return table


def _points(verdict: Verdict) -> int:
    table = verdict.table
    return table.true_positive + table.true_negative + table.false_positive + table.false_negative


def _print_divergences(verdict: Verdict, report: EngineReport, console: Console) -> None:
    for divergence in verdict.divergences:
        console.print(f"\n[red]divergent[/red]  [bold]{verdict.rule.id}[/bold]  {divergence.kind}")
        console.print(f"  on its {divergence.where}: {divergence.detail}", markup=False)
        shown = json.dumps(dict(divergence.kwargs), default=repr)
        console.print(f"    {shown if len(shown) < 400 else shown[:400] + '…'}", markup=False)
        place = place_of(verdict, report)
        where = f"  ·  {place}" if place else ""
        console.print(f"  {_ADVICE[divergence.kind]}{where}", markup=False)
        command = try_command(report, verdict, divergence)
        if len(command) < 600:
            console.print(f"  try it yourself:  {command}", markup=False)
