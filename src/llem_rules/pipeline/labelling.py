"""Labels of a pull request: each cell adds its own, and the roll-up makes the set true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llem_rules.graph.labels import LABELS, roll_up
from llem_rules.graph.step import Step
from llem_rules.pipeline.hub import is_current

if TYPE_CHECKING:
    from github.Repository import Repository

BLOCKED, SAFE, ACCEPTED = "probe-blocked", "safe-bump", "accept-probe-fail"
STATUS = "llem-rules/validated-image"


@dataclass(frozen=True)
class Labelled:
    """What was changed. ``current``: whether the pull request still stood at the commit that was looked at."""

    current: bool
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def add_own(repository: Repository, number: int, step: Step, head: str, *, dry_run: bool = False) -> Labelled:
    """Add what one cell earned. What it no longer earns goes with the roll-up, which knows the other cells."""
    pull = repository.get_pull(number)
    if not is_current(pull, head):
        return Labelled(current=False)
    wanted: set[str] = {*step.labels, *((BLOCKED,) if step.blocked else ())}
    return _apply(repository, number, wanted - {SAFE}, set[str](), dry_run=dry_run)


def set_roll_up(
    repository: Repository, number: int, steps: Sequence[Step], heads: Sequence[str], *, dry_run: bool = False
) -> Labelled:
    """Put on exactly what all cells together earned. ``heads``: the commit looked at, and the one written for it.

    A ``probe-blocked`` that a person put on stays, and there is no ``safe-bump`` beside it.
    """
    pull = repository.get_pull(number)
    if not any(is_current(pull, head) for head in heads):
        return Labelled(current=False)
    wanted: set[str] = set(roll_up(steps))
    there = {one.name for one in pull.get_labels()}
    if BLOCKED in there and BLOCKED not in wanted and _last_put_on_by_person(repository, number):
        wanted = (wanted | {BLOCKED}) - {SAFE}
    return _apply(repository, number, wanted, {str(one) for one in LABELS} - wanted, dry_run=dry_run)


def blocks(step: Step, labels: Sequence[str], *, policy_blocks: bool) -> bool:
    """Whether the check is red."""
    return bool(step.blocked) and policy_blocks and ACCEPTED not in labels


def _apply(repository: Repository, number: int, wanted: set[str], unwanted: set[str], *, dry_run: bool) -> Labelled:
    from github import UnknownObjectException

    issue = repository.get_issue(number)
    there = {one.name for one in issue.get_labels()}
    added, removed = sorted(wanted - there), sorted(unwanted & there)
    if not dry_run:
        # The bad news first: there is no moment with a safe-bump that is none.
        for name in sorted(removed, key=lambda one: one != SAFE):
            try:
                issue.remove_from_labels(name)
            except UnknownObjectException:
                continue  # somebody took it off meanwhile
        if added:
            issue.add_to_labels(*added)
    return Labelled(True, tuple(added), tuple(removed))


def _last_put_on_by_person(repository: Repository, number: int) -> bool:
    events: list[Any] = [
        one
        for one in repository.get_issue(number).get_events()
        if one.event == "labeled" and one.label is not None and one.label.name == BLOCKED
    ]
    return bool(events) and events[-1].actor is not None and events[-1].actor.type != "Bot"


def tell_validated(repository: Repository, commits: Sequence[str], engine: str, digest: str) -> None:
    """Say on commits in which image their artefacts were made: ``publish`` asks for it after the merge."""
    for commit in dict.fromkeys(commits):
        repository.get_commit(commit).create_status("success", description=digest, context=f"{STATUS}/{engine}")
