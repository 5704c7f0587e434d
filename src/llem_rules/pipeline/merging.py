"""Arming GitHub's auto-merge: only for a safe bump on which nobody but bots has committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llem_rules.pipeline.git import BOT
from llem_rules.pipeline.labelling import SAFE

if TYPE_CHECKING:
    from github.Repository import Repository

UPDATERS = ("renovate[bot]",)


def arm(repository: Repository, number: int) -> bool:
    """Arm it where it may be. Returns whether it is. The checks still have to pass: GitHub waits for them."""
    pull = repository.get_pull(number)
    labels = {one.name for one in pull.get_labels()}
    if pull.user.login not in UPDATERS or SAFE not in labels:
        return False
    for one in pull.get_commits():
        login = one.author.login if one.author is not None else None
        ours = one.commit.author.email == BOT.email
        if login not in UPDATERS and not ours:
            return False
    pull.enable_automerge(merge_method="SQUASH", expected_head_oid=pull.head.sha)
    return True
