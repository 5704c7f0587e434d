"""Which files bots may write: ``paths.yaml``, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from llem_rules.corpus.artefacts import load_yaml
from llem_rules.graph.changes.model import Concern
from llem_rules.rules.failure import Failure

Writer = Literal["writeback", "approve-reuse", "sweep", "renovate"]


@dataclass(frozen=True)
class Allowed:
    """One row: a path with ``{engine}`` in it, whose it is, and how two versions of it become one."""

    path: str
    concern: str
    merge: str | None = None

    def at(self, engine: str) -> str:
        """The path of one engine."""
        return self.path.replace("{engine}", engine)


@cache
def rows(writer: Writer) -> tuple[Allowed, ...]:
    """What one writer may write."""
    document = load_yaml(Path(__file__).with_name("paths.yaml"))
    return tuple(Allowed(**row) for row in document[writer])


def artefacts(engine: str, concern: Concern) -> list[str]:
    """The files that one concern of one engine may write back."""
    return [row.at(engine) for row in rows("writeback") if row.concern in {concern, "any"}]


def row_of(writer: Writer, engine: str, path: str) -> Allowed | None:
    """The row that allows a path to a writer, for one engine."""
    return next((row for row in rows(writer) if row.at(engine) == path), None)


def refuse_others(writer: Writer, engine: str, found: Iterable[str], concern: Concern | None = None) -> None:
    """Raise where a path is not one that this writer may write.

    Raises:
        Failure: (2) it is somebody's own file, or another concern's.
    """
    for path in found:
        row = row_of(writer, engine, path)
        if row is None or (concern is not None and row.concern not in {concern, "any"}):
            whose = f"{concern} of {engine}" if concern else engine
            hint = "bots write only what pipeline/paths.yaml lists; what people wrote is theirs"
            raise Failure(f"{path!r} is not for {writer} to write ({whose})", hint=hint)
