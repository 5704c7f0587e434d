"""``ci comment``, ``label``, ``writeback`` and ``rollup``: what one cell, and the last of them, do on the pull request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.ci_options import (
    BranchOption,
    CellsOption,
    DryRun,
    HeadOption,
    PullOption,
    RemoteOption,
    RepositoryOption,
    StepOption,
    cycle_of,
    show,
)
from llem_rules.cli.options import Format, FormatOption
from llem_rules.cli.probe import OnFail

Untrusted = Annotated[
    bool,
    typer.Option("--untrusted", help="The artefact comes from a fork: check it, and tell only what is made from it."),
]


def comment(
    pull: PullOption,
    head: HeadOption,
    step: StepOption,
    report: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="What diff --format markdown said.")
    ] = None,
    probe: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="What the probe found, as `ci cell` keeps it."),
    ] = None,
    untrusted: Untrusted = False,
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Say what a cell found: one comment for each cell, edited in place, none where there is nothing to say.

    States: created, edited, unchanged, suppressed (nothing to say), superseded (the pull request went on).
    """
    from llem_rules.cli.ci_steps import comment_text, step_in
    from llem_rules.pipeline.cells import Cell
    from llem_rules.pipeline.comments import upsert
    from llem_rules.pipeline.hub import from_environment, opened

    found = step_in(step, head, untrusted=untrusted)
    text = comment_text(found, None if untrusted else report, None if untrusted else probe)
    with opened(from_environment(repository)) as hub:
        state = upsert(hub, pull, Cell(found.engine, found.concern), head, text, dry_run=dry_run)
    show("comment", state, [], output, dry_run=dry_run, said=text if dry_run else None)
    return 0


def label(
    pull: PullOption,
    head: HeadOption,
    step: StepOption,
    on_fail: Annotated[
        OnFail, typer.Option(help="block: exit 1 where the probe failed, unless accept-probe-fail is on.")
    ] = OnFail.REPORT,
    untrusted: Untrusted = False,
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Put on what a cell earned. States: labelled, superseded (the pull request went on)."""
    from llem_rules.cli.ci_steps import step_in
    from llem_rules.pipeline.hub import from_environment, opened
    from llem_rules.pipeline.labelling import add_own, blocks

    found = step_in(step, head, untrusted=untrusted)
    with opened(from_environment(repository)) as hub:
        done = add_own(hub, pull, found, head, dry_run=dry_run)
        there = [one.name for one in hub.get_issue(pull).get_labels()]
    show("label", "labelled" if done.current else "superseded", [], output, dry_run=dry_run, labels=done.added)
    return int(blocks(found, there, policy_blocks=on_fail is OnFail.BLOCK))


def writeback(
    pull: PullOption,
    head: HeadOption,
    branch: BranchOption = "",
    cells: CellsOption = "",
    publish: Annotated[
        str | None,
        typer.Option(metavar="ENGINE-CONCERN", help="The cell that has just finished here: leave its files first."),
    ] = None,
    step: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="The artefact of that cell.")
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="Where that cell's artefacts lie. Default: this project."
        ),
    ] = None,
    image: Annotated[
        str | None,
        typer.Option(
            "--image", envvar="LLEM_IMAGE", metavar="DIGEST", help="The first-party image that the cell ran in."
        ),
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="The pull request is closed: delete what its cells left.")
    ] = False,
    remote: RemoteOption = "origin",
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Leave this cell's files; the last cell of all commits them at once, to the head that was looked at or not at all.

    States: waiting (for other cells), written, already, unchanged, superseded (the branch went on), gone (it was deleted).
    """
    from llem_rules.cli.ci_steps import leave, write

    if forget:
        return leave(pull, remote, output, dry_run=dry_run)
    return write(cycle_of(pull, branch, head, cells), publish, step, files, image, remote, output, dry_run=dry_run)


def rollup(
    pull: PullOption,
    head: HeadOption,
    branch: BranchOption,
    cells: CellsOption,
    automerge: Annotated[
        bool,
        typer.Option("--automerge", help="Arm GitHub's auto-merge where the bump is safe and only bots committed."),
    ] = False,
    remote: RemoteOption = "origin",
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Put on exactly the labels that all cells earned together, once all of them are there.

    States: waiting, superseded, gone, labelled.
    """
    from llem_rules.cli.ci_steps import roll_up

    cycle = cycle_of(pull, branch, head, cells)
    return roll_up(cycle, remote, repository, output, automerge=automerge, dry_run=dry_run)
