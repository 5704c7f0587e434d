"""Machines that finish at the same time, in random orders, dying between any two steps: one commit, and nothing lost.

A step is a call of git or a request to GitHub, whose server drops some of them, before or after they were done. Afterwards the
pipeline runs on whatever the branch has become, until it comes to rest: then commit, labels, comments and auto-merge are true.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from llem_rules.graph.changes.model import CONCERNS, Concern
from llem_rules.graph.step import Step
from llem_rules.pipeline import texts
from llem_rules.pipeline.cells import cell_named, publish
from llem_rules.pipeline.comments import upsert
from llem_rules.pipeline.git import Repository
from llem_rules.pipeline.hub import from_environment, opened
from llem_rules.pipeline.labelling import add_own
from llem_rules.pipeline.rolling import roll_up
from llem_rules.pipeline.writeback import write_back, written_for
from llem_rules.rules.failure import Failure
from tests.pipeline.forge import RENOVATE, Commit, Forge, Pull
from tests.pipeline.scene import BRANCH, ENGINE, Scene, cell, change, git, make, step

SEEN = {"ls-remote", "fetch", "push", "http"}  # only these see or change what others see
STEPS = 70
CAST: tuple[tuple[str, Concern], ...] = (("a", "invariants"), ("b", "schemas"))
TROUBLE = (*[None] * 18, "lost", "unheard")
IMAGE = f"sha256:{'1' * 64}"
BREAKING = ("corpus-changed", "invariants-breaking", "invariants-changed")
PEOPLE = ("nobody", "nobody", "pushes", "force-pushes", "deletes")


class Died(Exception):
    """A machine went away."""


class Turns:
    """Lets one machine at a time take its next step, chosen at random."""

    def __init__(self, names: Sequence[str], chance: random.Random) -> None:
        self.live, self.waiting, self.chance = set(names), set[str](), chance
        self.turn: str | None = None
        self.changed = threading.Condition()

    def step(self, name: str) -> None:
        with self.changed:
            self.waiting.add(name)
            self.turn = self.turn if self.turn != name else None
            self._choose()
            self.changed.wait_for(lambda: self.turn == name)
            self.waiting.discard(name)

    def leave(self, name: str) -> None:
        with self.changed:
            self.live.discard(name)
            self.turn = None
            self._choose()

    def _choose(self) -> None:
        if self.turn is None and self.live and self.waiting == self.live:
            self.turn = self.chance.choice(sorted(self.waiting))
            self.changed.notify_all()


@dataclass(frozen=True)
class Machine(Repository):
    """A clone whose every call of git is a step, at which its machine may wait or die."""

    gate: Callable[[str], None] = lambda _what: None

    def _run(
        self, arguments: Sequence[str], stdin: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        self.gate(arguments[0])
        return super()._run(arguments, stdin, extra)


def publish_and_write(machine: Machine, scene: Scene, concern: Concern) -> None:
    publish(machine, scene.cycle(), cell(concern), machine.folder, step(concern, scene.head))
    write_back(machine, scene.cycle())


def finish(machine: Machine, scene: Scene, concern: Concern, head: str, *, breaking: bool) -> None:
    """All that the job of a cell does once its artefacts are made, in its order."""
    found = judged(concern, head, breaking=breaking)
    cycle, here = scene.cycle(head=head), cell(concern)
    with opened(from_environment()) as hub:
        upsert(hub, 7, here, head, texts.comment(found))
        publish(machine, cycle, here, machine.folder, found, IMAGE)
        write_back(machine, cycle)
        roll_up(hub, machine, cycle, automerge=True)
        add_own(hub, 7, found, head)


def judged(concern: Concern, head: str, *, breaking: bool) -> Step:
    """What the cells found: nothing, or something breaking of one concern."""
    if not breaking or concern == "schemas":
        return step(concern, head)
    return step(concern, head, labels=BREAKING, changes=(change(worst="breaking"),), breaking=1)


def person(scene: Scene, does: str) -> str | None:
    if does == "deletes":
        git(scene.home, "push", "-q", "origin", f":{BRANCH}")
        return None
    return scene.person_pushes(force=does == "force-pushes")


@contextlib.contextmanager
def gates() -> Iterator[threading.local]:
    """Requests of a thread pass the gate that the thread has put there, as its calls of git do."""
    mine = threading.local()
    send = requests.Session.send

    def gated(self: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        gate = getattr(mine, "gate", None)
        if gate is not None:
            gate("http")
        return send(self, request, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", gated)
        yield mine


def following(scene: Scene) -> Callable[[Pull], None]:
    """Makes a pull request of the server what its branch is on the remote."""

    def follow(pull: Pull) -> None:
        tip = scene.remote_tip()
        pull.state = "open" if tip else "closed"
        if tip and tip != pull.sha:
            pull.sha = tip
            pull.commits = [_commit(scene, sha) for sha in scene.log()]

    return follow


def _commit(scene: Scene, sha: str) -> Commit:
    subject, email = git(scene.remote, "show", "-s", "--format=%s%n%ae", sha).splitlines()
    files = git(scene.remote, "show", "--format=", "--name-only", sha).splitlines()
    return Commit(RENOVATE if subject == "bump" else None, email, tuple(files), sha)


def play(scene: Scene, forge: Forge, mine: threading.local, seed: int) -> None:
    chance = random.Random(seed)
    does, breaking = chance.choice(PEOPLE), chance.random() < 0.5
    forge.pulls, forge.comments, forge.statuses = {7: Pull(7, BRANCH, "")}, {}, {}
    forge.follow = following(scene)
    forge.trouble = lambda: chance.choice(TROUBLE)
    actors = _cast(chance)
    turns = Turns([name for name, _ in actors] + (["person"] if does != "nobody" else []), chance)
    died: list[tuple[str, Concern]] = []
    theirs: list[str | None] = []
    trouble: list[BaseException] = []
    folders = {name: _folder(scene, name, concern) for name, concern in actors}

    def act(name: str, concern: Concern) -> None:
        left = chance.choice([None, *range(STEPS)])  # dies before that step; about as many as there are
        steps = iter(range(10_000))

        def gate(what: str) -> None:
            if what in SEEN:
                turns.step(name)
            if next(steps) == left:
                raise Died

        try:
            turns.step(name)
            mine.gate = gate
            finish(Machine(folders[name], gate=gate), scene, concern, scene.head, breaking=breaking)
        except Died:
            died.append((name, concern))
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            trouble.append(error)
        finally:
            turns.leave(name)

    def act_as_person() -> None:
        try:
            for _ in range(chance.randrange(1, 20)):
                turns.step("person")
            theirs.append(person(scene, does))
        except BaseException as error:  # noqa: BLE001  the same
            trouble.append(error)
        finally:
            turns.leave("person")

    threads = [threading.Thread(target=act, args=one) for one in actors]
    threads += [threading.Thread(target=act_as_person)] if does != "nobody" else []
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not trouble, trouble
    chance.shuffle(died)
    for name, concern in died:  # their jobs are started again
        finish(Machine(folders[name]), scene, concern, scene.head, breaking=breaking)
    _judge(scene, does, theirs)
    _come_to_rest(scene, forge, folders, breaking=breaking)


def _cast(chance: random.Random) -> list[tuple[str, Concern]]:
    """Both concerns, and with a chance of a third the first one twice: a job that was started again while it still ran."""
    return [*CAST, *([("c", CAST[0][1])] if chance.random() < 0.33 else [])]


def _come_to_rest(scene: Scene, forge: Forge, folders: dict[str, Path], *, breaking: bool) -> None:
    """A push starts the pipeline again. In the end the pull request says just what its last commit earned."""
    for _ in range(3):
        head = scene.remote_tip()
        if head is None:
            return
        for name, concern in CAST[::-1]:
            machine = Machine(folders[name])
            if not machine.has(head):
                machine.fetch(head)
            finish(machine, scene, concern, head, breaking=breaking)
        if scene.remote_tip() == head:
            break
    pull, by_person = forge.pulls[7], any("by hand" in line for line in scene.subjects())
    assert scene.remote_tip() == pull.sha == head
    assert pull.labels == (sorted(BREAKING) if breaking else ["safe-bump"])
    assert bool(pull.auto_merge) == (not breaking and not by_person)
    told = [one for one in forge.bodies(7) if one.startswith("<!-- llem-rules ci")]
    assert len(told) == breaking, told
    assert all(head[:12] in one for one in told)
    assert {one["description"] for one in forge.statuses[head]} == {IMAGE}


def _folder(scene: Scene, name: str, concern: Concern) -> Path:
    place = scene.clone(name)
    make(place, concern)
    return place


def _judge(scene: Scene, does: str, theirs: list[str | None]) -> None:
    tip = scene.tip()
    if does == "deletes":
        assert tip is None
        return
    log = scene.log()
    assert tip == log[-1]
    ours = [one for one in log if written_for(git(scene.remote, "show", "-s", "--format=%B", one)) is not None]
    assert len(ours) <= 1
    if does != "nobody":
        assert theirs == [log[-1]]  # nothing was put over a person's commit, or in its place
        return
    assert log == [scene.head, *ours]
    assert len(ours) == 1
    names = git(scene.remote, "ls-tree", "-r", "--name-only", ours[0]).splitlines()
    for concern in ("invariants", "schemas"):
        folder = scene.folder / ("a" if concern == "invariants" else "b")
        made = [one for one in folder.glob("corpus/*/*") if one.read_text().startswith("new")]
        assert made
        for file in made:
            assert scene.show(ours[0], file.relative_to(folder).as_posix()) == file.read_text().strip()
    assert "rules/transformers/WatermarkingConfig.yaml" in names
    probes = scene.show(ours[0], "engine_versions/transformers.compat.json")
    assert probes.count('"verdict"') == 2


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("template"))


def _again(template: Scene, folder: Path) -> Scene:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template.folder, folder)
    made = object.__new__(Scene)
    made.folder, made.remote, made.home, made.head = folder, folder / "remote.git", folder / "home", template.head
    git(made.home, "remote", "set-url", "origin", str(made.remote))
    return made


@pytest.mark.parametrize(
    ("does", "state"),
    [("pushes", "superseded"), ("force-pushes", "superseded"), ("deletes", "gone"), ("twin", "written")],
)
def test_the_last_moment(does: str, state: str, scene: Scene) -> None:
    """Between the look at the branch and the push: what the lease is for. A twin pushed the very same commit."""
    folders = {concern: _folder(scene, concern, concern) for concern in ("invariants", "schemas")}
    publish_and_write(Machine(folders["invariants"]), scene, "invariants")
    publish(
        Repository(folders["schemas"]), scene.cycle(), cell("schemas"), folders["schemas"], step("schemas", scene.head)
    )
    came: list[str | None] = []

    def gate(what: str) -> None:
        if what == "push" and not came:
            came.append("")
            if does == "twin":
                came[0] = write_back(Repository(folders["invariants"]), scene.cycle()).commit
            else:
                came[0] = person(scene, does)

    assert write_back(Machine(folders["schemas"], gate=gate), scene.cycle()).state == state
    assert [scene.tip()] == came


@pytest.mark.parametrize("held", [1, 1000], ids=["for a moment", "for good"])
@pytest.mark.parametrize("what", ["heads", "llem-ci"])
def test_a_lock_at_the_remote(what: str, held: int, scene: Scene) -> None:
    """Nothing is lost where a ref is locked just when it is pushed, and nothing is green where it stays so."""
    folder = _folder(scene, "a", "invariants")
    cycle = scene.cycle(cell("invariants"))
    ref = f"refs/heads/{BRANCH}" if what == "heads" else cycle.ref(cell("invariants"))
    lock = scene.remote / f"{ref}.lock"
    pushes: list[str] = []

    def gate(call: str) -> None:
        if call == "push":
            pushes.append(call)
            # A cell pushes to its own ref first, and then the branch.
            if len(pushes) - (what == "heads") in range(1, held + 1):
                lock.parent.mkdir(parents=True, exist_ok=True)
                lock.touch()
            else:
                lock.unlink(missing_ok=True)

    machine = Machine(folder, gate=gate)

    def both() -> str:
        publish(machine, cycle, cell("invariants"), folder, step("invariants", scene.head))
        return write_back(machine, cycle).state

    if held == 1:
        assert both() == "written"
        assert len(pushes) == 3
    else:
        with pytest.raises(Failure, match="the remote does not"):
            both()
    lock.unlink(missing_ok=True)
    assert len(scene.log()) == (2 if held == 1 else 1)


@pytest.mark.parametrize("many", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_all_in_the_same_instant(many: int, scene: Scene) -> None:
    """Not step by step: as fast as they can, each of both cells on many machines."""
    folders = {f"{concern}-{n}": _folder(scene, f"{concern}-{n}", concern) for concern in CONCERNS for n in range(many)}
    start = threading.Barrier(len(folders))
    states: list[str] = []

    def act(name: str) -> None:
        machine, here = Repository(folders[name]), cell_named(f"{ENGINE}-{name.partition('-')[0]}")
        start.wait()
        publish(machine, scene.cycle(), here, machine.folder, step(here.concern, scene.head))
        states.append(write_back(machine, scene.cycle()).state)

    threads = [threading.Thread(target=act, args=(name,)) for name in folders]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(states) == len(folders)
    assert set(states) <= {"waiting", "written", "already"}
    assert "written" in states
    assert len(scene.log()) == 2


SEEDS = [
    pytest.param(range(2), id="2"),
    *(pytest.param(range(n, n + 50), id=f"from {n}", marks=pytest.mark.slow) for n in (0, 50, 100, 150)),
]


@pytest.mark.parametrize("seeds", SEEDS)
def test_one_commit_whatever_the_order_and_whoever_dies(
    seeds: range, template: Scene, forge: Forge, tmp_path: Path
) -> None:
    with gates() as mine:
        for seed in seeds:
            try:
                play(_again(template, tmp_path / "again"), forge, mine, seed)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}") from error
