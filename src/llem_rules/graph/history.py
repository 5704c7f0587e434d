"""The version before: the newest commit whose corpus is about another version of the library."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from llem_rules.corpus.locate import Project
from llem_rules.corpus.rulebook import VALIDATED
from llem_rules.rules.failure import Failure

_GIT_S = 60
_MOST_COMMITS = 500
_VERSION = re.compile(r"^  library_version: ['\"]?([^'\"\s]+)", re.MULTILINE)


def version_before(engine: str, project: Project, version: str | None) -> str | None:
    """A commit that holds the corpus of the version before; None where the history knows none.

    Raises:
        Failure: (2) the history is cut off before one was found, so that nobody knows.
    """
    path = f"corpus/{engine}/{VALIDATED}"
    for commit in _lines(project.root, "log", f"-{_MOST_COMMITS}", "--format=%H", "--", path):
        head = "\n".join(_lines(project.root, "show", f"{commit}:./{path}", most=40))
        found = _VERSION.search(head)
        if found is not None and found[1] != version:
            return commit
    if _lines(project.root, "rev-parse", "--is-shallow-repository") == ["true"]:
        hint = "git fetch --unshallow, or say which one with --base"
        raise Failure(f"the history here is cut off before another version of {engine}", hint=hint)
    return None


def _lines(root: Path, *arguments: str, most: int | None = None) -> list[str]:
    """What git prints; nothing where there is no git, no repository, or no such object."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], check=False, capture_output=True, timeout=_GIT_S, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.splitlines()[:most] if done.returncode == 0 else []
