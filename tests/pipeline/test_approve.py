"""``/approve-reuse`` in a comment: who may, what it changes, and what it never does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.pipeline.approving import request_in
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


def test_a_push_in_between_is_not_overwritten(branch: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    # The pull request is read, and then somebody pushes.
    forge.before["GET /repos/own/er/pulls/7"] = lambda: None
    theirs = branch.person_pushes()
    assert ask(branch, capsys, 1) == "superseded"
    assert branch.tip() == theirs


def test_no_event_no_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event("hello")))
    assert run(["ci", "approve-reuse", "--event", str(file), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["state"] == "ignored"
