"""The roll-up: what all cells of a cycle earned together, told once their commit is on the branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from llem_rules.pipeline.cells import Cell, Cycle
from llem_rules.pipeline.git import Repository as Clone
from llem_rules.pipeline.labelling import Labelled, set_roll_up, tell_validated
from llem_rules.pipeline.merging import Merging, settle
from llem_rules.pipeline.writeback import write_back

if TYPE_CHECKING:
    from github.Repository import Repository


@dataclass(frozen=True)
class RolledUp:
    """What became of a roll-up.

    ``waiting``: cells are missing, or their commit is not on the branch yet. ``superseded``: the branch went on.
    ``gone``: it is no more. ``labelled``: the labels are those that the cells earned.
    """

    state: Literal["waiting", "superseded", "gone", "labelled"]
    missing: tuple[Cell, ...] = ()
    labels: Labelled | None = None
    merging: Merging | None = None


def roll_up(
    repository: Repository, clone: Clone, cycle: Cycle, *, automerge: bool = False, dry_run: bool = False
) -> RolledUp:
    """Labels of the whole, the image that was validated, and auto-merge. Doing it again changes nothing.

    Raises:
        Failure: as ``write_back``.
    """
    outcome = write_back(clone, cycle, dry_run=True)
    if outcome.state in {"waiting", "written"}:
        # "written" in a dry run: it would be. The labels never come before the commit.
        return RolledUp("waiting", outcome.missing)
    if not outcome.finished:
        return RolledUp("gone" if outcome.state == "gone" else "superseded")
    heads = list(dict.fromkeys([cycle.head, *([outcome.commit] if outcome.commit else [])]))
    done = set_roll_up(repository, cycle.number, outcome.steps, heads, dry_run=dry_run)
    if not done.current:
        return RolledUp("superseded")
    if dry_run:
        return RolledUp("labelled", labels=done)
    if not any(step.blocked for step in outcome.steps):
        for engine, digest in outcome.images:
            tell_validated(repository, heads, engine, digest)
    return RolledUp("labelled", labels=done, merging=settle(repository, cycle.number, heads) if automerge else None)
