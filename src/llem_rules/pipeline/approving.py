"""``/approve-reuse ENGINE PRODUCER`` in a comment: the only slash command there is."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from llem_rules.corpus.compat import Compatibility
from llem_rules.corpus.pins import widen_pin
from llem_rules.corpus.reader import parse_yaml
from llem_rules.corpus.versions import PRODUCERS, versions_from
from llem_rules.engines.base import Producer
from llem_rules.pipeline import paths
from llem_rules.pipeline.git import Repository as Clone
from llem_rules.rules.failure import Failure

if TYPE_CHECKING:
    from github.Repository import Repository

COMMAND = re.compile(r"^(?:@llem-ci-bot[ \t]+)?/approve-reuse[ \t]+([a-z0-9_]+)[ \t]+([a-z]+)[ \t]*$")
_MAY = {"admin", "maintain", "write"}
TRIES = 4
State = Literal["approved", "already", "refused", "ignored", "superseded"]


@dataclass(frozen=True)
class Answer:
    """What became of a comment, and the sentence that is answered (none to what was no command)."""

    state: State
    said: str = ""
    commit: str | None = None


@dataclass(frozen=True)
class Request:
    """The command that stands in a comment."""

    number: int
    login: str
    engine: str
    producer: Producer


def event_in(path: Path) -> Mapping[str, Any]:
    """An ``issue_comment`` event as GitHub's runner leaves it.

    Raises:
        Failure: (2) the file is no such event.
    """
    hint = "GITHUB_EVENT_PATH names it in a workflow that runs on issue_comment"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failure(f"{path} is not JSON: {error}", hint=hint) from error
    issue, comment = (found.get(name) if isinstance(found, dict) else None for name in ("issue", "comment"))
    if not isinstance(issue, dict) or not isinstance(comment, dict) or not isinstance(comment.get("user"), dict):
        raise Failure(f"{path} is no issue_comment event", hint=hint)
    event: Mapping[str, Any] = found
    return event


def request_in(event: Mapping[str, Any]) -> Request | None:
    """The command in an ``issue_comment`` event; None where there is none. Only the first line is looked at."""
    issue, said = event["issue"], event["comment"]
    if event.get("action") != "created" or "pull_request" not in issue or said["user"].get("type") == "Bot":
        return None
    lines = str(said.get("body") or "").strip().splitlines()
    found = COMMAND.match(lines[0].strip()) if lines else None
    producer = next((one for one in PRODUCERS if found and one == found[2]), None)
    if found is None or producer is None:
        return None
    return Request(int(issue["number"]), str(said["user"]["login"]), found[1], producer)


def approve(repository: Repository, clone: Clone, request: Request, *, dry_run: bool = False) -> Answer:
    """Widen the pin on the pull request's branch, where the one who asks may write and only the pin is in the way.

    Nothing of the branch is run: its versions file and probe results are read as data. Where the branch goes on meanwhile (the
    pin of the other producer was widened, most often) all of it is looked at again, as long as the version is the same.
    """
    permission = repository.get_collaborator_permission(request.login)
    if permission not in _MAY:
        return Answer("refused", f"@{request.login} has no write rights here: nothing was changed.")
    versions = set()
    for _ in range(TRIES):
        seen = _look(repository, clone, request)
        if isinstance(seen, Answer):
            return seen
        versions.add(seen.version)
        if len(versions) > 1:
            break  # another bump than the one that was approved of
        before, after, changed = _widened(seen, request.producer)
        if before == after:
            return Answer("already", f"The pin of {request.producer} covers this version already: `{before}`.")
        paths.refuse_others("approve-reuse", request.engine, [seen.path])
        said = f"chore({request.engine}): reuse {request.producer}\n\nApproved-by: {request.login}\n"
        commit = clone.commit(seen.head, {seen.path: clone.add_blob(changed)}, said, seen.head)
        if dry_run or clone.push(commit, f"refs/heads/{seen.branch}", seen.head):
            return Answer("approved", f"The pin of {request.producer} is now `{after}` (it was `{before}`).", commit)
    said = "The branch went on meanwhile: nothing was changed. Say it again where it still holds."
    return Answer("superseded", said)


@dataclass(frozen=True)
class _Seen:
    """A branch as it stands: its versions file, and the version that it brings."""

    branch: str
    head: str
    path: str
    text: bytes
    version: str


def _look(repository: Repository, clone: Clone, request: Request) -> _Seen | Answer:
    """The branch, or the answer where nothing can be done on it."""
    pull = repository.get_pull(request.number)
    if pull.state != "open":
        return Answer("refused", "This pull request is closed: nothing was changed.")
    if pull.head.repo is None or pull.head.repo.full_name != pull.base.repo.full_name:
        return Answer(
            "refused", "The branch lies in a fork, where this bot may not write: widen the pin there by hand."
        )
    head, branch = pull.head.sha, pull.head.ref
    clone.fetch(f"refs/heads/{branch}")
    path = f"engine_versions/{request.engine}.yaml"
    text = clone.blob(head, path) if clone.has(head) else None
    if text is None:
        return Answer("refused", f"There is no {path} on this branch.")
    versions, _ = versions_from(parse_yaml(text.decode("utf-8", "replace"), path), Path(path))
    if versions is None:
        return Answer("refused", f"{path} is not readable on this branch: `llem-rules lint` says why.")
    version = versions.library.current_version
    refusal = _in_the_way(clone, head, request, version)
    return Answer("refused", refusal) if refusal is not None else _Seen(branch, head, path, text, version)


def _in_the_way(clone: Clone, head: str, request: Request, version: str) -> str | None:
    """Why no pin helps; None where one does."""
    probes = clone.blob(head, f"engine_versions/{request.engine}.compat.json")
    try:
        known = Compatibility.model_validate_json(probes) if probes else Compatibility(engine=request.engine)
    except ValueError:
        return f"engine_versions/{request.engine}.compat.json is not readable on this branch."
    result = known.result(version, request.producer)
    if result is None:
        return "No probe of this version is on the branch yet: wait until the pipeline has written it back."
    if "landmark-missing" in result.reasons:
        gone = ", ".join(f"`{one.landmark}`" for one in result.missing[:5])
        return f"A landmark is missing ({gone}): no pin mends that, only a change of the producer."
    return None


def _widened(seen: _Seen, producer: Producer) -> tuple[str, str, bytes]:
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / Path(seen.path).name
        path.write_bytes(seen.text)
        before, after = widen_pin(path, producer, seen.version)
        return before, after, path.read_bytes()
