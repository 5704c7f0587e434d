"""``llem-rules curation`` and ``llem-rules curate``: what people expose, beside what the library has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import Format, FormatOption

CuratedOption = Annotated[
    str | None,
    typer.Option("--curated", metavar="MODULE[:CLASS]", help="The curated models. Default: those of this project."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command(epilog=epilog("curation"))(curation)
    app.command(epilog=epilog("curate"))(curate)


def curation(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    curated: CuratedOption = None,
    decisions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what is open there, for a person to decide.")
    ] = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Compare the curated models with what the library declares: exposed or not, stale, narrower or wider.

    A model that takes more than the library is an error, and so is a field that the library has not.
    """
    from llem_rules.cli.curating import compare

    return compare(engine, curated, decisions, as_json=output is Format.JSON)


def curate(
    decisions: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A decision file, filled in.")],
    apply: Annotated[
        bool, typer.Option("--apply", help="Edit the models. Without it: show what would change.")
    ] = False,
) -> int:
    """Edit the curated models as a decision file says: what nobody decided stays as it is."""
    from llem_rules.cli.curating import carry_out

    return carry_out(decisions, apply=apply)
