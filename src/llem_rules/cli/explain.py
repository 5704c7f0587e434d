"""`llem-rules explain`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from llem_rules.cli.check import Platform
from llem_rules.cli.helping import epilog


class ExplainFormat(StrEnum):
    """Text for people, JSON for programs."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("explain"))(explain)


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT... | -- COMMAND...",
            help="Config files or a command line; or the id of a rule; or a lint code such as L031.",
        ),
    ],
    native_type: Annotated[
        str | None, typer.Option("--type", help="The files hold just the arguments of this native type.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Default: the engine inside whose package a type lies.")] = None,
    engine_version: Annotated[
        str | None, typer.Option(help="A version that `compat` swept. Default: the pinned one.")
    ] = None,
    platform: Annotated[
        Platform | None,
        typer.Option(help="Explain for this device. Default: what holds on both, and where they differ."),
    ] = None,
    here: Annotated[
        bool,
        typer.Option(
            "--here", help="The config runs on this machine, in this environment: its files, variables, packages."
        ),
    ] = False,
    output: Annotated[ExplainFormat, typer.Option("--format", help="text or json.")] = ExplainFormat.TEXT,
) -> int:
    """Show the effective config beside the declared one; or what a rule claims and how it is known; or a lint code."""
    from llem_rules.cli.checking import Shelf
    from llem_rules.cli.explaining import explain_what

    shelf = Shelf(engine, engine_version, platform.value if platform is not None else None, here=here)
    return explain_what(what, native_type, shelf, as_json=output is ExplainFormat.JSON)
