"""A cell: one concern of one engine, on one head commit of a pull request. And the refs by which cells know of each other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llem_rules.corpus.artefacts import dump_yaml
from llem_rules.graph.changes.model import CONCERNS, Concern
from llem_rules.graph.step import Step, file_name, step_of, step_text
from llem_rules.pipeline import paths
from llem_rules.pipeline.git import FILE_MODE, Repository
from llem_rules.rules.failure import NOT_CHECKED, Failure

ROOM = "refs/llem-ci"
TRIES = 5  # of a push that met another one at the remote's lock


@dataclass(frozen=True, order=True)
class Cell:
    """One concern of one engine."""

    engine: str
    concern: Concern

    def __str__(self) -> str:
        return f"{self.engine}-{self.concern}"

    @property
    def step_path(self) -> str:
        """Where its artefact lies in the cell's commit. No list allows it on a branch."""
        return f".llem-ci/{file_name(self.engine, self.concern)}"

    @property
    def image_path(self) -> str:
        """Where the digest of the first-party image that it ran in lies beside it."""
        return f".llem-ci/image-{self}"


def cell_named(text: str) -> Cell:
    """``engine-concern``.

    Raises:
        Failure: (2) it is not that.
    """
    engine, _, concern = text.rpartition("-")
    for one in CONCERNS:
        if engine and concern == one:
            return Cell(engine, one)
    raise Failure(f"{text!r} is no cell", hint="write ENGINE-invariants or ENGINE-schemas")


@dataclass(frozen=True)
class Cycle:
    """One run of the pipeline: the pull request, its branch, the commit that was looked at, and all cells of it."""

    number: int
    branch: str
    head: str
    cells: tuple[Cell, ...]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", self.head):
            raise Failure(f"{self.head!r} is not the full name of a commit")
        if not self.cells:
            raise Failure("a cycle without a cell has nothing to write back", hint="llem-rules ci plan lists the cells")

    def ref(self, cell: Cell) -> str:
        """Where one cell leaves what it made."""
        return f"{ROOM}/{self.number}/{self.head}/{cell}"


@dataclass(frozen=True)
class Made:
    """What a cell made: blobs by path, its artefact, and the digest of the first-party image that it ran in, if any."""

    cell: Cell
    files: Mapping[str, str]
    step: Step
    image: str | None = None


def publish(
    repository: Repository, cycle: Cycle, cell: Cell, folder: Path, step: Step, image: str | None = None
) -> str:
    """Leave the cell's files under its ref; a re-run of the cell replaces them. Returns the commit.

    ``folder``: where the cell's artefacts lie, each at its path in the project. Nothing else of it is looked at.

    Raises:
        Failure: (2) a file that is none; a step of another cell; (3) the remote refused.
    """
    if not repository.has(cycle.head):
        repository.fetch(cycle.head)
    if (step.engine, step.concern) != (cell.engine, cell.concern):
        raise Failure(f"the artefact is of {step.engine}-{step.concern}, not of {cell}")
    files = {cell.step_path: repository.add_blob(step_text(step).encode())}
    if image is not None:
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", image):
            raise Failure(f"{image!r} is no digest", hint="it is sha256: and 64 hexadecimal digits")
        files[cell.image_path] = repository.add_blob(image.encode())
    for path in paths.artefacts(cell.engine, cell.concern):
        place = folder / path
        if place.is_symlink() or not place.resolve().is_relative_to(folder.resolve()):
            raise Failure(f"{path} is a link, or lies behind one", hint="artefacts are plain files")
        if place.is_file():
            files[path] = repository.add_blob(place.read_bytes())
    commit = repository.commit(None, files, f"{cell} at {cycle.head}\n", cycle.head)
    for _ in range(TRIES):
        if repository.push(commit, cycle.ref(cell), None):
            return commit
    raise Failure(
        f"the remote does not take what {cell} made: another run of it holds {cycle.ref(cell)}",
        hint="run the job again",
        code=NOT_CHECKED,
    )


def collect(repository: Repository, cycle: Cycle) -> dict[Cell, Made]:
    """What the cells left so far.

    Raises:
        Failure: (2) a cell left a file that it may not write.
    """
    refs = repository.remote_refs(f"{ROOM}/{cycle.number}/{cycle.head}/*")
    there = {cell: refs[cycle.ref(cell)] for cell in cycle.cells if cycle.ref(cell) in refs}
    if there:
        repository.fetch(*(cycle.ref(cell) for cell in there))
    return {cell: _read(repository, cell, commit) for cell, commit in there.items()}


def _read(repository: Repository, cell: Cell, commit: str) -> Made:
    tree = dict(repository.tree(commit))
    entry, image = tree.pop(cell.step_path, None), tree.pop(cell.image_path, None)
    text = repository.blob(commit, cell.step_path) if entry is not None else None
    if text is None:
        raise Failure(f"{cell} left no artefact")
    paths.refuse_others("writeback", cell.engine, tree, cell.concern)
    for path, one in tree.items():
        if one.mode != FILE_MODE:
            raise Failure(f"{path} of {cell} is not a plain file (mode {one.mode})")
    digest_there = (repository.blob(commit, cell.image_path) or b"").decode() if image is not None else None
    return Made(cell, {path: one.object for path, one in tree.items()}, step_of(text, str(cell)), digest_there)


def digest(made: Iterable[Made]) -> str:
    """Equal for equal artefacts of all cells."""
    plain: dict[str, Any] = {str(one.cell): dict(sorted(one.files.items())) for one in made}
    return hashlib.sha256(dump_yaml(dict(sorted(plain.items()))).encode()).hexdigest()[:16]


def forget(repository: Repository, number: int) -> list[str]:
    """Delete what the cells of a pull request left, when it is closed. Returns the refs."""
    refs = sorted(repository.remote_refs(f"{ROOM}/{number}/*"))
    repository.delete(refs)
    return refs
