"""``llem-rules report``: the corpora as one page for a browser."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


class ReportFormat(StrEnum):
    """How the command itself reports; the page is HTML in any case."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("report"))(report)


def report(
    engines: Annotated[
        list[str] | None, typer.Argument(metavar="[ENGINE...]", help="Only these engines. Default: all with a corpus.")
    ] = None,
    to: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes; - is the standard output.")
    ] = Path("llem-rules.html"),
    coverage: Annotated[
        list[Path] | None,
        typer.Option("--coverage", metavar="FILE", help="Effect sites: what `coverage ENGINE --format json` printed."),
    ] = None,
    output: Annotated[ReportFormat, typer.Option("--format", help="How to say what was written.")] = ReportFormat.TEXT,
) -> int:
    """Write all rules with their evidence as one HTML file that needs nothing else: no network, no other file.

    It has every rule with its condition, evidence and versions, search, coverage, a heat map over versions and a graph.
    Nothing is asked of a live library, and the same corpora make the same bytes.
    """
    from llem_rules.cli.pagework import write_page

    return write_page(engines or [], to, coverage or [], as_json=output is ReportFormat.JSON)
