"""``llem-rules observe``: a worker's run recorded from outside, whatever becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog

_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("observe"), context_settings=_PASSED_ON)(observe)


def observe(
    context: typer.Context,
    study: Annotated[str, typer.Option("--study", metavar="ID", help="The study run that this belongs to.")],
    config: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="The declared config, as `check` reads it."),
    ],
    native_type: Annotated[
        str | None, typer.Option("--type", help="The file holds just the arguments of this native type.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Default: the engine inside whose package a type lies.")] = None,
    cycle: Annotated[int, typer.Option(min=0, help="Which repetition of the config this is.")] = 0,
    to: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where one line is added.")] = Path(
        "runtime_observations.jsonl"
    ),
) -> int:
    """Run a command, and record what the engine said, raised or died of. Ends with the command's own exit code."""
    from llem_rules.cli.observing import observe_command

    if not context.args:
        raise typer.BadParameter("give the worker's command after --")
    return observe_command(
        context.args, study=study, config=config, native_type=native_type, engine=engine, cycle=cycle, to=to
    )
