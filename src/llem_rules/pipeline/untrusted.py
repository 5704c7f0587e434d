"""Artefacts of pull requests that no token may be given to: what has to hold before anything of them is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llem_rules.graph.labels import LABELS
from llem_rules.graph.step import Step, read_step
from llem_rules.pipeline.cells import Cell
from llem_rules.rules.failure import Failure

LARGEST = 4 << 20  # bytes of an artefact; a real one of a large bump is a tenth of that


def checked_steps(folder: Path, head: str, engines: Sequence[str]) -> list[Step]:
    """Every artefact in a folder; none where the folder is not there, since nothing was left.

    Raises:
        Failure: (2) one of them is not as it should be, or two are of one cell: then nothing of them is told.
    """
    steps = [checked_step(path, head, engines) for path in sorted(folder.rglob("engine-step-diff-*.yaml"))]
    cells = [Cell(step.engine, step.concern) for step in steps]
    twice = next((one for one in cells if cells.count(one) > 1), None)
    if twice is not None:
        raise Failure(f"there are two artefacts of {twice}")
    return steps


def checked_step(path: Path, head: str, engines: Sequence[str]) -> Step:
    """An artefact as data, of the commit that it should be of. No text of it is told as it stands: see ``texts``.

    Raises:
        Failure: (2) it is none, too large, of another commit, or of an engine that there is not.
    """
    if path.is_symlink() or not path.is_file():
        raise Failure(f"{path.name} is no plain file")
    if path.stat().st_size > LARGEST:
        raise Failure(f"{path.name} is larger than {LARGEST:,} bytes")
    step = read_step(path)
    cell = Cell(step.engine, step.concern)
    if step.head != head:
        raise Failure(f"{path.name} is of {step.head[:12]!r}, and the run was of {head[:12]}")
    if step.engine not in engines:
        raise Failure(f"{path.name} is of an engine that there is not")
    if Path(cell.step_path).name != path.name:
        raise Failure(f"{path.name} holds the artefact of {cell}")
    strange = [one for one in step.labels if one not in LABELS or one == "safe-bump"]
    if strange:
        raise Failure(f"{path.name} asks for a label that no cell has", hint=", ".join(LABELS))
    return step
