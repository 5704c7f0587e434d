"""``llem-rules impact``: what hangs on a rule, on a field, or on all that changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("impact"))(impact)


def impact(
    subject: Annotated[
        str | None, typer.Argument(metavar="[RULE|FIELD]", help="A rule's id, or a field with its native type.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REF|FILE", help="Instead of one subject: all that changed since then.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="Default: found by the subject; with --base, every engine.")
    ] = None,
    configs: Annotated[
        list[Path] | None, typer.Option("--configs", metavar="PATH", help="Configs in use; may be given several times.")
    ] = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Show what a rule or a field reaches, and which rules have to be replayed."""
    from llem_rules.cli import graphing

    if (subject is None) == (base is None):
        raise typer.BadParameter("give either a rule or a field, or --base")
    as_json = output is Format.JSON
    if subject is not None:
        return graphing.show_impact(subject, engine, configs or [], as_json=as_json)
    return graphing.show_changed(str(base), engine, configs or [], as_json=as_json)
