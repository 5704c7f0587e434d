"""Making and running a plan from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from llem_rules.corpus.locate import Project
from llem_rules.corpus.versions import engine_names
from llem_rules.pipeline.cells import Cell
from llem_rules.pipeline.cluster import Ran, run_here, run_on_dask
from llem_rules.pipeline.git import Repository
from llem_rules.pipeline.plan import MOST_SHARDS, Plan, engines_of


def chosen(project: Project, base: str | None) -> list[str]:
    """The engines whose files changed since a commit; all, where none is given."""
    known = engine_names(project)
    if base is None:
        return known
    changed = Repository(project.root).git("diff", "--name-only", f"{base}...HEAD").splitlines()
    return engines_of(changed, known)


def versions_of(engines: Sequence[str], at: Sequence[str]) -> dict[str, list[str]]:
    """Versions by engine, from ``ENGINE=V``, or ``V`` where there is one engine.

    Raises:
        typer.BadParameter: it is not clear whose version one is.
    """
    found: dict[str, list[str]] = {}
    for one in at:
        engine, _, version = one.rpartition("=")
        if not engine and len(engines) != 1:
            raise typer.BadParameter(f"--at {one}: of which engine? write --at ENGINE={one}")
        engine = engine or engines[0]
        if engine not in engines:
            raise typer.BadParameter(f"--at {one}: {engine} is not planned")
        found.setdefault(engine, []).append(version)
    return found


def job_outputs(plan: Plan, room: str = "") -> str:
    """What the jobs after it read: one matrix a job, the cells' names, and the engine that is built, with its image's place."""
    built = {one.engine: one.version for one in plan.cells if one.source == "first_party"}
    rows = {
        "invariants_others": plan.matrix(source="upstream", concern="invariants"),
        "schemas_others": plan.matrix(source="upstream", concern="schemas"),
        "invariants_built": plan.matrix(source="first_party", concern="invariants"),
        "schemas_built": plan.matrix(source="first_party", concern="schemas"),
        "first_party": {"include": [{"engine": engine, "version": version} for engine, version in built.items()]},
        "replays": plan.replay_matrix(),
    }
    lines = [f"{name}={json.dumps(matrix, separators=(',', ':'))}" for name, matrix in rows.items()]
    lines.append(f"cells={','.join(str(Cell(one.engine, one.concern)) for one in plan.cells)}")
    lines.append(f"room={room.lower()}")
    # One engine is built here; a second one would make its build job a matrix over `first_party`.
    lines.append(f"first_party_version={next(iter(built.values()), '')}")
    lines += [f"{name}_any={str(bool(matrix['include'])).lower()}" for name, matrix in rows.items()]
    return "\n".join(lines) + "\n"


def too_small(plan: Plan, most_s: float) -> str | None:
    """What to know where no split keeps every job as short as was asked for."""
    longest = max((one.seconds for one in plan.replays), default=0)
    if longest <= most_s:
        return None
    split = f"no split into at most {MOST_SHARDS} keeps each job below {most_s:.0f} s"
    return f"{split}: the longest takes {longest} s, its own start included"


def execute(plan: Plan, executor: str, scheduler: str | None, folder: Path) -> int:
    """Run the replays of a plan. Returns the worst exit code; what was seen lies in the folder, for `replay merge`."""
    folder.mkdir(parents=True, exist_ok=True)
    commands = [
        (sys.executable, "-m", "llem_rules", "replay", one.engine, "--version", one.version, "--shard", one.shard,
         "--output", str(folder / f"{one.engine}-{one.version}.{one.shard.replace('/', '-of-')}.json"))
        for one in plan.replays
    ]  # fmt: skip
    if executor == "dask":
        if scheduler is None:
            raise typer.BadParameter("--executor dask goes with --scheduler ADDRESS")
        results = run_on_dask(commands, _tell, scheduler=scheduler)
    else:
        results = run_here(commands, _tell)
    return max((one.code for one in results), default=0)


def _tell(one: Ran) -> None:
    typer.echo(f"{'done' if one.code == 0 else f'exit {one.code}'}: {' '.join(one.command[2:])}", err=True)
    if one.code:
        typer.echo(one.said, err=True)
