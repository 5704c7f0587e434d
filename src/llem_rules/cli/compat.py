"""``llem-rules compat``: every rule on many versions of its library."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import GearKind, GearOption


class CompatFormat(StrEnum):
    """Text for people, JSON for programs, HTML for a browser."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("compat"))(compat)


def compat(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    versions: Annotated[
        str | None,
        typer.Option(
            metavar="RANGE", help="Released versions in a range, such as '>=4.49,<6'. Default: what was swept."
        ),
    ] = None,
    every_minor: Annotated[
        bool, typer.Option("--every-minor", help="With --versions: of each minor version only the last release.")
    ] = False,
    at: Annotated[list[str] | None, typer.Option("--at", metavar="V", help="This version, too.")] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", metavar="GLOB", help="Show only these rules.")] = None,
    output: Annotated[CompatFormat, typer.Option("--format", help="How to report.")] = CompatFormat.TEXT,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report there, not to the screen.")
    ] = None,
    write: Annotated[bool, typer.Option(help="Whether to keep the matrix in corpus/ and the probes.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask every version everything again.")] = False,
    at_once: Annotated[int, typer.Option("--parallel", min=1, max=16, help="Versions at a time.")] = 1,
    jobs: Annotated[int | None, typer.Option(min=1, help="Cases at once. Default: one a core.")] = None,
    gear: GearOption = GearKind.FAST,
) -> int:
    """Probe and replay a range of versions, and show which rule holds on which.

    What was finished is kept: an interrupted sweep goes on where it was, and a later one asks only about native types with
    new or edited rules. Without --versions and --at the matrix that is there is shown, and nothing is asked.
    """
    from llem_rules.cli.sweeping import How, show, sweep_engine
    from llem_rules.environments import Limits

    if every_minor and versions is None:
        raise typer.BadParameter("--every-minor goes with --versions")
    limits = Limits() if jobs is None else Limits(jobs=jobs)
    how = How(versions, every_minor, tuple(at or ()), limits, at_once, gear is GearKind.FAST, fresh=fresh, write=write)
    matrix, code = sweep_engine(engine, how)
    show(matrix, output.value, tuple(rule or ()), to)
    return code
