"""``llem-rules verify``: the corpus held against the live library on sampled configs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, GearKind, GearOption


class VerifyFormat(StrEnum):
    """Text for people, JSON for programs, Markdown for the page that is committed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("verify"))(verify)


def verify(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    samples: Annotated[int, typer.Option(min=1, help="Configs in all, shared out among the native types.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed, the same configs.")] = 0,
    native_type: Annotated[list[str] | None, typer.Option("--type", help="Only these native types.")] = None,
    accepted: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Instead: on N configs a native type that the library accepts, no mined rule fires.",
        ),
    ] = None,
    metamorphic: Annotated[
        bool, typer.Option("--metamorphic", help="Also try relations that must hold between configs.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Save every minimal disagreement, one a line.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Instead: the configs that were saved, none may disagree.")
    ] = None,
    env: EnvOption = EnvironmentKind.VENV,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask the library everything again, remembering nothing.")
    ] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Cases at once. Default: one a core.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Longest time of one case.")] = 30.0,
    gear: GearOption = GearKind.FAST,
    output: Annotated[VerifyFormat, typer.Option("--format", help="How to report.")] = VerifyFormat.TEXT,
) -> int:
    """Hold the corpus against the live library on sampled configs; every disagreement is shrunk and given its cause.

    What was asked before is remembered: a run that was interrupted goes on where it was. Exits 1 where a bar fails:
    no false alarm at error level, 95 % of refusals and 90 % of dormancies predicted, effective values exact.
    """
    from llem_rules.cli import verifying
    from llem_rules.environments import Limits

    limits = Limits(timeout_s=timeout) if jobs is None else Limits(timeout_s=timeout, jobs=jobs)
    if accepted is not None and replay is not None:
        raise typer.BadParameter("give either --accepted or --replay")
    work = verifying.Work(engine, tuple(native_type or ()), seed, env.value, limits, fresh, gear is GearKind.FAST)
    if accepted is not None:
        return verifying.verify_accepted(work, accepted, output.value, save)
    return verifying.verify_engine(work, samples, output.value, metamorphic=metamorphic, save=save, replay=replay)
