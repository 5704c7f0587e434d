"""``llem-rules bundle``: a replay as one file, for a machine that nothing can be installed on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("bundle"))(bundle)


def bundle(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    to: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to write the bundle.")],
    rule: Annotated[list[str] | None, typer.Option("--rule", metavar="GLOB", help="Only rules of these ids.")] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, metavar="FILE", help='Further cases: {"native_type", "kwargs"} a line.'
        ),
    ] = None,
    lean: Annotated[
        bool,
        typer.Option(
            "--lean", help="Of what is put to use, only each rule's own pair: every such case makes a context on a GPU."
        ),
    ] = False,
    env: EnvOption = EnvironmentKind.VENV,
) -> int:
    """Pack the cases of a replay and what puts them to a library into one file of Python.

    Run there as `python FILE --env here`, it asks the library that it finds, and writes one file of what was seen;
    `llem-rules replay --import` judges that by the rules, and keeps it as evidence.
    """
    from llem_rules.cli.bundling import make_bundle

    made = make_bundle(engine, tuple(rule or ()), env.value, cases, lean=lean)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(made.data)
    typer.echo(f"{made.named}: {made.cases:,} cases of {made.rules:,} rules in {to} ({len(made.data) / 1e6:.1f} MB)")
    typer.echo(f"there: python {to.name} --env here; back here: llem-rules replay --import FILE", err=True)
    return 0
