"""GitHub's auto-merge: armed for a safe bump on which nobody but bots has committed, and disarmed where that is over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llem_rules.pipeline import paths
from llem_rules.pipeline.git import BOT
from llem_rules.pipeline.hub import is_current, reason_of
from llem_rules.pipeline.labelling import SAFE

if TYPE_CHECKING:
    from github.Commit import Commit
    from github.PullRequest import PullRequest
    from github.Repository import Repository

UPDATERS = ("renovate[bot]",)


@dataclass(frozen=True)
class Merging:
    """Whether auto-merge is armed now, and the sentence that says so, or why it is not."""

    armed: bool
    said: str


def settle(repository: Repository, number: int, heads: Sequence[str]) -> Merging:
    """Arm auto-merge where it may be, and disarm it where it was armed and may not be any more.

    ``heads``: the commits that were judged. The checks still have to pass: GitHub waits for them.
    """
    from github import GithubException

    pull = repository.get_pull(number)
    against = _against(pull, heads)
    if against is not None:
        if pull.auto_merge:
            pull.disable_automerge()
            return Merging(False, f"auto-merge was taken back: {against}")
        return Merging(False, f"auto-merge is not armed: {against}")
    try:
        pull.enable_automerge(merge_method="SQUASH", expected_head_oid=pull.head.sha)
    except GithubException as error:
        # The repository does not allow it, or nothing is left to wait for. A person can always merge by hand.
        return Merging(False, f"auto-merge is not armed: GitHub says: {reason_of(error)}")
    return Merging(True, "auto-merge is armed")


def _against(pull: PullRequest, heads: Sequence[str]) -> str | None:
    """Why a pull request may not merge by itself; None where it may."""
    if not any(is_current(pull, head) for head in heads):
        return "the branch went on"
    if pull.user.login not in UPDATERS:
        return f"the pull request is {pull.user.login}'s"
    if SAFE not in {one.name for one in pull.get_labels()}:
        return f"it is no {SAFE}"
    for one in pull.get_commits():
        writer = _writer(one)
        if writer is None:
            return f"{one.sha[:12]} is not by Renovate or the bot"
        # A name in a commit is a claim that anybody can make. What a bot would never touch shows that it was not one.
        strange = [file.filename for file in one.files if not _may(writer, file.filename)]
        if strange:
            return f"{one.sha[:12]} says that it is a bot's, and changes {strange[0]}"
    return None


def _writer(commit: Commit) -> tuple[paths.Writer, ...] | None:
    """As what a commit's author may write; None for a person."""
    if commit.author is not None and commit.author.login in UPDATERS:
        return ("renovate",)
    return ("writeback", "approve-reuse") if commit.commit.author.email == BOT.email else None


def _may(writers: Sequence[paths.Writer], path: str) -> bool:
    rows = (row for writer in writers for row in paths.rows(writer))
    return any(re.fullmatch(re.escape(row.path).replace(r"\{engine\}", "[a-z0-9_-]+"), path) for row in rows)
