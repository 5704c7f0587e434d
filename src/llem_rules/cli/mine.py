"""``llem-rules mine``: rules found in the library itself."""

from __future__ import annotations

from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption, OutputOption, VersionOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("mine"))(mine)


def mine(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    native_type: Annotated[
        list[str] | None, typer.Option("--type", help="Only these native types; corpus/ is left alone then.")
    ] = None,
    env: EnvOption = EnvironmentKind.VENV,
    version: VersionOption = None,
    to: OutputOption = None,
    output: FormatOption = Format.TEXT,
    explain: Annotated[bool, typer.Option("--explain", help="Say how every candidate ended, and why.")] = False,
    write: Annotated[bool, typer.Option(help="Whether to write corpus/ENGINE/invariants.proposed.yaml.")] = True,
) -> int:
    """Find rules in the live library's source and declarations, and merge them with those that people wrote.

    What replay does not confirm is rejected, with the reason. Of another version than the pinned one nothing is written,
    unless a place is given.
    """
    from llem_rules.cli.minework import mine_engine

    as_json = output is Format.JSON
    return mine_engine(engine, env, version, native_type or [], as_json=as_json, explain=explain, write=write, to=to)
