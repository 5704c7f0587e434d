"""``llem-rules coverage``: which effect sites of the library the confirmed rules trigger."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, VersionOption


class CoverageFormat(StrEnum):
    """Text for people, JSON for programs, HTML for a browser."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("coverage"))(coverage)


def coverage(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    native_type: Annotated[list[str] | None, typer.Option("--type", help="Only these native types.")] = None,
    env: EnvOption = EnvironmentKind.VENV,
    version: VersionOption = None,
    output: Annotated[CoverageFormat, typer.Option("--format", help="How to report.")] = CoverageFormat.TEXT,
) -> int:
    """Show every effect site of the library, the confirmed rules that trigger it, and what is not covered."""
    from llem_rules.cli.minework import cover_engine

    return cover_engine(engine, env, version, native_type or [], output.value)
