"""``llem-rules diff``: what changed between two versions of what is known of an engine."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


class DiffFormat(StrEnum):
    """Text for people, JSON for programs, the rest for what reads pull requests."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


class ConcernChoice(StrEnum):
    """The two things that are compared."""

    INVARIANTS = "invariants"
    SCHEMAS = "schemas"


class FailOn(StrEnum):
    """From which severity on a change is a finding."""

    NEVER = "never"
    BREAKING = "breaking"
    NOTABLE = "notable"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("diff"))(diff)


def diff(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    base: Annotated[
        str, typer.Option(metavar="REF|FILE", help="A git ref, a corpus or schema file, or a folder with both.")
    ] = "HEAD",
    head: Annotated[
        str | None, typer.Option(metavar="REF|FILE", help="The same for the other side. Default: the working tree.")
    ] = None,
    concern: Annotated[
        list[ConcernChoice] | None, typer.Option(help="Only rules, or only schemas. Default: all that is there.")
    ] = None,
    configs: Annotated[
        list[Path] | None, typer.Option("--configs", metavar="PATH", help="Configs in use; may be given several times.")
    ] = None,
    approvals: Annotated[Path | None, typer.Option(help="Default: approvals.yaml of the project.")] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit 1 where a change that nobody approved is this bad.")
    ] = FailOn.NEVER,
    ask: Annotated[
        bool,
        typer.Option(
            "--try", help="Put every change to both versions of the library, and say which of them the library made."
        ),
    ] = False,
    step_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write engine-step-diff-ENGINE-CONCERN.yaml there.")
    ] = None,
    output: Annotated[DiffFormat, typer.Option("--format", help="How to report.")] = DiffFormat.TEXT,
) -> int:
    """Show what changed, whom it reaches, and how bad it is for config authors and for coverage."""
    from llem_rules.cli import comparing

    concerns = [one.value for one in concern] if concern else None
    compared = comparing.compare_sides(engine, base, head, concerns, configs or [], approvals, ask=ask)
    comparing.show(compared, output.value)
    if step_dir is not None:
        comparing.write_steps(compared, step_dir)
    return comparing.exit_code(compared, fail_on.value)
