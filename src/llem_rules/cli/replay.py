"""``llem-rules replay``: every rule's cases against the live library."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, GpusOption, OutputOption, VersionOption


class ReplayFormat(StrEnum):
    """Text for people, JSON for programs, JUnit and GitHub annotations for continuous integration."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    GITHUB = "github"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("replay"))(replay)


def replay(
    engines: Annotated[list[str] | None, typer.Argument(metavar="[ENGINE]...", help="Default: every engine.")] = None,
    env: EnvOption = EnvironmentKind.VENV,
    gpus: GpusOption = "none",
    version: VersionOption = None,
    to: OutputOption = None,
    proposed: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, metavar="FILE", help="Mined rules from there, as mine -o wrote them."
        ),
    ] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", metavar="GLOB", help="Only rules of these ids.")] = None,
    output: Annotated[ReplayFormat, typer.Option("--format", help="How to report.")] = ReplayFormat.TEXT,
    fail_on_divergence: Annotated[bool, typer.Option(help="Whether a divergence makes the exit code 1.")] = True,
    write: Annotated[bool, typer.Option(help="Whether to write the evidence into corpus/.")] = True,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask the library everything again, remembering nothing.")
    ] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Cases at once. Default: one a core.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Longest time of one case.")] = 30.0,
) -> int:
    """Run every rule's cases against the live library and keep what was seen as evidence.

    Of another version than the pinned one, or of other mined rules, nothing is kept, unless a place is given.
    """
    from llem_rules.cli.replaying import exit_code, replay_engine
    from llem_rules.corpus.versions import engine_names
    from llem_rules.environments import Limits

    limits = Limits(timeout_s=timeout) if jobs is None else Limits(timeout_s=timeout, jobs=jobs)
    names = engines or engine_names()
    if (version is not None or to is not None or proposed is not None) and len(names) != 1:
        raise typer.BadParameter("--version, --output and --proposed go with one engine")
    globs = tuple(rule or ())
    reports = [
        replay_engine(
            name, env, globs, limits, version=version, gpus=gpus, write=write, to=to, proposed=proposed, fresh=fresh
        )
        for name in dict.fromkeys(names)
    ]
    asked = [report for report in reports if report.counts()["total"]]
    if output is ReplayFormat.TEXT:
        from llem_rules.reporting.console import console
        from llem_rules.reporting.replay_text import print_reports

        print_reports(reports if engines else asked, console())
    else:
        typer.echo(_rendered(output, reports), nl=False)
    return exit_code(reports, fail_on_divergence=fail_on_divergence)


def _rendered(output: ReplayFormat, reports: list) -> str:  # type: ignore[type-arg]
    from llem_rules.reporting import replay_ci
    from llem_rules.reporting.replay_report import document

    match output:
        case ReplayFormat.JUNIT:
            return replay_ci.junit(reports)
        case ReplayFormat.GITHUB:
            return replay_ci.github(reports)
    import json

    return json.dumps(document(reports), indent=1) + "\n"
