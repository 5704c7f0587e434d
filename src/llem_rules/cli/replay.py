"""``llem-rules replay``: every rule's cases against the live library."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import (
    EnvironmentKind,
    EnvOption,
    GearKind,
    GearOption,
    GpusOption,
    OutputOption,
    VersionOption,
)

if TYPE_CHECKING:
    from llem_rules.cli.replaying import How
    from llem_rules.reporting.replay_report import EngineReport

MERGE = "replay merge"  # one name of two words: engines stand where a group's commands would


class ReplayFormat(StrEnum):
    """Text for people, JSON for programs, JUnit and GitHub annotations for continuous integration."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    GITHUB = "github"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("replay"))(replay)
    app.command(MERGE, epilog=epilog(MERGE))(merge)


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
    gear: GearOption = GearKind.FAST,
    sample: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="With --gear fast: the share of cases that is seen in both gears.")
    ] = 0.05,
    wide: Annotated[
        bool, typer.Option("--wide", help="At points of every kind, not only at both sides of each bound.")
    ] = False,
    brought: Annotated[
        Path | None,
        typer.Option("--import", exists=True, dir_okay=False, metavar="FILE", help="What a bundle saw elsewhere."),
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="See only this part of the cases; `replay merge` joins the parts.")
    ] = None,
) -> int:
    """Run every rule's cases against the live library and keep what was seen as evidence.

    Of another version than the pinned one, or of other mined rules, nothing is kept, unless a place is given.
    """
    from llem_rules.cli.replaying import How, exit_code, replay_engine
    from llem_rules.corpus.versions import engine_names
    from llem_rules.environments import Limits

    if brought is not None:
        from llem_rules.cli.importing import import_evidence

        reports = [import_evidence(brought, to=to, write=write)]
        show(reports, reports, output)
        return exit_code(reports, fail_on_divergence=fail_on_divergence)
    limits = Limits(timeout_s=timeout) if jobs is None else Limits(timeout_s=timeout, jobs=jobs)
    names = engines or engine_names()
    if (version is not None or to is not None or proposed is not None) and len(names) != 1:
        raise typer.BadParameter("--version, --output and --proposed go with one engine")
    how = How(
        env,
        limits,
        globs=tuple(rule or ()),
        version=version,
        gpus=gpus,
        write=write,
        to=to,
        proposed=proposed,
        fresh=fresh,
        share=sample if gear is GearKind.FAST else None,
        wide=wide,
    )
    if shard is not None and wide:
        raise typer.BadParameter(
            "--shard and --wide do not go together: the merge makes the plan without the wide points"
        )
    if shard is not None and proposed is not None:
        raise typer.BadParameter("--shard and --proposed do not go together: the merge takes the committed rules")
    if shard is not None:
        return _replay_shard(names, how, shard)
    reports = [replay_engine(name, how) for name in dict.fromkeys(names)]
    show(reports if engines else [one for one in reports if one.counts()["total"]], reports, output)
    return exit_code(reports, fail_on_divergence=fail_on_divergence)


def merge(
    shards: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="What `replay --shard` wrote, each part once.")
    ],
    to: OutputOption = None,
    output: Annotated[ReplayFormat, typer.Option("--format", help="How to report.")] = ReplayFormat.TEXT,
    fail_on_divergence: Annotated[bool, typer.Option(help="Whether a divergence makes the exit code 1.")] = True,
    write: Annotated[bool, typer.Option(help="Whether to write the evidence into corpus/.")] = True,
) -> int:
    """Join the shards of one replay: the same evidence, to the byte, as if one run had seen every case."""
    from llem_rules.cli.merging import merge_shards
    from llem_rules.cli.replaying import exit_code

    reports = [merge_shards(shards, to=to, write=write)]
    show(reports, reports, output)
    return exit_code(reports, fail_on_divergence=fail_on_divergence)


def _replay_shard(names: Sequence[str], how: How, shard: str) -> int:
    from llem_rules.cli.replaying import replay_shard

    number, _, of = shard.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise typer.BadParameter(f"--shard {shard}: it is I/N, the number of the part and how many there are")
    if len(names) != 1:
        raise typer.BadParameter("--shard goes with one engine")
    path, cases = replay_shard(names[0], how, int(number), int(of))
    typer.echo(f"shard {shard} of {names[0]}: {cases:,} cases in {path}")
    typer.echo(f"when all {of} are there: llem-rules replay merge {names[0]}.*-of-{of}.json", err=True)
    return 0


def show(shown: list[EngineReport], reports: list[EngineReport], output: ReplayFormat) -> None:
    """Print reports; as text only those worth a person's time."""
    if output is ReplayFormat.TEXT:
        from llem_rules.reporting.console import console
        from llem_rules.reporting.replay_text import print_reports

        print_reports(shown, console())
    else:
        typer.echo(_rendered(output, reports), nl=False)


def _rendered(output: ReplayFormat, reports: list[EngineReport]) -> str:
    from llem_rules.reporting import replay_ci
    from llem_rules.reporting.replay_report import document

    match output:
        case ReplayFormat.JUNIT:
            return replay_ci.junit(reports)
        case ReplayFormat.GITHUB:
            return replay_ci.github(reports)
    import json

    return json.dumps(document(reports), indent=1) + "\n"
