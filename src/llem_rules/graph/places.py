"""Where the things that changed stand in files, found by their text: good enough to click, and quick."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from llem_rules.corpus.discovered import FILE_NAME as SCHEMA
from llem_rules.corpus.locate import Project
from llem_rules.corpus.rulebook import PROPOSED, VALIDATED
from llem_rules.graph.changes import Change, SchemaChange

_ID = re.compile(r"^\s*-\s+id:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """A file relative to the project's root, and a line that counts from 1."""

    file: str
    line: int


class Places:
    """Looks things up in a project's files: first where people write, then where machines do."""

    def __init__(self, engine: str, project: Project) -> None:
        self._root = project.root
        self._rules = sorted(project.rules_dir(engine).glob("*.yaml"))
        self._corpus = project.corpus_dir(engine)

    def of(self, change: Change) -> Place:
        """The place of what changed; the head of its file, where it is gone."""
        if isinstance(change, SchemaChange):
            return self._field(change.native_type, change.field)
        return self._by_id.get(change.subject) or Place(self._shown(self._corpus / VALIDATED), 1)

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else path.as_posix()

    @cached_property
    def _by_id(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for path in (*self._rules, self._corpus / VALIDATED, self._corpus / PROPOSED):
            for line, name in _ids(path):
                found.setdefault(name, Place(self._shown(path), line))
        return found

    @cached_property
    def _schema(self) -> list[str]:
        path = self._corpus / SCHEMA
        return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []

    def _field(self, native_type: str, field: str | None) -> Place:
        file = self._shown(self._corpus / SCHEMA)
        start = next((at for at, line in enumerate(self._schema) if line.strip().startswith(f'"{native_type}":')), None)
        if start is None:
            return Place(file, 1)
        inside = (
            at for at in range(start + 1, len(self._schema)) if self._schema[at].strip().startswith(f'"{field}":')
        )
        at = next(inside, None) if field is not None else None
        return Place(file, (start if at is None else at) + 1)


def _ids(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    line, position = 1, 0
    for match in _ID.finditer(text):
        line += text.count("\n", position, match.start(1))
        position = match.start(1)
        yield line, match[1]
