"""A comparison for a person at a terminal: the worst first, each change with its witness and what it reaches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from llem_rules.graph.comparison import Comparison, Judged
from llem_rules.graph.labels import labels_of
from llem_rules.reporting.diff_report import counted, headline, notes, seen, title, ways

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {"breaking": "red", "notable": "yellow", "safe": "green"}
_WITNESS = {"only_old": "no longer fires on", "only_new": "now fires on"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """The counts first, then what reaches something, in full; what reaches nothing has a line each, at the end."""
    console.print(headline(comparison), markup=False)
    console.print(counted(comparison), markup=False)
    found = labels_of(comparison)
    if found:
        console.print(f"labels     {', '.join(found)}", markup=False)
    for note in notes(comparison):
        console.print(f"note       {note}", markup=False)
    for judged in comparison.items:
        if judged.reach.anything:
            _print(judged, console)
    rest = [judged for judged in comparison.items if not judged.reach.anything]
    if rest:
        console.print(f"\n{len(rest)} reach no curated parameter and no config that was given:", markup=False)
    for judged in rest:
        _headline(judged, console)


def _headline(judged: Judged, console: Console) -> None:
    worst = judged.verdicts.worst
    console.print(f"[{_COLOURS[worst]}]{worst:<9}[/{_COLOURS[worst]}]  {title(judged.change)}  ", end="")
    console.print(judged.change.subject, markup=False)


def _print(judged: Judged, console: Console) -> None:
    change = judged.change
    console.print()
    _headline(judged, console)
    console.print(f"  {change.explain()}", markup=False)
    for name, point in change.witnesses.items():
        shown = json.dumps(point.to_plain(), default=repr)
        console.print(f"  {_WITNESS[name]}  {shown if len(shown) < 300 else shown[:300] + '…'}", markup=False)
    for one in seen(judged.tried) if judged.tried is not None else ():
        console.print(f"  {one}", markup=False)
    console.print(f"  authors: {judged.verdicts.authors} · coverage: {judged.verdicts.coverage}", markup=False)
    for way in ways(judged):
        console.print(f"  reaches {way}", markup=False)
    if judged.approval is not None:
        console.print(f"  approved by {judged.approval.author}: {judged.approval.reason}", markup=False)
    elif judged.verdicts.worst == "breaking":
        console.print(f"  fingerprint {change.fingerprint}", markup=False)
