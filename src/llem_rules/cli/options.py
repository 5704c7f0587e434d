"""Options that mean the same in every command."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class EnvironmentKind(StrEnum):
    """Where the live library runs."""

    VENV = "venv"
    HERE = "here"


class Format(StrEnum):
    """Text for people, JSON for programs."""

    TEXT = "text"
    JSON = "json"


EnvOption = Annotated[
    EnvironmentKind,
    typer.Option(
        "--env",
        help="venv: an isolated environment of the pinned version, made with uv and cached. here: this interpreter.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
