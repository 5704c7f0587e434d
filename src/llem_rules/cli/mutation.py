"""``llem-rules mutation``: how many small changes to the confirmed rules the evidence of replay would catch."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption


class MutationFormat(StrEnum):
    """Text for people, JSON for programs, Markdown for the page that is committed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("mutation"))(mutation)


def mutation(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    native_type: Annotated[list[str] | None, typer.Option("--type", help="Only rules of these native types.")] = None,
    env: EnvOption = EnvironmentKind.VENV,
    jobs: Annotated[int | None, typer.Option(min=1, help="Cases at once. Default: one a core.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Longest time of one case.")] = 30.0,
    output: Annotated[MutationFormat, typer.Option("--format", help="How to report.")] = MutationFormat.TEXT,
) -> int:
    """Change each confirmed rule's predicate a little, in every way, and see whether replay's evidence contradicts it.

    The evidence is what replay sees at its points. After a replay all of it is remembered, and the library is not asked again.
    Exits 1 where fewer than 95 % of the mutants are killed, of those that are not proved to make no difference.
    """
    from llem_rules.cli.mutating import mutate_engine
    from llem_rules.environments import Limits

    limits = Limits(timeout_s=timeout) if jobs is None else Limits(timeout_s=timeout, jobs=jobs)
    return mutate_engine(engine, tuple(native_type or ()), env.value, limits, output.value)
