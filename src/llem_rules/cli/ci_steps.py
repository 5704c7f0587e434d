"""The pull-request commands' work: artefacts in, the state of the pull request out."""

from __future__ import annotations

from pathlib import Path

import typer

from llem_rules.cli.ci_options import show
from llem_rules.cli.options import Format
from llem_rules.corpus.compat import ProbeResult
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.versions import engine_names
from llem_rules.graph.step import Step, read_step
from llem_rules.pipeline import rolling, texts
from llem_rules.pipeline.cells import ROOM, Cycle, cell_named, publish
from llem_rules.pipeline.cells import forget as forget_refs
from llem_rules.pipeline.git import Repository
from llem_rules.pipeline.hub import from_environment, opened
from llem_rules.pipeline.labelling import Labelled
from llem_rules.pipeline.untrusted import checked_step
from llem_rules.pipeline.writeback import write_back
from llem_rules.rules.failure import Failure


def step_in(path: Path, head: str, *, untrusted: bool) -> Step:
    """The artefact in a file."""
    return checked_step(path, head, engine_names()) if untrusted else read_step(path)


def comment_text(step: Step, report: Path | None, probe: Path | None) -> str | None:
    """The comment of a cell.

    Raises:
        Failure: (2) the probe's file holds no probe result.
    """
    result = _probe_in(probe) if probe is not None and step.blocked else None
    told = report.read_text(encoding="utf-8") if report is not None and step.changes else ""
    return texts.comment(step, result, told)


def _probe_in(path: Path) -> ProbeResult:
    try:
        return ProbeResult.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise Failure(f"{path} holds no probe result", hint="`ci cell` leaves it as probe.json") from error


def leave(pull: int, remote: str, output: Format, *, dry_run: bool) -> int:
    """Delete the refs of a closed pull request."""
    clone = Repository(find_project().root, remote)
    refs = sorted(clone.remote_refs(f"{ROOM}/{pull}/*")) if dry_run else forget_refs(clone, pull)
    show("writeback", "forgotten", [{"ref": ref} for ref in refs], output, dry_run=dry_run)
    return 0


def write(
    cycle: Cycle,
    cell: str | None,
    step: Path | None,
    files: Path | None,
    image: str | None,
    remote: str,
    output: Format,
    *,
    dry_run: bool,
) -> int:
    """Publish a cell, and write back where it was the last one. ``files``: where its artefacts lie; here, if nowhere else."""
    root = find_project().root
    clone = Repository(root, remote)
    if (cell is None) != (step is None):
        raise typer.BadParameter("--publish and --step go together")
    if cell is not None and step is not None and not dry_run:
        publish(clone, cycle, cell_named(cell), files or root, read_step(step), image or None)
    outcome = write_back(clone, cycle, dry_run=dry_run)
    items = [{"file": file} for file in outcome.files] + [{"missing": str(one)} for one in outcome.missing]
    show("writeback", outcome.state, items, output, commit=outcome.commit, dry_run=dry_run)
    return 0


def roll_up(cycle: Cycle, remote: str, name: str | None, output: Format, *, automerge: bool, dry_run: bool) -> int:
    """Labels of the whole, once the write-back is over."""
    clone = Repository(find_project().root, remote)
    with opened(from_environment(name)) as hub:
        done = rolling.roll_up(hub, clone, cycle, automerge=automerge, dry_run=dry_run)
    labels = done.labels or Labelled(current=False)
    said = done.merging.said if done.merging is not None else None
    items = [{"missing": str(one)} for one in done.missing]
    show("rollup", done.state, items, output, labels=labels.added, removed=labels.removed, said=said, dry_run=dry_run)
    return 0
