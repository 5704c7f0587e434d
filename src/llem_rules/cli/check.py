"""``llem-rules check``: what the corpus says of configs, without any live library."""

from __future__ import annotations

from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("check"))(check)


def check(
    configs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CONFIG]...", help="YAML or JSON: a mapping from native type to its arguments."),
    ] = None,
    native_type: Annotated[
        str | None, typer.Option("--type", help="The files hold just the arguments of this native type.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Default: the engine inside whose package a type lies.")] = None,
    engine_version: Annotated[
        str | None, typer.Option(help="A version that `compat` swept. Default: the pinned one.")
    ] = None,
    versions: Annotated[
        str | None,
        typer.Option(metavar="all|V,V", help="Judge for each of these versions, and say where a config stops working."),
    ] = None,
    jsonl: Annotated[
        str | None, typer.Option(metavar="FILE|-", help='One {"native_type", "kwargs"} a line; one answer a line.')
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 also for what is ignored, rewritten or warned of.")
    ] = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Judge configs: what will be refused, ignored or rewritten."""
    from llem_rules.cli import checking

    if (jsonl is None) == (not configs):
        raise typer.BadParameter("give either config files or --jsonl")
    if versions is not None:
        if jsonl is not None or engine_version is not None:
            raise typer.BadParameter("--versions goes with files alone")
        from llem_rules.cli.check_versions import check_versions

        return check_versions(configs or [], native_type, engine, versions, as_json=output is Format.JSON)
    shelf = checking.Shelf(engine, engine_version)
    if jsonl is not None:
        return checking.check_lines(jsonl, shelf)
    return checking.check_files(configs or [], native_type, shelf, strict=strict, as_json=output is Format.JSON)
