"""One comment for each cell: made, edited in place, and never two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from llem_rules.pipeline.cells import Cell
from llem_rules.pipeline.hub import is_current
from llem_rules.pipeline.texts import key, nothing

if TYPE_CHECKING:
    from github.IssueComment import IssueComment
    from github.Repository import Repository

Done = Literal["created", "edited", "unchanged", "suppressed", "superseded"]


def upsert(
    repository: Repository, number: int, cell: Cell, head: str, text: str | None, *, dry_run: bool = False
) -> Done:
    """Say it once. ``text`` None: there is nothing to say, and nothing is, unless an earlier comment has to be taken back.

    An artefact of another head than the pull request's is not told: a newer run speaks, or will.
    """
    pull = repository.get_pull(number)
    if not is_current(pull, head):
        return "superseded"
    issue = repository.get_issue(number)
    found = _mine(list(issue.get_comments()), cell)
    body = nothing(cell, head) if text is None else text
    if not found:
        if text is None:
            return "suppressed"
        if not dry_run:
            issue.create_comment(body)
            _only_first(_mine(list(issue.get_comments()), cell))
        return "created"
    # A list may come from a cache: what the comment says now is asked of the comment itself.
    mine = repository.get_issue(number).get_comment(found[0].id)
    same = mine.body.replace("\r\n", "\n").strip() == body.strip()
    if not dry_run:
        _only_first(found)
        if not same:
            mine.edit(body)
    return "unchanged" if same else "edited"


def _mine(comments: list[IssueComment], cell: Cell) -> list[IssueComment]:
    """The comments with the cell's key, the oldest first. Only a bot's count: anybody may paste a key."""
    wanted = key(cell)
    mine = [one for one in comments if one.body.lstrip().startswith(wanted) and one.user.type == "Bot"]
    return sorted(mine, key=lambda one: one.id)


def _only_first(comments: list[IssueComment]) -> None:
    """Two runs at once may both have made one. Both keep the same: the oldest."""
    from github import UnknownObjectException

    for one in comments[1:]:
        try:
            one.delete()
        except UnknownObjectException:
            continue  # the other run was quicker
