"""Options that mean the same in every command."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class EnvironmentKind(StrEnum):
    """Where the live library runs."""

    VENV = "venv"
    DOCKER = "docker"
    HERE = "here"


class Format(StrEnum):
    """Text for people, JSON for programs."""

    TEXT = "text"
    JSON = "json"


class GearKind(StrEnum):
    """How cases are kept apart."""

    FAST = "fast"
    REFERENCE = "reference"


GearOption = Annotated[
    GearKind,
    typer.Option(
        "--gear",
        help="fast: cases share a process whose state is put back between them, checked against the reference. "
        "reference: a process for each case.",
    ),
]
EnvOption = Annotated[
    EnvironmentKind,
    typer.Option(
        "--env",
        help="venv: an isolated environment of the pinned version, made with uv and cached. docker: the engine's image, "
        "confined. here: this interpreter.",
    ),
]
VersionOption = Annotated[
    str | None,
    typer.Option(
        "--version",
        metavar="V",
        help="Another version of the library than the pinned one, in an environment of its own.",
    ),
]
GpusOption = Annotated[
    str, typer.Option("--gpus", metavar="all|N|none", help="With --env docker: the GPUs that the container is given.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write, instead of into corpus/.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
