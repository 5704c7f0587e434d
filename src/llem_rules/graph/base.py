"""Where a side comes from: a git ref, a file, a folder, or the project as it stands."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from llem_rules.corpus.discovered import FILE_NAME as SCHEMA
from llem_rules.corpus.locate import Project, shown
from llem_rules.corpus.rulebook import PROPOSED, VALIDATED
from llem_rules.engines import find_engine
from llem_rules.graph.reading import RuleReader, read_schema
from llem_rules.graph.sides import Side
from llem_rules.rules.failure import Failure
from llem_rules.rules.values import decode

_GIT_S = 60


class SideReader:
    """Makes the sides of one comparison of one engine, and reads what they share only once."""

    def __init__(self, engine: str, project: Project) -> None:
        self._engine = engine
        self._project = project
        self._rules = RuleReader()

    def working_tree(self) -> Side:
        """The project's own corpus and schema."""
        return self._folder(self._project.corpus_dir(self._engine), "the working tree")

    def named(self, name: str) -> Side:
        """A file, a folder, or a git ref.

        Raises:
            Failure: (2) it is neither, or what it holds cannot be read.
        """
        path = Path(name)
        if path.is_dir():
            inner = path / self._engine
            return self._folder(inner if inner.is_dir() else path, name)
        if path.is_file():
            return replace(self._made(name, *_sorted_by_kind(path.name, _text(path))), single=True)
        return self._at_ref(name)

    def _folder(self, folder: Path, name: str) -> Side:
        rules = next((folder / file for file in (VALIDATED, PROPOSED) if (folder / file).is_file()), None)
        schema = folder / SCHEMA
        return self._made(
            name,
            _text(rules) if rules is not None else None,
            _text(schema) if schema.is_file() else None,
            {"rules": shown(rules) if rules is not None else name, "schema": shown(schema)},
        )

    def _at_ref(self, ref: str) -> Side:
        root = self._project.root
        if ref.startswith("-") or _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") is None:
            hint = "give a file, a folder with a corpus, or something that `git rev-parse` knows"
            raise Failure(f"{ref!r} is neither a file nor a git ref of {shown(root)}", hint=hint)
        folder = f"corpus/{self._engine}"
        rules = _git(root, "show", f"{ref}:./{folder}/{VALIDATED}")
        if rules is None:
            rules = _git(root, "show", f"{ref}:./{folder}/{PROPOSED}")
        schema = _git(root, "show", f"{ref}:./{folder}/{SCHEMA}")
        return self._made(ref, rules, schema)

    def _made(self, name: str, rules: str | None, schema: str | None, called: Mapping[str, str] | None = None) -> Side:
        names = called or {}
        entries, version = None, None
        if rules is not None:
            entries, version = self._rules.read(rules, names.get("rules", name), self._engine)
        found = None if schema is None else read_schema(schema, names.get("schema", name), self._engine)
        return Side(name, entries, found, version or (found.library_version if found else None), self._base_kwargs())

    def _base_kwargs(self) -> dict[str, dict[str, Any]]:
        types = find_engine(self._engine).native_types
        return {name: {key: decode(one) for key, one in about.base.items()} for name, about in types.items()}


def _sorted_by_kind(file_name: str, text: str) -> tuple[str | None, str | None]:
    return (None, text) if file_name.endswith(".json") else (text, None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{shown(path)} cannot be read: {error}") from error


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where it knows no such object.

    Raises:
        Failure: (2) there is no git, or the project is in no repository.
    """
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=_GIT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure(f"git could not be asked: {error}", hint="give --base as a file") from error
    if b"not a git repository" in done.stderr:
        raise Failure(f"{shown(root)} is in no git repository", hint="give --base as a file")
    return done.stdout.decode("utf-8") if done.returncode == 0 else None
