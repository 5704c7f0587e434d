"""Machines that finish at the same time, in random orders, dying between any two steps: one commit, and nothing lost."""

from __future__ import annotations

import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from llem_rules.graph.changes.model import Concern
from llem_rules.pipeline.cells import publish
from llem_rules.pipeline.git import Repository
from llem_rules.pipeline.writeback import write_back, written_for
from tests.pipeline.scene import BRANCH, Scene, cell, git, make, step

REMOTE = {"ls-remote", "fetch", "push"}  # only these see or change what others see
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


def finish(machine: Machine, scene: Scene, concern: Concern) -> None:
    publish(machine, scene.cycle(), cell(concern), machine.folder, step(concern, scene.head))
    write_back(machine, scene.cycle())


def person(scene: Scene, does: str) -> str | None:
    if does == "deletes":
        git(scene.home, "push", "-q", "origin", f":{BRANCH}")
        return None
    return scene.person_pushes(force=does == "force-pushes")


def play(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    does = chance.choice(PEOPLE)
    # Both concerns, and with a chance of a third the first one twice: a job that was started again while it still ran.
    actors: list[tuple[str, Concern]] = [("a", "invariants"), ("b", "schemas")]
    if chance.random() < 0.33:
        actors.append(("c", "invariants"))
    turns = Turns([name for name, _ in actors] + (["person"] if does != "nobody" else []), chance)
    died: list[tuple[str, Concern]] = []
    theirs: list[str | None] = []
    trouble: list[BaseException] = []
    folders = {name: _folder(scene, name, concern) for name, concern in actors}

    def act(name: str, concern: Concern) -> None:
        left = chance.choice([None, *range(45)])  # dies before that call of git; about as many as there are
        calls = iter(range(10_000))

        def gate(what: str) -> None:
            if what in REMOTE:
                turns.step(name)
            if next(calls) == left:
                raise Died

        try:
            turns.step(name)
            finish(Machine(folders[name], gate=gate), scene, concern)
        except Died:
            died.append((name, concern))
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            trouble.append(error)
        finally:
            turns.leave(name)

    def act_as_person() -> None:
        try:
            for _ in range(chance.randrange(1, 8)):
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
        finish(Machine(folders[name]), scene, concern)
    _judge(scene, does, theirs)


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
    finish(Machine(folders["invariants"]), scene, "invariants")
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


SEEDS = [
    pytest.param(range(5), id="5"),
    *(pytest.param(range(n, n + 50), id=f"from {n}", marks=pytest.mark.slow) for n in (0, 50, 100, 150)),
]


@pytest.mark.parametrize("seeds", SEEDS)
def test_one_commit_whatever_the_order_and_whoever_dies(seeds: range, template: Scene, tmp_path: Path) -> None:
    for seed in seeds:
        try:
            play(_again(template, tmp_path / "again"), seed)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
