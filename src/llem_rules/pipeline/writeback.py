"""The one commit with all artefacts of a cycle, and how it is one whatever happens.

Each cell first leaves its files under a ref of its own, then looks whose refs are there. The one that sees all of them is
the last, and writes. Two may see all of them: both then make the *same* commit (its content, parent, author and date
follow from the refs alone), so that it does not matter whose push comes first. A push moves the branch from the head that was
looked at and from nowhere else; whatever came in between stays, and starts a cycle of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from llem_rules.corpus.compat import Compatibility, compat_text
from llem_rules.graph.step import Step
from llem_rules.pipeline import paths
from llem_rules.pipeline.cells import TRIES, Cell, Cycle, Made, collect, digest
from llem_rules.pipeline.git import Repository
from llem_rules.rules.failure import NOT_CHECKED, Failure

HEAD, ARTEFACTS = "Llem-Head", "Llem-Artefacts"
State = Literal["waiting", "written", "already", "unchanged", "superseded", "gone"]
FINISHED: tuple[State, ...] = ("written", "already", "unchanged")


@dataclass(frozen=True)
class Outcome:
    """What became of a write-back.

    ``waiting``: cells are missing, the last of them will write. ``written``, ``already``: the commit is on the branch, made
    now or before. ``unchanged``: every artefact is as the head has it. ``superseded``: the branch went on. ``gone``: it is
    no more.
    """

    state: State
    commit: str | None = None
    missing: tuple[Cell, ...] = ()
    files: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    images: tuple[tuple[str, str], ...] = ()

    @property
    def finished(self) -> bool:
        """Whether the cycle is over, so that its roll-up can be told."""
        return self.state in FINISHED


def write_back(repository: Repository, cycle: Cycle, *, dry_run: bool = False) -> Outcome:
    """Commit what all cells made, if this is the last of them. Doing it again changes nothing.

    Raises:
        Failure: (2) a cell left what it may not write; (3) git refused; a write-back upon a write-back
            would change files again.
    """
    made = collect(repository, cycle)
    missing = tuple(cell for cell in cycle.cells if cell not in made)
    if missing:
        return Outcome("waiting", missing=missing)
    every = [made[cell] for cell in sorted(made)]
    steps, images = tuple(one.step for one in every), _images(every)
    tip = repository.branch_tip(cycle.branch)
    if tip is None:
        return Outcome("gone", steps=steps, images=images)
    if not repository.has(cycle.head):
        repository.fetch(cycle.head)
    files = _changed(repository, cycle.head, every)
    if not files:
        return Outcome("unchanged" if tip == cycle.head else "superseded", tip, steps=steps, images=images)
    _refuse_endless(repository, cycle.head, files)
    commit = repository.commit(cycle.head, files, message(cycle, every), cycle.head)
    told = tuple(sorted(files))
    if tip == commit:
        return Outcome("already", commit, files=told, steps=steps, images=images)
    if tip != cycle.head:
        return Outcome("superseded", tip, files=told, steps=steps, images=images)
    if dry_run:
        return Outcome("written", commit, files=told, steps=steps, images=images)
    state, tip = _push(repository, cycle, commit)
    return Outcome(state, tip, files=told, steps=steps, images=images)


def _push(repository: Repository, cycle: Cycle, commit: str) -> tuple[State, str | None]:
    """Move the branch. Where that does not come about, somebody was quicker: the twin of this run, or a person."""
    for _ in range(TRIES):
        if repository.push(commit, f"refs/heads/{cycle.branch}", cycle.head):
            return "written", commit
        tip = repository.branch_tip(cycle.branch)
        if tip != cycle.head:
            return ("gone" if tip is None else "already" if tip == commit else "superseded"), tip
        # It stands where it stood: somebody held the remote's lock at that moment, and let go.
    said = f"the remote does not move {cycle.branch}, though it is where it was"
    raise Failure(said, hint="run the job again", code=NOT_CHECKED)


def message(cycle: Cycle, made: Sequence[Made]) -> str:
    """The commit's message, with the trailers by which a later run knows it."""
    engines = ", ".join(sorted({one.cell.engine for one in made}))
    versions = sorted({f"{one.step.engine} {one.step.head_version}" for one in made if one.step.head_version})
    body = f"Proved again: {', '.join(versions)}.\n\n" if versions else ""
    return f"chore({engines}): artefacts of the pipeline\n\n{body}{HEAD}: {cycle.head}\n{ARTEFACTS}: {digest(made)}\n"


def written_for(text: str) -> str | None:
    """The head that a commit was written for, by its message; None where it is no write-back."""
    found = re.search(rf"^{HEAD}: ([0-9a-f]{{40,64}})$", text, re.MULTILINE)
    return found[1] if found else None


def _images(made: Sequence[Made]) -> tuple[tuple[str, str], ...]:
    """The image of each engine; none of an engine whose cells ran in different ones, or only some of them in one."""
    found: dict[str, set[str | None]] = {}
    for one in made:
        found.setdefault(one.cell.engine, set()).add(one.image)
    return tuple((engine, image) for engine, (image, *others) in found.items() if image is not None and not others)


def _changed(repository: Repository, head: str, made: Sequence[Made]) -> dict[str, str]:
    """Blobs by path, of what differs from the head."""
    wanted: dict[str, list[tuple[Cell, str]]] = {}
    for one in made:
        for path, blob in one.files.items():
            wanted.setdefault(path, []).append((one.cell, blob))
    there = repository.tree(head)
    files = {path: _one(repository, path, offers, head) for path, offers in wanted.items()}
    return {path: blob for path, blob in files.items() if path not in there or there[path].object != blob}


def _one(repository: Repository, path: str, offers: Sequence[tuple[Cell, str]], head: str) -> str:
    """What stands in one file: a cell's own, or the parts of all where several write it."""
    engine = offers[0][0].engine
    row = paths.row_of("writeback", engine, path)
    if row is not None and row.merge == "producer":
        before = repository.blob(head, path)
        parts = {cell: repository.git("cat-file", "blob", blob).encode() for cell, blob in offers}
        return repository.add_blob(merged_probes(engine, before, parts).encode())
    if len({blob for _, blob in offers}) > 1:
        raise Failure(f"{path} is written by {' and '.join(str(cell) for cell, _ in offers)}")
    return offers[0][1]


def merged_probes(engine: str, before: bytes | None, parts: Mapping[Cell, bytes]) -> str:
    """Probe results: of each cell those of its own producer, over what the head has."""
    whole = _probes(before, engine)
    for cell, text in sorted(parts.items()):
        for version, results in _probes(text, engine).versions.items():
            if cell.concern in results:
                whole = whole.with_result(version, cell.concern, results[cell.concern])
    return compat_text(whole)


def _probes(text: bytes | None, engine: str) -> Compatibility:
    if text is None:
        return Compatibility(engine=engine)
    try:
        return Compatibility.model_validate(json.loads(text))
    except ValueError as error:
        raise Failure(f"the probe results of {engine} are not readable: {error}") from error


def _refuse_endless(repository: Repository, head: str, files: Mapping[str, str]) -> None:
    """A commit of ours was looked at again and gave other files: the pipeline would go on for ever."""
    if written_for(repository.git("show", "-s", "--format=%B", head)) is not None:
        raise Failure(
            f"the artefacts of a write-back came out differently when they were made again: {', '.join(sorted(files))}",
            hint="an artefact depends on more than the commit: look for a clock, a path or an order in it",
            code=NOT_CHECKED,
        )
