"""Comments and labels on a pull request, through the commands, against a server that plays GitHub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.graph.step import Step
from llem_rules.pipeline.git import BOT as GIT_BOT
from llem_rules.pipeline.git import Repository
from llem_rules.pipeline.hub import Where, from_environment, opened
from llem_rules.pipeline.labelling import set_roll_up
from llem_rules.pipeline.merging import settle
from llem_rules.pipeline.writeback import write_back
from llem_rules.rules.failure import Failure
from tests.pipeline.forge import BOT, PERSON, RENOVATE, Commit, Forge, Pull
from tests.pipeline.scene import BRANCH, Scene, cell, change, keep, make, step

HEAD, NEWER = "a" * 40, "b" * 40
KEY = "<!-- llem-rules ci transformers-invariants -->"
ON_PULL = ["--pr", "7", "--head", HEAD]


@pytest.fixture(autouse=True)
def pull(forge: Forge) -> Pull:
    forge.pulls[7] = Pull(7, BRANCH, HEAD)
    return forge.pulls[7]


def call(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["ci", *arguments, "--format", "json"]) == code, capsys.readouterr()
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["command"] == f"ci {arguments[0]}"
    summary: dict[str, Any] = found["summary"]
    return summary


CHANGED = step("invariants", HEAD, labels=("corpus-changed",), changes=(change(),))
SILENT = step("invariants", HEAD)
BLOCKED = step("invariants", HEAD, blocked="outside-pin", labels=("probe-blocked",))


def test_one_comment_edited_in_place(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say = ["comment", *ON_PULL, "--step"]
    assert call([*say, str(keep(tmp_path, CHANGED))], capsys)["state"] == "created"
    assert call([*say, str(keep(tmp_path, CHANGED))], capsys)["state"] == "unchanged"
    assert call([*say, str(keep(tmp_path, BLOCKED))], capsys)["state"] == "edited"
    assert call([*say, str(keep(tmp_path, SILENT))], capsys)["state"] == "edited"
    (body,) = forge.bodies(7)
    assert body.startswith(KEY)
    assert "nothing changed any more" in body


def test_nothing_to_say_is_not_said(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["comment", *ON_PULL, "--step", str(keep(tmp_path, SILENT))], capsys)["state"] == "suppressed"
    assert forge.bodies(7) == []


@pytest.mark.parametrize("kept", [CHANGED, BLOCKED])
def test_a_dry_run_writes_nothing(kept: Step, forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(keep(tmp_path, kept))
    assert KEY in call(["comment", *ON_PULL, "--step", file, "--dry-run"], capsys)["said"]
    call(["label", *ON_PULL, "--step", file, "--dry-run"], capsys)
    assert forge.writes() == []


def test_a_failed_probe_tells_the_three_ways_on(
    forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    probe = tmp_path / "probe.json"
    probe.write_text(
        '{"verdict": "fail", "reasons": ["landmark-missing"], "pin": "x", "landmarks": 1, "fingerprint": "f", "declared": "d",'
        ' "missing": [{"landmark": "transformers.Gone", "why": "not there", "near": ["transformers.Moved"]}]}'
    )
    gone = BLOCKED.model_copy(update={"blocked": "landmark-missing, outside-pin"})
    call(["comment", *ON_PULL, "--step", str(keep(tmp_path, gone)), "--probe", str(probe)], capsys)
    (body,) = forge.bodies(7)
    for words in ("Patch the producer", "`/approve-reuse transformers invariants`", "Escalate", "`accept-probe-fail`",
                  "`transformers.Gone`", "`transformers.Moved`", "no pin mends that"):  # fmt: skip
        assert words in body


def test_the_key_of_a_person_is_not_ours(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge.add_comment(7, f"{KEY}\nmine", PERSON)
    assert call(["comment", *ON_PULL, "--step", str(keep(tmp_path, CHANGED))], capsys)["state"] == "created"
    assert forge.bodies(7)[0] == f"{KEY}\nmine"


def test_an_older_run_does_not_speak_over_a_newer(
    forge: Forge, pull: Pull, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pull.sha = NEWER
    file = str(keep(tmp_path, CHANGED))
    assert call(["comment", *ON_PULL, "--step", file], capsys)["state"] == "superseded"
    assert call(["label", *ON_PULL, "--step", file], capsys)["state"] == "superseded"
    assert forge.writes() == []


def test_two_runs_at_once_leave_one_comment(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge.before["POST /repos/own/er/issues/7/comments"] = lambda: void(forge.add_comment(7, f"{KEY}\nthe other run"))
    call(["comment", *ON_PULL, "--step", str(keep(tmp_path, CHANGED))], capsys)
    assert forge.bodies(7) == [f"{KEY}\nthe other run"]  # the older stays; its run, or the next, edits it
    assert call(["comment", *ON_PULL, "--step", str(keep(tmp_path, CHANGED))], capsys)["state"] == "edited"


def void(_: object) -> None:
    """The number of a comment is of no interest."""


def test_a_comment_on_the_third_page(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge.page = 10
    for _ in range(25):
        forge.add_comment(7, "talk", PERSON)
    forge.add_comment(7, f"{KEY}\nold")
    assert call(["comment", *ON_PULL, "--step", str(keep(tmp_path, CHANGED))], capsys)["state"] == "edited"
    assert len(forge.bodies(7)) == 26


def test_a_stale_list_does_not_hide_an_edit(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(keep(tmp_path, CHANGED))
    call(["comment", *ON_PULL, "--step", file], capsys)
    wanted = forge.bodies(7)[0]
    identity = next(iter(forge.comments))
    # A cache still has what we said; meanwhile the comment says something else.
    forge.stale["/repos/own/er/issues/7/comments"] = [forge._comment({**forge.comments[identity]})]
    forge.comments[identity]["body"] = f"{KEY}\nsomething else"
    assert call(["comment", *ON_PULL, "--step", file], capsys)["state"] == "edited"
    assert forge.bodies(7) == [wanted]


FAULTS = [
    pytest.param(502, {}, {"message": "Bad Gateway"}, id="bad gateway"),
    pytest.param(
        403, {"Retry-After": "0"}, {"message": "You have exceeded a secondary rate limit"}, id="secondary limit"
    ),
    pytest.param(
        403,
        {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"},
        {"message": "API rate limit exceeded for installation", "documentation_url": "x#rate-limiting"},
        id="rate limit",
    ),
]


@pytest.mark.parametrize(("status", "headers", "answer"), FAULTS)
def test_faults_that_pass_are_waited_out(
    status: int, headers: dict[str, str], answer: Any, forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge.faults = [(status, headers, answer)] * 2
    call(["comment", *ON_PULL, "--step", str(keep(tmp_path, CHANGED))], capsys)
    assert len(forge.bodies(7)) == 1


def test_a_fault_that_stays_is_told(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge.faults = [(502, {}, {"message": "Bad Gateway"})] * 40
    assert run(["ci", "comment", *ON_PULL, "--step", str(keep(tmp_path, CHANGED))]) == 3
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["comment", "label"])
def test_permission_denied_is_a_sentence(
    command: str, forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge.read_only = True
    assert run(["ci", command, *ON_PULL, "--step", str(keep(tmp_path, CHANGED))]) == 3
    said = capsys.readouterr().err
    assert "GitHub answered 403" in said
    assert "the report workflow speaks for it" in said


@pytest.mark.parametrize("with_report", [False, True])
def test_a_comment_too_large_is_cut(
    with_report: bool, forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = tuple(
        change(worst="breaking" if n == 999 else "safe", subject=f"transformers.A.{'x' * 80}{n}") for n in range(1000)
    )
    report = tmp_path / "report.md"
    report.write_text("<details><summary>x</summary>\n\n" + "- `line`\n" * 12_000 + "\n</details>\n")
    file = str(keep(tmp_path, step("invariants", HEAD, changes=many)))
    more = ["--report", str(report)] if with_report else []
    assert call(["comment", *ON_PULL, "--step", file, *more], capsys)["state"] == "created"
    (body,) = forge.bodies(7)
    assert len(body) <= 65_536
    assert "did not fit" in body
    assert body.count("<details>") == body.count("</details>")
    assert with_report or body.index("🔴") < body.index("🟢")


def test_enterprise(
    forge: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", f"{forge.url}/api/v3")
    assert call(["comment", *ON_PULL, "--step", str(keep(tmp_path, CHANGED))], capsys)["state"] == "created"


@pytest.mark.parametrize(
    ("labels", "policy", "code"),
    [
        ([], "report", 0),
        ([], "block", 1),
        (["accept-probe-fail"], "block", 0),
    ],
)
def test_a_blocked_probe_and_the_check(
    labels: list[str], policy: str, code: int, pull: Pull, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pull.labels = labels
    file = str(keep(tmp_path, BLOCKED))
    assert call(["label", *ON_PULL, "--step", file, "--on-fail", policy], capsys, code)["labels"] == ["probe-blocked"]


CLEAN = (step("invariants", HEAD), step("schemas", HEAD))
BREAKING = (
    step(
        "invariants",
        HEAD,
        labels=("invariants-breaking", "corpus-changed"),
        changes=(change(worst="breaking"),),
        breaking=1,
    ),
    step("schemas", HEAD),
)
STOPPED = (BLOCKED, step("schemas", HEAD))
ROLL_UPS = [
    # steps, labels before, who put probe-blocked on, labels after
    pytest.param(CLEAN, [], None, ["safe-bump"], id="clean"),
    pytest.param(CLEAN, ["corpus-changed", "deps"], None, ["deps", "safe-bump"], id="what is no longer earned goes"),
    pytest.param(BREAKING, ["safe-bump"], None, ["corpus-changed", "invariants-breaking"], id="breaking"),
    pytest.param(STOPPED, ["safe-bump"], None, ["probe-blocked"], id="blocked"),
    pytest.param(CLEAN, ["probe-blocked"], BOT, ["safe-bump"], id="the bot's own block goes"),
    pytest.param(CLEAN, ["probe-blocked"], PERSON, ["probe-blocked"], id="a person's block stays"),
]


@pytest.mark.parametrize(("steps", "before", "by", "after"), ROLL_UPS)
def test_roll_up(
    steps: tuple[Step, ...], before: list[str], by: dict[str, str] | None, after: list[str], pull: Pull
) -> None:
    pull.labels = list(before)
    pull.events = [("probe-blocked", by)] if by else []
    with opened(from_environment()) as hub:
        assert set_roll_up(hub, 7, steps, [HEAD]).current
    assert sorted(pull.labels) == after


def test_roll_up_never_speaks_for_another_head(pull: Pull) -> None:
    pull.sha = NEWER
    with opened(from_environment()) as hub:
        assert not set_roll_up(hub, 7, CLEAN, [HEAD]).current
    assert pull.labels == []


OURS = Commit(None, GIT_BOT.email, ("corpus/transformers/cross_fire.yaml", "engine_versions/transformers.compat.json"))
BUMP = Commit(RENOVATE, "r@x", ("engine_versions/transformers.yaml", "docker/Dockerfile.transformers"))
MERGING = [
    pytest.param(RENOVATE, [BUMP, OURS], "auto-merge is armed", id="bots alone"),
    pytest.param(RENOVATE, [BUMP, Commit(None, GIT_BOT.email)], "auto-merge is armed", id="a pin that was approved"),
    pytest.param(RENOVATE, [BUMP, Commit(PERSON, "ada@x")], "is not by Renovate or the bot", id="a person, too"),
    pytest.param(RENOVATE, [Commit(None, "nobody@x")], "is not by Renovate or the bot", id="nobody knows whose"),
    pytest.param(
        RENOVATE, [BUMP, Commit(None, GIT_BOT.email, ("src/x.py",))], "and changes src/x.py", id="in the bot's name"
    ),
    pytest.param(
        RENOVATE,
        [Commit(RENOVATE, "r@x", ("rules/transformers/x.yaml",))],
        "and changes rules/",
        id="in Renovate's name",
    ),
    pytest.param(PERSON, [BUMP], "the pull request is ada's", id="a person's pull request"),
]


@pytest.mark.parametrize("armed", [False, True], ids=["not armed", "armed"])
@pytest.mark.parametrize(("user", "commits", "says"), MERGING)
def test_who_may_merge_by_itself(
    user: dict[str, str], commits: list[Commit], says: str, armed: bool, pull: Pull
) -> None:
    pull.user, pull.commits, pull.labels = user, commits, ["safe-bump"]
    pull.auto_merge = {"merge_method": "squash"} if armed else None
    with opened(from_environment()) as hub:
        found = settle(hub, 7, [HEAD])
    assert says in found.said
    assert found.armed == bool(pull.auto_merge) == (says == "auto-merge is armed")


@pytest.mark.parametrize(
    ("change", "says"), [({"labels": []}, "it is no safe-bump"), ({"sha": NEWER}, "the branch went on")]
)
def test_what_is_not_safe_does_not_merge(change: dict[str, Any], says: str, pull: Pull) -> None:
    pull.commits, pull.labels = [BUMP], ["safe-bump"]
    for name, value in change.items():
        setattr(pull, name, value)
    with opened(from_environment()) as hub:
        assert says in settle(hub, 7, [HEAD]).said
    assert pull.auto_merge is None


def test_a_repository_without_auto_merge_is_told_and_no_error(forge: Forge, pull: Pull) -> None:
    pull.commits, pull.labels = [BUMP], ["safe-bump"]
    forge.merging_refused = "Auto merge is not allowed for this repository"
    with opened(from_environment()) as hub:
        found = settle(hub, 7, [HEAD])
    assert (found.armed, "Auto merge is not allowed" in found.said) == (False, True)


def test_no_label_comes_before_the_commit(
    pull: Pull, scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(scene.home)
    pull.sha = scene.head
    from llem_rules.pipeline.cells import publish

    make(scene.home, "invariants")
    cycle = scene.cycle(cell("invariants"))
    publish(Repository(scene.home), cycle, cell("invariants"), scene.home, step("invariants", scene.head))
    options = ["--pr", "7", "--branch", BRANCH, "--head", scene.head, "--cells", "transformers-invariants"]
    assert call(["rollup", *options], capsys)["state"] == "waiting"  # it died between leaving its files and the push
    assert write_back(Repository(scene.home), cycle).state == "written"
    pull.sha = scene.tip() or ""
    assert call(["rollup", *options], capsys)["labels"] == ["safe-bump"]


FORGED = [
    pytest.param({"head": NEWER}, "is of 'bbbbbbbbbbbb'", id="another commit"),
    pytest.param({"engine": "nothing"}, "an engine that there is not", id="no such engine"),
    pytest.param({"labels": ["safe-bump"]}, "a label that no cell has", id="safe-bump"),
    pytest.param({"labels": ["admin"]}, "a label that no cell has", id="any label"),
    pytest.param({"concern": "schemas"}, "holds the artefact of", id="another cell"),
    pytest.param({"unknown": 1}, "is no step of a diff", id="no artefact"),
]


@pytest.mark.parametrize(("forged", "says"), FORGED)
def test_an_artefact_of_a_fork_is_checked(
    forged: dict[str, Any], says: str, forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = keep(tmp_path, CHANGED)
    file.write_text(json.dumps({**CHANGED.model_dump(mode="json"), **forged}))
    assert run(["ci", "comment", *ON_PULL, "--step", str(file), "--untrusted"]) == 2
    assert says in capsys.readouterr().err
    assert forge.log == []


def test_words_of_a_fork_call_nobody(forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = change(kind="@everyone <img src=x>", subject="`x` @ada [l](http://x)")
    report = tmp_path / "report.md"
    report.write_text("# anything")
    file = str(keep(tmp_path, step("invariants", HEAD, changes=(evil,))))
    call(["comment", *ON_PULL, "--step", file, "--report", str(report), "--untrusted"], capsys)
    (body,) = forge.bodies(7)
    assert "@everyone" not in body
    assert "<img" not in body
    assert "`` `x` @ada [l](http://x) ``" in body  # nobody is called from a code span
    assert "# anything" not in body


HELD = ["--head", HEAD]
MISTAKES = [
    (["comment", *ON_PULL, "--step", "STEP", "--probe", "BAD"], 2, "holds no probe result"),
    (["comment", *ON_PULL, "--step", "BAD"], 2, "is not readable"),
    (["comment", *ON_PULL, "--step", "STEP", "--repository", "er"], 2, "'er' is no repository"),
    (["writeback", "--pr", "7", "--head", "main", "--cells", "vllm-schemas"], 2, "not the full name of a commit"),
    (["writeback", "--pr", "7", *HELD], 2, "a cycle without a cell"),
    (["writeback", "--pr", "7", *HELD, "--cells", "vllm"], 2, "is no cell"),
    (["writeback", "--pr", "7", *HELD, "--cells", "vllm-schemas", "--publish", "vllm-schemas"], 2, "go together"),
    (["writeback", "--pr", "7", *HELD, "--cells", "vllm-schemas", "--remote", "no"], 3, "does not appear to be a git"),
    (["plan", "--base", "nonsense"], 3, "nonsense"),
    (["plan", "nothing"], 2, "no engine_versions/nothing.yaml"),
    (["cell", "nothing-schemas", "--base", "HEAD", *HELD], 2, "no engine_versions/nothing.yaml"),
    (["publish", "transformers", "--commit", HEAD, "--room", "registry"], 2, "--room REGISTRY/OWNER/NAME"),
]


@pytest.mark.parametrize(("arguments", "code", "says"), MISTAKES)
def test_mistakes_are_sentences(
    arguments: list[str],
    code: int,
    says: str,
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(scene.home)
    bad = scene.folder / "bad"
    bad.write_text("{")
    files = {"STEP": str(keep(scene.folder, BLOCKED)), "BAD": str(bad)}
    assert run(["ci", *(files.get(one, one) for one in arguments)]) == code
    assert says in " ".join(capsys.readouterr().err.split())


def test_no_server_is_a_sentence() -> None:
    with (
        pytest.raises(Failure, match="cannot be reached"),
        opened(Where("own/er", None, "http://127.0.0.1:9", pace=0, retries=0)) as hub,
    ):
        assert hub.get_pull(7).state
