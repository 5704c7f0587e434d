"""``llem-rules report-gaps`` (and ``llem report-gaps``): what studies showed and no rule explains."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption


class SourceKind(StrEnum):
    """What is looked at."""

    RUNTIME_WARNINGS = "runtime-warnings"
    EQUIVALENCE_GROUPS = "equivalence-groups"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("report-gaps", epilog=epilog("report-gaps"))(report_gaps)


def report_gaps(
    study_dir: Annotated[
        list[Path] | None,
        typer.Option("--study-dir", metavar="DIR", help="Folders with runtime_observations.jsonl. Default: this one."),
    ] = None,
    source: Annotated[
        SourceKind,
        typer.Option(
            help="runtime-warnings: what was said or raised. equivalence-groups: what was rewritten in silence."
        ),
    ] = SourceKind.RUNTIME_WARNINGS,
    engine: Annotated[str | None, typer.Option(help="Only records of this engine.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the rules there instead of printing them.")
    ] = None,
    append: Annotated[bool, typer.Option("--append", help="Add the rules to rules/, after all that is there.")] = False,
    confirm: Annotated[
        bool,
        typer.Option("--confirm", help="Replay each rule against the live library first, and say what came of it."),
    ] = False,
    env: EnvOption = EnvironmentKind.VENV,
    output: FormatOption = Format.TEXT,
) -> int:
    """Turn what ran into rules: the condition of everything that was said, raised or rewritten and no rule explains.

    Prints YAML for rules/; what the study cannot tell goes to standard error. With --append, only rules that replay did not
    refute are added.
    """
    from llem_rules.cli.gapwork import How, report

    how = How(source.value, engine, out, append=append, confirm=confirm, kind=env.value, as_json=output is Format.JSON)
    return report(study_dir or [Path()], how)
