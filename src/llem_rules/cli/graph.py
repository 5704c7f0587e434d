"""``llem-rules graph``: the dependency graph of an engine."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


class GraphFormat(StrEnum):
    """Text for tools that draw, an image, or plain values."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("graph"))(graph)


def graph(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    native_type: Annotated[list[str] | None, typer.Option("--type", help="Only these native types.")] = None,
    configs: Annotated[
        list[Path] | None, typer.Option("--configs", metavar="PATH", help="Configs in use; may be given several times.")
    ] = None,
    output: Annotated[GraphFormat, typer.Option("--format", help="How to show it.")] = GraphFormat.MERMAID,
) -> int:
    """Show what depends on what: native types, fields, rules, curated parameters, configs."""
    from llem_rules.cli import graphing

    return graphing.show_graph(engine, native_type or [], configs or [], output.value)
