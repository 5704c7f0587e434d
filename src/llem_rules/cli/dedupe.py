"""``llem-rules dedupe``: configs that are secretly the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("dedupe"))(dedupe)


def dedupe(
    study: Annotated[
        Path, typer.Argument(exists=True, help="A YAML list or grid of configs; or the folder of a study that ran.")
    ],
    native_type: Annotated[
        str | None, typer.Option("--type", help="The configs hold just the arguments of this native type.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Default: the engine inside whose package a type lies.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write the reduced study there (of a folder: the groups)."),
    ] = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Show the invalid, dormant and duplicate members of a study, and keep one of each kind.

    Of a folder with runtime_observations.jsonl it writes equivalence_groups.json: configs that the engine made the same of.
    """
    from llem_rules.cli.deduping import dedupe_file, dedupe_folder

    as_json = output is Format.JSON
    if study.is_dir():
        return dedupe_folder(study, engine, out, as_json=as_json)
    return dedupe_file(study, native_type, engine, out, as_json=as_json)
