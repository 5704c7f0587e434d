"""``/approve-reuse`` in a comment: who may, what it changes, and what it never does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.pipeline.approving import request_in
from llem_rules.pipeline.git import Repository
from tests.pipeline.forge import BOT, PERSON, Forge, Pull
from tests.pipeline.scene import BRANCH, FILES, Scene, git

VERSIONS = "engine_versions/transformers.yaml"


def event(body: str, user: dict[str, str] = PERSON, **more: Any) -> dict[str, Any]:
    issue = {"number": 7, "pull_request": {}}
    return {"action": "created", "issue": issue, "comment": {"body": body, "user": user}, **more}


COMMANDS = [
    ("/approve-reuse vllm invariants", True),
    ("@llem-ci-bot /approve-reuse vllm schemas", True),
    ("  /approve-reuse  vllm   invariants  \nbecause", True),
    ("please /approve-reuse vllm invariants", False),
    ("> /approve-reuse vllm invariants", False),
    ("/approve-reuse vllm", False),
    ("/approve-reuse vllm everything", False),
    ("/approve-reuse vllm invariants; rm -rf /", False),
    ("/approve-reuse ../../x invariants", False),
    ("@other-bot /approve-reuse vllm invariants", False),
    ("/rerun", False),
    ("/skip-probe vllm invariants", False),
    ("/force-merge", False),
    ("", False),
]


@pytest.mark.parametrize(("body", "is_one"), COMMANDS)
def test_there_is_one_command(body: str, is_one: bool) -> None:
    assert (request_in(event(body)) is not None) == is_one


def test_only_new_comments_of_people_on_pull_requests_count() -> None:
    body = "/approve-reuse vllm invariants"
    assert request_in(event(body, BOT)) is None
    assert request_in(event(body, action="edited")) is None
    assert request_in(event(body, issue={"number": 7})) is None


def probed(reasons: list[str]) -> str:
    missing = [{"landmark": "transformers.Gone", "why": "x"}] if "landmark-missing" in reasons else []
    result = {
        "verdict": "fail",
        "reasons": reasons,
        "pin": "x",
        "landmarks": 1,
        "fingerprint": "f",
        "declared": "d",
        "missing": missing,
    }
    return json.dumps({"engine": "transformers", "versions": {"5.23.0": {"invariants": result, "schemas": result}}})


@pytest.fixture
def branch(scene: Scene, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Scene:
    on_branch(scene, forge, "engine_versions/transformers.compat.json", probed(["outside-pin"]))
    monkeypatch.chdir(scene.home)
    return scene


def on_branch(scene: Scene, forge: Forge, name: str, text: str) -> None:
    (scene.home / name).write_text(text)
    git(scene.home, "add", "-A")
    git(scene.home, "commit", "-q", "--allow-empty", "-m", "x")
    git(scene.home, "push", "-q", "origin", BRANCH)
    scene.head = git(scene.home, "rev-parse", "HEAD")
    forge.pulls[7] = Pull(7, BRANCH, scene.head)


def ask(
    scene: Scene, capsys: pytest.CaptureFixture[str], code: int, *more: str, body: str | None = None, by: str = "ada"
) -> str:
    file = scene.folder / "event.json"
    file.write_text(json.dumps(event(body or "/approve-reuse transformers invariants", {"login": by, "type": "User"})))
    capsys.readouterr()
    assert run(["ci", "approve-reuse", "--event", str(file), "--format", "json", *more]) == code, capsys.readouterr()
    return str(json.loads(capsys.readouterr().out)["summary"]["state"])


def test_the_pin_is_widened_and_nothing_else(branch: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(branch, capsys, 0) == "approved"
    tip = branch.tip()
    assert tip is not None
    assert git(branch.remote, "diff", "--name-only", branch.head, tip) == VERSIONS
    before, after = FILES[VERSIONS], branch.show(tip, VERSIONS)
    assert after == before.replace(">=5.0,<5.23", ">=5.0,<=5.23.0").strip()
    assert "Approved-by: ada" in git(branch.remote, "show", "-s", "--format=%B", tip)
    assert forge.bodies(7) == ["The pin of invariants is now `>=5.0,<=5.23.0` (it was `>=5.0,<5.23`)."]
    forge.pulls[7].sha = tip
    assert ask(branch, capsys, 0) == "already"
    assert branch.tip() == tip


def test_a_pin_that_covers_it_stays(branch: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(branch, capsys, 0, body="/approve-reuse transformers schemas") == "already"
    assert branch.tip() == branch.head


def test_a_dry_run(branch: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(branch, capsys, 0, "--dry-run") == "approved"
    assert (branch.tip(), forge.writes()) == (branch.head, [])


@pytest.mark.parametrize("by", ["eve", "mallory"])
def test_rights(by: str, branch: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(branch, capsys, 1, by=by) == "refused"
    assert "has no write rights" in forge.bodies(7)[0]
    assert branch.tip() == branch.head


@pytest.mark.parametrize(
    ("change", "says"),
    [({"state": "closed"}, "is closed"), ({"fork": True}, "lies in a fork")],
)
def test_where_the_bot_may_not_write(
    change: dict[str, Any], says: str, branch: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in change.items():
        setattr(forge.pulls[7], name, value)
    assert ask(branch, capsys, 1) == "refused"
    assert says in forge.bodies(7)[0]


FILE = "engine_versions/transformers.compat.json"


@pytest.mark.parametrize(
    ("name", "text", "body", "says"),
    [
        (FILE, probed(["landmark-missing", "outside-pin"]), None, "`transformers.Gone`"),
        (FILE, '{"engine": "transformers"}', None, "No probe of this version"),
        (FILE, "{", None, "compat.json is not readable"),
        (VERSIONS, "engine: [", None, "not readable"),
        (
            FILE,
            probed(["outside-pin"]),
            "/approve-reuse nothing invariants",
            "There is no engine_versions/nothing.yaml",
        ),
    ],
)
def test_what_no_pin_mends(
    name: str, text: str, body: str | None, says: str, branch: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    on_branch(branch, forge, name, text)
    assert ask(branch, capsys, 1, body=body) == "refused"
    assert says in forge.bodies(7)[0]
    assert branch.tip() == branch.head


def follow(scene: Scene) -> Callable[[Pull], None]:
    def brought_up(pull: Pull) -> None:
        pull.sha = scene.remote_tip() or pull.sha

    return brought_up


def test_a_push_in_between_is_not_overwritten(branch: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = branch.person_pushes()  # and GitHub does not know of it yet
    assert ask(branch, capsys, 1) == "superseded"
    assert branch.tip() == theirs


BOTH = FILES[VERSIONS].replace('">=5.0,<6"', '">=5.0,<5.23"')
NEXT = BOTH.replace("5.23.0", "5.24.0")
BETWEEN = [
    # what comes between the look and the push, how it ends, and what it leaves of the pins
    pytest.param("rules/mine.yaml", "[]\n", "approved", 1, id="something else: looked at again"),
    pytest.param(VERSIONS, BOTH.replace("<5.23", "<=5.23.0", 1), "already", 1, id="the very same approval"),
    pytest.param(VERSIONS, NEXT, "superseded", 0, id="another version: that was not approved of"),
]


@pytest.mark.parametrize(("name", "text", "state", "widened"), BETWEEN)
def test_what_comes_between_the_look_and_the_push(
    name: str,
    text: str,
    state: str,
    widened: int,
    branch: Scene,
    forge: Forge,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    on_branch(branch, forge, VERSIONS, BOTH)
    whole = json.loads(probed(["outside-pin"]))
    whole["versions"] = dict.fromkeys(("5.23.0", "5.24.0"), whole["versions"]["5.23.0"])
    on_branch(branch, forge, FILE, json.dumps(whole))
    forge.follow = follow(branch)
    push = Repository.push
    came: list[str] = []

    def interrupted(self: Repository, *arguments: Any) -> bool:
        if not came:
            came.append(name)
            on_branch(branch, forge, name, text)
        return push(self, *arguments)

    monkeypatch.setattr(Repository, "push", interrupted)
    assert ask(branch, capsys, int(state == "superseded")) == state
    tip = branch.remote_tip()
    assert tip is not None
    assert branch.show(tip, VERSIONS).count("<=5.23.0") == widened
    assert branch.show(tip, name).strip() == text.strip() or name == VERSIONS


def test_both_producers_at_once(branch: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    """Two commands in one breath: neither is lost, and each answers."""
    on_branch(branch, forge, VERSIONS, BOTH)
    on_branch(branch, forge, FILE, probed(["outside-pin"]))
    forge.follow = follow(branch)
    for producer in ("invariants", "schemas"):
        assert ask(branch, capsys, 0, body=f"/approve-reuse transformers {producer}") == "approved"
    assert branch.show(branch.remote_tip() or "", VERSIONS).count("<=5.23.0") == 2
    assert len(forge.bodies(7)) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "is no issue_comment event"),
        ('{"action": "created"}', "is no issue_comment event"),
        ('{"action": "created", "issue": {"number": 7}, "comment": {}}', "is no issue_comment event"),
    ],
)
def test_a_file_that_is_no_event(text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "event.json"
    file.write_text(text)
    assert run(["ci", "approve-reuse", "--event", str(file)]) == 2
    assert says in capsys.readouterr().err


def test_no_event_no_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event("hello")))
    assert run(["ci", "approve-reuse", "--event", str(file), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["state"] == "ignored"
