"""``ci plan`` and ``ci cell``: what is to run, and running one of it."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from llem_rules.cli.ci_options import HeadOption, show
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption, GpusOption


class Executor(StrEnum):
    """Who runs the replays of a plan."""

    NONE = "none"
    HERE = "here"
    DASK = "dask"


class Matrix(StrEnum):
    """What GitHub makes jobs of."""

    CELLS = "cells"
    REPLAYS = "replays"


def plan(
    engines: Annotated[
        list[str] | None, typer.Argument(metavar="[ENGINE]...", help="Default: by what changed.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REF", help="Engines whose files changed since there. Default: every one.")
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="[ENGINE=]V", help="Replay this version, too; may be given several times."),
    ] = None,
    room: Annotated[
        str, typer.Option("--room", metavar="REGISTRY/OWNER/NAME", help="Where first-party images lie.")
    ] = "",
    costs: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Recorded costs of other machines.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="The longest that one job should take.")] = 20,
    github_output: Annotated[
        Path | None, typer.Option("--github-output", metavar="FILE", help="Append the matrices there, as job outputs.")
    ] = None,
    matrix: Annotated[
        Matrix | None, typer.Option(help="Print nothing but this matrix, as strategy.matrix takes it.")
    ] = None,
    executor: Annotated[Executor, typer.Option(help="Run the replays: here, or on a Dask cluster.")] = Executor.NONE,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of the Dask cluster, such as tcp://host:8786.")
    ] = None,
    to: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where an executor leaves what it saw; shared by the workers.")
    ] = Path("shards"),
    output: FormatOption = Format.TEXT,
) -> int:
    """Say what a pull request has to run: cells, and replays (engine, version, shard) sized by recorded costs."""
    from llem_rules.cli import ci_planning
    from llem_rules.corpus.locate import find_project
    from llem_rules.pipeline.plan import make_plan

    project = find_project()
    chosen = engines or ci_planning.chosen(project, base)
    versions = ci_planning.versions_of(chosen, at or ())
    made = make_plan(project, chosen, versions=versions, room=room, costs=costs, most_s=round(minutes * 60))
    if github_output is not None:
        with github_output.open("a", encoding="utf-8") as file:
            file.write(ci_planning.job_outputs(made, room))
    if matrix is not None:
        typer.echo(json.dumps(made.matrix() if matrix is Matrix.CELLS else made.replay_matrix()))
        return 0
    cells: list[dict[str, Any]] = [{"job": "cell", **one.model_dump(mode="json")} for one in made.cells]
    replays: list[dict[str, Any]] = [{"job": "replay", **one.model_dump(mode="json")} for one in made.replays]
    code = 0
    if executor is not Executor.NONE:
        code = ci_planning.execute(made, executor.value, scheduler, to.absolute())
    state = "nothing" if not cells else "planned" if executor is Executor.NONE else "failed" if code else "ran"
    show("plan", state, cells + replays, output, said=ci_planning.too_small(made, minutes * 60))
    return code


def cell(
    name: Annotated[str, typer.Argument(metavar="ENGINE-CONCERN", help="The cell, as `ci plan` lists it.")],
    base: Annotated[str, typer.Option(metavar="REF|FOLDER", help="What is compared with.")],
    head: HeadOption,
    to: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the artefact goes.")] = Path("cell"),
    env: EnvOption = EnvironmentKind.VENV,
    gpus: GpusOption = "none",
    output: FormatOption = Format.TEXT,
) -> int:
    """Probe, mine or discover, replay, diff, digests, artefact. A failed probe ends it there, and is no error here."""
    from llem_rules.pipeline.cells import cell_named
    from llem_rules.pipeline.running import run_cell

    one = cell_named(name)
    result = run_cell(one, base, head, to, env=env.value, gpus=gpus, tell=lambda text: typer.echo(text, err=True))
    state = "blocked" if result.step.blocked else "ran"
    item = {"cell": name, "changes": len(result.step.changes), "breaking": result.step.breaking}
    show("cell", state, [item], output, labels=result.step.labels, said=result.step.blocked)
    return 0
