"""Whole pull requests, from the bump to the last label, through the commands that the workflow calls, in its order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.compat import Compatibility, Lost, ProbeResult, compat_text
from llem_rules.corpus.locate import Project
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.graph.changes.model import CONCERNS, Concern
from llem_rules.graph.step import Step
from llem_rules.pipeline.cells import ROOM
from llem_rules.probing import judge
from tests.pipeline.forge import PERSON, RENOVATE, Commit, Forge, Pull
from tests.pipeline.scene import BRANCH, ENGINE, VERSIONS, Scene, change, git, keep, make, step

CELLS = ",".join(f"{ENGINE}-{one}" for one in CONCERNS)
PINS, WIDE = ">=5.0,<5.23", ">=5.0,<6"
FILE = f"engine_versions/{ENGINE}.yaml"
IMAGE = f"sha256:{'1' * 64}"
BREAKING = ("invariants-changed", "invariants-breaking", "corpus-changed")


class Bump:
    """A pull request, and the two cells that run on each of its commits.

    ``gone``: landmarks that the library lost; ``found``: what the comparison says of the invariants.
    """

    def __init__(self, scene: Scene, forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
        self.scene, self.forge, self.capsys = scene, forge, capsys
        self.pull = forge.pulls[7] = Pull(7, BRANCH, "", user=RENOVATE)
        self.gone: tuple[str, ...] = ()
        self.found: dict[str, Any] = {}
        forge.follow = self._follow

    def _follow(self, pull: Pull) -> None:
        tip = self.scene.remote_tip()
        pull.state = "open" if tip else "closed"
        pull.sha = tip or pull.sha
        pull.commits = [self._commit(sha) for sha in self.scene.log()] if tip else []

    def _commit(self, sha: str) -> Commit:
        about = git(self.scene.remote, "show", "--format=%s%n%ae", "--name-only", sha)
        subject, email, *files = about.splitlines()
        who = RENOVATE if subject == "bump" else PERSON if subject == "by hand" else None
        return Commit(who, email, tuple(one for one in files if one), sha)

    def ci(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        self.capsys.readouterr()
        assert run(["ci", *arguments, "--format", "json"]) == code, self.capsys.readouterr()
        if code in {2, 3}:
            return {"state": "failed", "said": self.capsys.readouterr().err}
        found: dict[str, Any] = json.loads(self.capsys.readouterr().out)["summary"]
        return found

    def commit(self, name: str, text: str, subject: str = "by hand") -> str:
        """Somebody pushes one file."""
        home = self.scene.home
        git(home, "fetch", "-q", "origin", BRANCH)
        git(home, "reset", "-q", "--hard", "FETCH_HEAD")
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
        git(home, "add", "-A")
        git(home, "commit", "-qm", subject)
        git(home, "push", "-q", "origin", f"HEAD:{BRANCH}")
        return git(home, "rev-parse", "HEAD")

    def pinned(self, invariants: str) -> None:
        """The bump as Renovate leaves it, with one pin as wide as that."""
        self.commit(FILE, VERSIONS.replace(PINS, invariants) + "# bumped\n", "bump")

    def prove(self, concern: Concern, head: str) -> tuple[Step, Path]:
        """What `ci cell` leaves: artefacts in a folder of their own, in the tree of its commit."""
        made = self.scene.folder / f"made-{concern}"
        git(self.scene.home, "fetch", "-q", "origin", BRANCH)
        git(self.scene.home, "worktree", "add", "-q", "--force", "--detach", str(made), head)
        try:
            probe = judge(PROBE.model_copy(update={"missing": self.lost()}), self._versions(made), concern)
            found = self._step(concern, head, probe)
            if found.blocked is None:
                make(made, concern)
            (made / "cell").mkdir()
            keep(made / "cell", found)
            (made / "cell" / "probe.json").write_text(probe.model_dump_json())
            known = Compatibility(engine=ENGINE).with_result("5.23.0", concern, probe)
            (made / f"engine_versions/{ENGINE}.compat.json").write_text(compat_text(known))
            kept = self.scene.folder / f"artefacts-{concern}-{head[:8]}-{len(list(self.scene.folder.iterdir()))}"
            made.rename(kept)
        finally:
            git(self.scene.home, "worktree", "prune")
        return found, kept

    def lost(self) -> tuple[Lost, ...]:
        return tuple(Lost(landmark=one, why="not there") for one in self.gone)

    def _versions(self, tree: Path) -> Any:
        return load_engine_versions(ENGINE, Project(tree, "tree"))

    def _step(self, concern: Concern, head: str, probe: ProbeResult) -> Step:
        if probe.verdict == "fail":
            return step(concern, head, blocked=", ".join(probe.reasons), labels=("probe-blocked",))
        return step(concern, head, **(self.found if concern == "invariants" else {}))

    def tell(self, concern: Concern, head: str, *, code: int = 0, policy: str = "report") -> list[str]:
        """The second job of a cell, step by step. Returns their states."""
        _, made = self.prove(concern, head)
        file = str(made / "cell" / f"engine-step-diff-{ENGINE}-{concern}.yaml")
        on = ["--pr", "7", "--head", head]
        cycle = [*on, "--branch", BRANCH, "--cells", CELLS]
        mine = ["--publish", f"{ENGINE}-{concern}", "--step", file, "--files", str(made), "--image", IMAGE]
        probe = ["--probe", str(made / "cell" / "probe.json")]
        states = [self.ci("comment", *on, "--step", file, *probe)["state"]]
        states.append(self.ci("writeback", *cycle, *mine)["state"])
        states.append(self.ci("rollup", *cycle, "--automerge")["state"])
        states.append(self.ci("label", *on, "--step", file, "--on-fail", policy, code=code)["state"])
        return states

    def settle(self) -> list[list[str]]:
        """Run cycles until the branch does not move any more. Returns the states of the last one's cells."""
        for _ in range(4):
            head = self.scene.remote_tip()
            assert head is not None
            states = [self.tell(concern, head) for concern in CONCERNS]
            if self.scene.remote_tip() == head:
                return states
        raise AssertionError("it does not come to rest")

    def said(self, concern: str = "invariants") -> str:
        """The one comment of a cell; empty where there is none."""
        mine = [one for one in self.forge.bodies(7) if one.startswith(f"<!-- llem-rules ci {ENGINE}-{concern} -->")]
        assert len(mine) <= 1
        return "".join(mine)

    def made(self, path: str) -> bool:
        """Whether the branch has an artefact that the cells made."""
        names = git(self.scene.remote, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
        return path in names and self.scene.show(BRANCH, path).startswith("new")


PROBE = ProbeResult.model_validate(
    {"verdict": "pass", "pin": "", "landmarks": 1, "fingerprint": "f", "declared": "d", "missing": []}
)
RULES = f"corpus/{ENGINE}/invariants.validated.yaml"


@pytest.fixture
def bump(scene: Scene, forge: Forge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bump:
    monkeypatch.chdir(scene.home)
    return Bump(scene, forge, capsys)


def test_a_clean_bump(bump: Bump) -> None:
    bump.pinned(WIDE)
    head = bump.scene.remote_tip() or ""
    assert bump.tell("invariants", head) == ["suppressed", "waiting", "waiting", "labelled"]
    assert bump.pull.labels == []
    assert bump.tell("schemas", head) == ["suppressed", "written", "labelled", "superseded"]
    assert bump.pull.labels == ["safe-bump"]
    written = bump.scene.remote_tip() or ""
    assert bump.made(RULES)
    # The app's push started the pipeline again, on what it wrote itself: there it comes to rest.
    assert bump.settle() == [
        ["suppressed", "waiting", "waiting", "labelled"],
        ["suppressed", "unchanged", "labelled", "labelled"],
    ]
    assert (bump.scene.remote_tip(), bump.pull.labels, bump.forge.bodies(7)) == (written, ["safe-bump"], [])
    assert bump.pull.auto_merge is not None
    assert bump.pull.auto_merge["expectedHeadOid"] == written
    assert {one["description"] for one in bump.forge.statuses[written]} == {IMAGE}
    bump.ci("writeback", "--pr", "7", "--head", written, "--forget")
    assert git(bump.scene.remote, "for-each-ref", ROOM) == ""


@pytest.mark.slow
def test_a_breaking_bump_waits_for_a_person(bump: Bump) -> None:
    bump.pinned(WIDE)
    bump.found = {"labels": BREAKING, "changes": (change(worst="breaking"),), "breaking": 1}
    bump.settle()
    assert bump.pull.labels == sorted(BREAKING)
    assert "1 breaking" in bump.said()
    assert bump.pull.auto_merge is None
    # The person edits what is theirs, and approves: the comment is edited, the labels follow, and nothing merges by itself.
    theirs = bump.commit("src/llem_rules/engine_configs.py", "edited = True\n")
    bump.found = {"labels": ("corpus-changed",), "changes": (change(worst="safe"),)}
    bump.settle()
    assert bump.pull.labels == ["corpus-changed", "safe-bump"]
    assert "0 breaking" in bump.said()
    assert bump.pull.auto_merge is None
    assert bump.scene.show(BRANCH, "src/llem_rules/engine_configs.py") == "edited = True"
    assert theirs in bump.scene.log()


def blocked(bump: Bump) -> None:
    """The state from which the three routes lead."""
    bump.settle()
    assert bump.pull.labels == ["probe-blocked"]
    for words in ("Patch the producer", f"`/approve-reuse {ENGINE} invariants`", "Escalate"):
        assert words in bump.said()
    assert not bump.made(RULES)
    assert bump.made(f"corpus/{ENGINE}/schema.discovered.json")
    assert bump.forge.statuses == {}  # no image was validated
    assert bump.pull.auto_merge is None


@pytest.mark.slow
def test_route_1_the_producer_is_patched(bump: Bump) -> None:
    bump.gone = ("transformers.GenerationConfig.validate",)
    bump.pinned(WIDE)
    bump.settle()
    assert "`transformers.GenerationConfig.validate`" in bump.said()
    assert bump.pull.labels == ["probe-blocked"]
    bump.commit("src/llem_rules/engines/transformers.py", "follows = 'upstream'\n")
    bump.gone = ()
    bump.settle()
    assert bump.pull.labels == ["safe-bump"]
    assert "nothing changed any more" in bump.said()
    assert bump.made(RULES)


@pytest.mark.slow
def test_route_2_reuse_is_approved(bump: Bump) -> None:
    bump.pinned(PINS)
    blocked(bump)
    event = bump.scene.folder / "event.json"
    comment = {"body": f"@llem-ci-bot /approve-reuse {ENGINE} invariants", "user": PERSON}
    event.write_text(json.dumps({"action": "created", "issue": {"number": 7, "pull_request": {}}, "comment": comment}))
    assert bump.ci("approve-reuse", "--event", str(event))["state"] == "approved"
    bump.settle()
    assert bump.pull.labels == ["safe-bump"]
    assert bump.made(RULES)
    assert "<=5.23.0" in bump.scene.show(BRANCH, FILE)  # in the branch that merges
    assert bump.pull.auto_merge is not None  # bots alone have committed


@pytest.mark.slow
def test_route_3_escalated_it_waits_until_the_label_goes(bump: Bump) -> None:
    bump.pinned(PINS)
    blocked(bump)
    bump.pull.labels, bump.pull.events = ["probe-blocked"], [("probe-blocked", PERSON)]
    bump.pinned(WIDE)
    bump.settle()
    assert bump.pull.labels == ["probe-blocked"]  # a person put it there
    assert bump.pull.auto_merge is None
    bump.pull.labels = []  # and takes it off
    bump.settle()
    assert bump.pull.labels == ["safe-bump"]
    assert bump.pull.auto_merge is not None


@pytest.mark.slow
@pytest.mark.parametrize(("labels", "code"), [([], 1), (["accept-probe-fail"], 0)])
def test_where_the_policy_blocks(labels: list[str], code: int, bump: Bump) -> None:
    bump.pinned(PINS)
    bump.settle()
    bump.pull.labels = ["probe-blocked", *labels]
    head = bump.scene.remote_tip() or ""
    bump.tell("invariants", head, code=code, policy="block")
    assert set(bump.pull.labels) == {"probe-blocked", *labels}
    bump.tell("schemas", head, policy="block")
    assert set(bump.pull.labels) == {"probe-blocked", *labels}


@pytest.mark.slow
@pytest.mark.parametrize("force", [False, True], ids=["push", "force-push"])
def test_a_person_comes_between_the_cells(force: bool, bump: Bump) -> None:
    bump.pinned(WIDE)
    head = bump.scene.remote_tip() or ""
    bump.tell("invariants", head)
    theirs = bump.scene.person_pushes(force)
    assert bump.tell("schemas", head) == ["superseded", "superseded", "superseded", "superseded"]
    assert (bump.scene.remote_tip(), bump.pull.labels) == (theirs, [])
    if force:  # and with it went the bump's own versions file
        bump.commit(FILE, VERSIONS.replace(PINS, WIDE))
    bump.settle()
    assert bump.pull.labels == ["safe-bump"]
    assert theirs in bump.scene.log()
    assert bump.pull.auto_merge is None


@pytest.mark.slow
def test_the_branch_goes(bump: Bump) -> None:
    bump.pinned(WIDE)
    head = bump.scene.remote_tip() or ""
    bump.tell("invariants", head)
    found, made = bump.prove("schemas", head)
    git(bump.scene.home, "push", "-q", "origin", f":{BRANCH}")
    cycle = ["--pr", "7", "--head", head, "--branch", BRANCH, "--cells", CELLS]
    file = str(made / "cell" / f"engine-step-diff-{ENGINE}-{found.concern}.yaml")
    mine = ["--publish", f"{ENGINE}-schemas", "--step", file, "--files", str(made)]
    assert bump.ci("comment", "--pr", "7", "--head", head, "--step", file)["state"] == "superseded"
    assert bump.ci("writeback", *cycle, *mine)["state"] == "gone"
    assert bump.ci("rollup", *cycle)["state"] == "gone"
    assert bump.scene.remote_tip() is None


@pytest.mark.slow
def test_a_bump_with_too_much_to_say(bump: Bump) -> None:
    bump.pinned(WIDE)
    many = tuple(change(subject=f"transformers.A.{'x' * 80}{n}") for n in range(2000))
    bump.found = {"labels": ("corpus-changed",), "changes": many}
    bump.settle()
    assert "did not fit" in bump.said()
    assert len(bump.said()) <= 65_536
    assert bump.pull.labels == ["corpus-changed", "safe-bump"]


@pytest.mark.slow
def test_a_token_without_rights_stops_before_anything_is_written(bump: Bump) -> None:
    bump.pinned(WIDE)
    bump.found = {"labels": ("corpus-changed",), "changes": (change(),)}
    head = bump.scene.remote_tip() or ""
    bump.forge.read_only = True
    _, made = bump.prove("invariants", head)
    file = str(made / "cell" / f"engine-step-diff-{ENGINE}-invariants.yaml")
    assert "GitHub answered 403" in bump.ci("comment", "--pr", "7", "--head", head, "--step", file, code=3)["said"]
    assert bump.scene.remote_tip() == head
    bump.forge.read_only = False  # the app's rights are mended, and the jobs are run again
    bump.settle()
    assert bump.pull.labels == ["corpus-changed", "safe-bump"]


@pytest.mark.slow
def test_a_fork_is_spoken_for_and_its_branch_is_left_alone(bump: Bump) -> None:
    bump.pinned(WIDE)
    bump.pull.fork = True
    bump.found = {"labels": BREAKING, "changes": (change(worst="breaking"),), "breaking": 1}
    head = bump.scene.remote_tip() or ""
    bump.pull.sha = head
    uploaded = bump.scene.folder / "uploaded"
    uploaded.mkdir()
    for concern in CONCERNS:
        bump.prove(concern, head)[1].rename(uploaded / concern)
    assert bump.ci("report", str(uploaded), "--head", head, "--from", f"eve:{BRANCH}")["state"] == "told"
    assert bump.pull.labels == sorted(BREAKING)
    assert "1 breaking" in bump.said()
    assert bump.scene.remote_tip() == head
    assert git(bump.scene.remote, "for-each-ref", ROOM) == ""
