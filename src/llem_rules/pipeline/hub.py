"""GitHub through PyGithub: opening a repository, and its failures as sentences.

PyGithub over githubkit: it needs only synchronous calls, follows pages, waits out rate limits and retries what a server dropped
by itself (``GithubRetry``), and its models are a tenth of the size. ``GITHUB_API_URL`` says which server: GitHub
Enterprise has its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llem_rules.rules.failure import NOT_CHECKED, Failure

if TYPE_CHECKING:
    from github import GithubException
    from github.PullRequest import PullRequest
    from github.Repository import Repository

PUBLIC = "https://api.github.com"


@dataclass(frozen=True)
class Where:
    """Which repository on which server, and how patiently. ``pace``: seconds between two writes, as GitHub asks for."""

    repository: str
    token: str | None
    api: str = PUBLIC
    pace: float = 1.0
    retries: int = 6


def from_environment(repository: str | None = None) -> Where:
    """As GitHub's own runners say it: ``GITHUB_REPOSITORY``, ``GITHUB_TOKEN``, ``GITHUB_API_URL``.

    Raises:
        Failure: (2) no repository is named.
    """
    name = repository or os.environ.get("GITHUB_REPOSITORY")
    if not name or name.count("/") != 1:
        said = f"{name!r} is no repository" if name else "no repository is named"
        raise Failure(said, hint="give --repository OWNER/NAME, or set GITHUB_REPOSITORY")
    pace = float(os.environ.get("LLEM_CI_PACE", "1.0"))
    return Where(name, os.environ.get("GITHUB_TOKEN") or None, os.environ.get("GITHUB_API_URL", PUBLIC), pace)


@contextmanager
def opened(where: Where) -> Iterator[Repository]:
    """The repository, as long as the block lasts.

    Raises:
        Failure: (3) the server said no, or could not be reached; the sentence says what.
    """
    try:
        from github import Auth, Github, GithubException, GithubRetry
        from requests import RequestException
    except ImportError as error:
        raise Failure("GitHub's client is not installed", hint="pip install 'llem-rules[ci]'") from error
    auth = Auth.Token(where.token) if where.token else None
    retry = GithubRetry(total=where.retries, backoff_factor=where.pace / 2, allowed_methods=None)
    client = Github(
        auth=auth,
        base_url=where.api,
        retry=retry,
        per_page=100,
        timeout=30,
        seconds_between_requests=where.pace / 4,
        seconds_between_writes=where.pace,
        lazy=True,
    )
    try:
        yield client.get_repo(where.repository)
    except GithubException as error:
        said = f"GitHub answered {error.status}: {reason_of(error)}"
        raise Failure(said, hint=_hint(error.status), code=NOT_CHECKED) from error
    except RequestException as error:
        raise Failure(f"{where.api} cannot be reached: {error}", code=NOT_CHECKED) from error
    finally:
        client.close()


def reason_of(error: GithubException) -> str:
    """What GitHub says of a refusal. GraphQL answers with a list of reasons where the rest of the API has one message."""
    if error.message:
        return str(error.message)
    said = error.data.get("errors", ()) if isinstance(error.data, dict) else ()
    return (
        "; ".join(str(one["message"]) for one in said if isinstance(one, dict) and "message" in one)
        or "no reason given"
    )


def _hint(status: int) -> str | None:
    if status in {401, 403}:
        return "this job's token lacks the permission; a fork's never has it, and the report workflow speaks for it"
    return "is the repository's name right, and may the token see it?" if status == 404 else None


def is_current(pull: PullRequest, head: str) -> bool:
    """Whether a pull request is open and still at that commit: what is older must not speak over what is newer."""
    return bool(pull.state == "open" and pull.head.sha == head)
