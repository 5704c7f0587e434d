"""``llem-rules check``: what the corpus says of configs, without any live library."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


class CheckFormat(StrEnum):
    """Text for people, JSON for programs, the others for continuous integration."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


class Platform(StrEnum):
    """Devices that evidence is taken on."""

    CPU = "cpu"
    CUDA = "cuda"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("check"))(check)


def check(
    configs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CONFIG]... | -- COMMAND...", help="Files of any known format; or a command line."),
    ] = None,
    native_type: Annotated[
        str | None, typer.Option("--type", help="The files hold just the arguments of this native type.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Default: the engine inside whose package a type lies.")] = None,
    engine_version: Annotated[
        str | None, typer.Option(help="A version that `compat` swept. Default: the pinned one.")
    ] = None,
    platform: Annotated[
        Platform | None,
        typer.Option(help="Judge for this device. Default: what holds on both, and apart from it where they differ."),
    ] = None,
    here: Annotated[
        bool,
        typer.Option(
            "--here", help="The configs run on this machine, in this environment: its files, variables, packages."
        ),
    ] = False,
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
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Write the smallest changes that clear refusals (--strict: all); comments stay.",
        ),
    ] = False,
    allow_nothing: Annotated[
        bool,
        typer.Option("--allow-nothing", help="Exit 0, not 4, where the files hold nothing of an engine: for hooks."),
    ] = False,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Take what is found now as known: see [tool.llem-rules] baseline.")
    ] = False,
    grid: Annotated[
        Path | None, typer.Option(metavar="STUDY", help="Judge a grid or list of configs as columns.")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="With --grid: how many, and why.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="With --grid: the clean configs, JSONL or Parquet."),
    ] = None,
    editor_schema: Annotated[
        str | None, typer.Option(metavar="ENGINE", help="Print what JSON Schema can say of an engine's refusals.")
    ] = None,
    output: Annotated[
        CheckFormat, typer.Option("--format", help="text, json, sarif, github or junit.")
    ] = CheckFormat.TEXT,
) -> int:
    """Judge configs: what will be refused, ignored or rewritten."""
    from llem_rules.cli import checking

    if editor_schema is not None:
        return checking.print_editor_schema(editor_schema)
    if (out is not None or summary) and grid is None:
        raise typer.BadParameter("--out and --summary go with --grid")
    if sum((jsonl is not None, bool(configs), grid is not None)) != 1:
        raise typer.BadParameter("give either config files, or --jsonl, or --grid")
    if versions is not None:
        if jsonl is not None or grid is not None or engine_version is not None or here:
            raise typer.BadParameter("--versions goes with files alone")
        if output not in (CheckFormat.TEXT, CheckFormat.JSON):
            raise typer.BadParameter("--versions answers as text or json")
        from llem_rules.cli.check_versions import check_versions

        return check_versions(configs or [], native_type, engine, versions, as_json=output is CheckFormat.JSON)
    if grid is not None and output not in (CheckFormat.TEXT, CheckFormat.JSON):
        raise typer.BadParameter("--grid answers as text or json")
    shelf = checking.Shelf(engine, engine_version, platform.value if platform is not None else None, here=here)
    if jsonl is not None:
        return checking.check_lines(jsonl, shelf)
    if grid is not None:
        from llem_rules.cli.check_grid import check_grid

        return check_grid(
            grid, native_type, shelf, out, summary=summary, strict=strict, as_json=output is CheckFormat.JSON
        )
    how = checking.How(strict, output.value, fix, write_baseline, allow_nothing)
    return checking.check_files(configs or [], native_type, shelf, how)
