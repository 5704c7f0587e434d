"""``llem-rules digest``: what a person reads before a bump is merged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("digest"))(digest)


def digest(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    base: Annotated[
        str | None,
        typer.Option(
            metavar="REF|FILE", help="Default: the newest commit that is about another version of the library."
        ),
    ] = None,
    gaps: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What report-gaps proposes. Default: corpus/ENGINE/runtime_gaps.yaml, if any."
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where the pages are stale.")] = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Write docs/generated/invariants-ENGINE.md and curation-ENGINE.md."""
    from llem_rules.cli import digesting

    return digesting.digest_engine(engine, base, gaps, write=not check, as_json=output is Format.JSON)
