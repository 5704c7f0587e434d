"""Where the project's files are: the tree that one works in, the source tree, or what a wheel carries."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_MARKS = ("engine_versions", "rules")
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Project:
    """The folders of a project. ``origin``: ``tree`` (at or above the working directory), ``source`` (an editable

    install's own tree) or ``package`` (the data inside an installed wheel, which nothing should write).
    """

    root: Path
    origin: Literal["tree", "source", "package"]

    @property
    def writable(self) -> bool:
        """Whether artefacts may be written here."""
        return self.origin != "package" and os.access(self.root, os.W_OK)

    @property
    def engine_versions_dir(self) -> Path:
        """``engine_versions/``: one file an engine."""
        return self.root / "engine_versions"

    @property
    def sites_dir(self) -> Path:
        """``sites/``: effect sites that a person read, one file an engine."""
        return self.root / "sites"

    @property
    def schemas_dir(self) -> Path:
        """``schemas/``: published JSON Schemas."""
        return self.root / "schemas"

    def rules_dir(self, engine: str | None = None) -> Path:
        """``rules/``, or the authored rules of one engine."""
        return self.root / "rules" / engine if engine else self.root / "rules"

    def corpus_dir(self, engine: str | None = None) -> Path:
        """``corpus/``, or the machine-made artefacts of one engine."""
        return self.root / "corpus" / engine if engine else self.root / "corpus"

    def shown(self, path: Path) -> str:
        """A path as a person in the working directory would write it."""
        return shown(path)


def find_project(start: Path | None = None) -> Project:
    """The project at or above ``start`` (the working directory), else the source tree, else the packaged data."""
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if _is_root(folder):
            return Project(folder, "tree")
    source = _PACKAGE.parent.parent
    if _PACKAGE.parent.name == "src" and _is_root(source):
        return Project(source, "source")
    return Project(_PACKAGE / "_data", "package")


def _is_root(folder: Path) -> bool:
    return all((folder / mark).is_dir() for mark in _MARKS)


def shown(path: Path) -> str:
    """Relative to the working directory where the path lies in it, else absolute; always with forward slashes."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def cache_folder() -> Path:
    """``$LLEM_RULES_CACHE``, else ``llem-rules`` in the user's cache folder."""
    chosen = os.environ.get("LLEM_RULES_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "llem-rules"
