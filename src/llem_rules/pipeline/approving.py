"""``/approve-reuse ENGINE PRODUCER`` in a comment: the only slash command there is."""

from __future__ import annotations

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


def request_in(event: Mapping[str, Any]) -> Request | None:
    """The command in an ``issue_comment`` event; None where there is none. Only the first line is looked at."""
    issue, said = event["issue"], event["comment"]
    if event.get("action") != "created" or "pull_request" not in issue or said["user"].get("type") == "Bot":
        return None
    lines = str(said["body"]).strip().splitlines()
    found = COMMAND.match(lines[0].strip()) if lines else None
    producer = next((one for one in PRODUCERS if found and one == found[2]), None)
    if found is None or producer is None:
        return None
    return Request(int(issue["number"]), str(said["user"]["login"]), found[1], producer)


def approve(repository: Repository, clone: Clone, request: Request, *, dry_run: bool = False) -> Answer:
    """Widen the pin on the pull request's branch, where the one who asks may write and only the pin is in the way.

    Nothing of the branch is run: its versions file and probe results are read as data.
    """
    permission = repository.get_collaborator_permission(request.login)
    if permission not in _MAY:
        return Answer("refused", f"@{request.login} has no write rights here: nothing was changed.")
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
    refusal = _in_the_way(clone, head, request, text)
    if refusal is not None:
        return Answer("refused", refusal)
    before, after, changed = _widened(text, request)
    if before == after:
        return Answer("already", f"The pin of {request.producer} covers this version already: `{before}`.")
    paths.refuse_others("approve-reuse", request.engine, [path])
    commit = clone.commit(
        head,
        {path: clone.add_blob(changed)},
        f"chore({request.engine}): reuse {request.producer}\n\nApproved-by: {request.login}\n",
        head,
    )
    if not dry_run and not clone.push(commit, f"refs/heads/{branch}", head):
        return Answer(
            "superseded", "The branch went on meanwhile: nothing was changed. Say it again where it still holds."
        )
    return Answer("approved", f"The pin of {request.producer} is now `{after}` (it was `{before}`).", commit)


def _in_the_way(clone: Clone, head: str, request: Request, text: bytes) -> str | None:
    """Why no pin helps; None where one does."""
    versions, _ = versions_from(parse_yaml(text.decode(), request.engine), Path(f"{request.engine}.yaml"))
    if versions is None:
        return f"engine_versions/{request.engine}.yaml is not readable on this branch: `llem-rules lint` says why."
    probes = clone.blob(head, f"engine_versions/{request.engine}.compat.json")
    known = Compatibility.model_validate_json(probes) if probes else Compatibility(engine=request.engine)
    result = known.result(versions.library.current_version, request.producer)
    if result is None:
        return "No probe of this version is on the branch yet: wait until the pipeline has written it back."
    if "landmark-missing" in result.reasons:
        gone = ", ".join(f"`{one.landmark}`" for one in result.missing[:5])
        return f"A landmark is missing ({gone}): no pin mends that, only a change of the producer."
    return None


def _widened(text: bytes, request: Request) -> tuple[str, str, bytes]:
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / f"{request.engine}.yaml"
        path.write_bytes(text)
        versions, _ = versions_from(parse_yaml(text.decode(), path.name), path)
        if versions is None:
            raise Failure(f"{path.name} is not readable")
        before, after = widen_pin(path, request.producer, versions.library.current_version)
        return before, after, path.read_bytes()
