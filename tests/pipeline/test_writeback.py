"""The one commit of a cycle, against a real remote: who writes it, when, and what nobody may write."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from llem_rules.graph.changes.model import Concern
from llem_rules.pipeline.cells import ROOM, collect, forget, publish
from llem_rules.pipeline.git import Repository
from llem_rules.pipeline.writeback import Outcome, write_back, written_for
from llem_rules.rules.failure import Failure
from tests.pipeline.scene import BRANCH, ENGINE, FILES, Scene, cell, git, make, step

CONCERNS: tuple[Concern, ...] = ("invariants", "schemas")


def finish(
    scene: Scene, concern: Concern, *, text: str = "new", head: str | None = None, place: str | None = None
) -> Outcome:
    """One cell ends on a machine of its own: it leaves its files, and writes back where it is the last."""
    folder = scene.folder / (place or concern)
    if not folder.exists():
        scene.clone(folder.name)
    make(folder, concern, text)
    clone, cycle = Repository(folder), scene.cycle(head=head)
    if not clone.has(cycle.head):
        clone.fetch(cycle.head)
    publish(clone, cycle, cell(concern), folder, step(concern, cycle.head))
    return write_back(clone, cycle)


@pytest.mark.parametrize("order", [CONCERNS, CONCERNS[::-1]])
def test_the_last_writes_everything_at_once(scene: Scene, order: tuple[Concern, Concern]) -> None:
    first, last = (finish(scene, one) for one in order)
    assert (first.state, last.state) == ("waiting", "written")
    assert first.missing == (cell(order[1]),)
    assert scene.log() == [scene.head, last.commit]
    assert last.commit is not None
    changed = git(scene.remote, "show", "--format=", "--name-only", last.commit).splitlines()
    assert (
        changed
        == sorted(last.files)
        == [
            "corpus/transformers/cross_fire.yaml",
            "corpus/transformers/invariants.proposed.yaml",
            "corpus/transformers/invariants.validated.yaml",
            "corpus/transformers/schema.discovered.json",
            "docs/generated/curation-transformers.md",
            "docs/generated/invariants-transformers.md",
            "engine_versions/transformers.compat.json",
        ]
    )
    assert written_for(git(scene.remote, "show", "-s", "--format=%B", last.commit)) == scene.head
    probes = json.loads(scene.show(last.commit, "engine_versions/transformers.compat.json"))
    assert set(probes["versions"]["5.23.0"]) == set(CONCERNS)


def test_once_more_changes_nothing(scene: Scene) -> None:
    for one in CONCERNS:
        finish(scene, one)
    log = scene.log()
    assert finish(scene, "schemas").state == "already"
    # A run on the commit itself finds nothing to write: that is where the pipeline comes to rest.
    for one in CONCERNS:
        found = finish(scene, one, head=log[-1])
    assert found.state == "unchanged"
    assert scene.log() == log


def test_a_rerun_that_makes_something_else_comes_too_late(scene: Scene) -> None:
    for one in CONCERNS:
        finish(scene, one)
    log = scene.log()
    assert finish(scene, "schemas", text="other").state == "superseded"
    assert scene.log() == log


def test_a_rerun_before_the_last_replaces_its_own(scene: Scene) -> None:
    finish(scene, "invariants", text="first")
    finish(scene, "invariants", text="second")
    written = finish(scene, "schemas")
    assert written.commit is not None
    assert scene.show(written.commit, "corpus/transformers/cross_fire.yaml").startswith("second")


def test_an_artefact_that_never_comes_to_rest_is_refused(scene: Scene) -> None:
    for one in CONCERNS:
        finish(scene, one)
    tip = scene.log()[-1]
    finish(scene, "invariants", text="newer", head=tip)
    with pytest.raises(Failure, match="came out differently"):
        finish(scene, "schemas", head=tip)
    assert scene.log()[-1] == tip


@pytest.mark.parametrize("force", [False, True], ids=["push", "force-push"])
def test_a_person_in_between_is_never_overwritten(scene: Scene, force: bool) -> None:
    finish(scene, "invariants")
    theirs = scene.person_pushes(force)
    assert finish(scene, "schemas").state == "superseded"
    assert scene.tip() == theirs
    # The cells of the person's commit make a cycle of their own; nothing of the old one gets in.
    finish(scene, "invariants", text="again", head=theirs)
    written = finish(scene, "schemas", text="again", head=theirs)
    assert written.state == "written"
    assert git(scene.remote, "rev-parse", f"{written.commit}^") == theirs


def test_a_deleted_branch_stays_deleted(scene: Scene) -> None:
    finish(scene, "invariants")
    git(scene.home, "push", "-q", "origin", f":{BRANCH}")
    assert finish(scene, "schemas").state == "gone"
    assert scene.tip() is None


def test_a_cancelled_cell_leaves_nothing_half_done(scene: Scene) -> None:
    assert finish(scene, "invariants").state == "waiting"
    assert scene.tip() == scene.head
    assert finish(scene, "schemas").state == "written"  # its job, started again


def test_what_cells_left_goes_when_the_pull_request_closes(scene: Scene) -> None:
    finish(scene, "invariants")
    assert len(forget(Repository(scene.home), 7)) == 1
    assert Repository(scene.home).remote_refs(f"{ROOM}/*") == {}
    assert scene.tip() == scene.head


FORBIDDEN = (
    "rules/transformers/WatermarkingConfig.yaml",
    "src/llem_rules/engine_configs.py",
    "engine_versions/transformers.yaml",
    "corpus/vllm/invariants.validated.yaml",
    "corpus/transformers/schema.discovered.json",  # the other concern's
    ".github/workflows/ci.yml",
    "corpus/transformers/more/invariants.validated.yaml",
    "docs/generated/invariants-transformers.md/x",
    "approvals.yaml",
)


@pytest.mark.parametrize("path", FORBIDDEN)
def test_bots_never_write_what_is_not_theirs(scene: Scene, path: str) -> None:
    clone, cycle = Repository(scene.home), scene.cycle(cell("invariants"))
    publish(clone, cycle, cell("invariants"), scene.home, step("invariants", scene.head))
    honest = clone.remote_refs(f"{ROOM}/*")[cycle.ref(cell("invariants"))]
    clone.fetch(honest)
    clone.push(
        clone.commit(honest, {path: clone.add_blob(b"x")}, "x\n", scene.head), cycle.ref(cell("invariants")), None
    )
    with pytest.raises(Failure, match="is not for writeback to write"):
        write_back(clone, cycle)
    assert scene.tip() == scene.head


def test_a_link_is_no_artefact(scene: Scene) -> None:
    place = scene.home / "corpus" / ENGINE / "invariants.validated.yaml"
    place.unlink()
    place.symlink_to(scene.home / "rules")
    with pytest.raises(Failure, match="is a link"):
        publish(Repository(scene.home), scene.cycle(), cell("invariants"), scene.home, step("invariants", scene.head))


def test_artefacts_behind_a_link_are_none(scene: Scene) -> None:
    elsewhere, made = scene.folder / "elsewhere", scene.folder / "made"
    (elsewhere / ENGINE).mkdir(parents=True)
    (elsewhere / ENGINE / "cross_fire.yaml").write_text("secret\n")
    made.mkdir()
    (made / "corpus").symlink_to(elsewhere)
    with pytest.raises(Failure, match="lies behind one"):
        publish(Repository(scene.home), scene.cycle(), cell("invariants"), made, step("invariants", scene.head))


def test_a_folder_of_artefacts_gives_only_what_is_on_the_list(scene: Scene) -> None:
    """What holds the token stands on another commit, and of the pull request has the artefacts alone."""
    made, trusted = scene.folder / "made", scene.folder / "trusted"
    git(scene.folder, "clone", "-q", "-b", "main", "--single-branch", f"file://{scene.remote}", str(trusted))
    for name in (*FILES, ".git/config", "corpus/transformers/evil.yaml"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("tampered\n")
    make(made, "invariants")
    clone, cycle = Repository(trusted), scene.cycle(cell("invariants"))
    assert not clone.has(scene.head)
    publish(clone, cycle, cell("invariants"), made, step("invariants", scene.head))
    written = write_back(clone, cycle)
    assert written.commit is not None
    names = git(scene.remote, "show", "--format=", "--name-only", written.commit).splitlines()
    assert set(names) == {
        "corpus/transformers/cross_fire.yaml",
        "corpus/transformers/invariants.proposed.yaml",
        "corpus/transformers/invariants.validated.yaml",
        "docs/generated/invariants-transformers.md",
        "engine_versions/transformers.compat.json",
    }


def test_a_link_in_a_cells_commit_is_refused(scene: Scene) -> None:
    clone, cycle = Repository(scene.home), scene.cycle(cell("invariants"))
    publish(clone, cycle, cell("invariants"), scene.home, step("invariants", scene.head))
    index = {"GIT_INDEX_FILE": str(scene.folder / "index")}
    clone.git("read-tree", clone.remote_refs(f"{ROOM}/*")[cycle.ref(cell("invariants"))], extra=index)
    entry = f"120000,{clone.add_blob(b'/etc/passwd')},corpus/transformers/cross_fire.yaml"
    clone.git("update-index", "--add", "--cacheinfo", entry, extra=index)
    tree = clone.git("write-tree", extra=index)
    commit = git(scene.home, "commit-tree", tree, "-p", scene.head, "-m", "x")
    clone.push(commit, cycle.ref(cell("invariants")), None)
    with pytest.raises(Failure, match="not a plain file"):
        collect(clone, cycle)


def test_peoples_files_are_as_they_were(scene: Scene) -> None:
    (scene.home / "rules/transformers/WatermarkingConfig.yaml").write_text("tampered\n")
    make(scene.home, "invariants")
    clone, cycle = Repository(scene.home), scene.cycle(cell("invariants"))
    publish(clone, cycle, cell("invariants"), scene.home, step("invariants", scene.head))
    written = write_back(clone, cycle)
    assert written.commit is not None
    for name in ("rules/transformers/WatermarkingConfig.yaml", "engine_versions/transformers.yaml"):
        assert scene.show(written.commit, name) == FILES[name].strip()


def test_a_dry_run_moves_nothing(scene: Scene) -> None:
    clone, cycle = Repository(scene.home), scene.cycle(cell("invariants"))
    make(scene.home, "invariants")
    publish(clone, cycle, cell("invariants"), scene.home, step("invariants", scene.head))
    assert write_back(clone, cycle, dry_run=True).state == "written"
    assert scene.tip() == scene.head


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/bin/sh").exists(), reason="hooks need a shell")
def test_a_remote_that_refuses_is_an_error_and_not_a_race(scene: Scene) -> None:
    hook = scene.remote / "hooks" / "update"
    hook.write_text('#!/bin/sh\ncase $1 in refs/heads/*) echo "branch is protected" >&2; exit 1;; esac\n')
    hook.chmod(0o755)
    finish(scene, "invariants")
    with pytest.raises(Failure, match="git push"):
        finish(scene, "schemas")
