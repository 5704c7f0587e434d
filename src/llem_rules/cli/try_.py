"""``llem-rules try``: what the live library does with a config."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption, VersionOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("try", epilog=epilog("try"))(try_)


def try_(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    native_type: Annotated[str | None, typer.Option("--type", help="The native type to build.")] = None,
    kwargs: Annotated[str, typer.Option(help="Keyword arguments as JSON.")] = "{}",
    reach: Annotated[
        str | None,
        typer.Option(help="How far: construct, validate, build, generate. Default: as far as the type goes."),
    ] = None,
    jsonl: Annotated[
        str | None, typer.Option(metavar="FILE|-", help='One {"native_type", "kwargs"} a line; one answer a line.')
    ] = None,
    env: EnvOption = EnvironmentKind.VENV,
    version: VersionOption = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Longest time of one case.")] = 30.0,
    output: FormatOption = Format.TEXT,
) -> int:
    """Show what the live library does with a config."""
    from llem_rules.cli import trying

    if (jsonl is None) == (native_type is None):
        raise typer.BadParameter("give either --type (with --kwargs) or --jsonl")
    if jsonl is not None:
        return trying.try_lines(engine, jsonl, env, version, timeout, reach)
    request: dict[str, Any] = trying.request_of(str(native_type), kwargs)
    return trying.try_one(engine, request, env, version, timeout, reach, as_json=output is Format.JSON)
