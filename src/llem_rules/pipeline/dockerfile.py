"""Places that repeat what an engine's versions file says: the arguments of ``docker/Dockerfile.<engine>``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.locate import Project
from llem_rules.corpus.versions import EngineVersions, engine_names, load_engine_versions
from llem_rules.rules.failure import Failure


@dataclass(frozen=True)
class Derived:
    """One line that repeats the versions file: what it says, and what it should."""

    file: str
    line: int
    argument: str
    found: str
    wanted: str

    @property
    def stale(self) -> bool:
        """Whether it says something else."""
        return self.found != self.wanted


def derived(project: Project, names: list[str] | None = None) -> list[Derived]:
    """Every derived place of the engines that have a Dockerfile here.

    Raises:
        Failure: (2) an engine's file is not readable; a Dockerfile has no argument for the library's version.
    """
    found: list[Derived] = []
    for engine in names or ():
        load_engine_versions(engine, project)  # says so where there is no such engine
    for engine in names or engine_names(project):
        path = _dockerfile(project, engine)
        if path.is_file():
            found += _places(path, load_engine_versions(engine, project))
    return found


def sync(project: Project, places: list[Derived]) -> list[str]:
    """Write what the places should say. Returns the files that changed."""
    changed = []
    for file in sorted({one.file for one in places if one.stale}):
        path = project.root / "docker" / file
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for one in places:
            if one.file == file:
                before = f"ARG {one.argument}={one.found}"
                lines[one.line - 1] = lines[one.line - 1].replace(before, f"ARG {one.argument}={one.wanted}", 1)
        if write_artefact(path, "".join(lines)):
            changed.append(file)
    return changed


def _dockerfile(project: Project, engine: str) -> Path:
    return project.root / "docker" / f"Dockerfile.{engine}"


def _places(path: Path, versions: EngineVersions) -> list[Derived]:
    wanted = {"LIBRARY_VERSION": versions.library.current_version}
    if versions.environment is not None and versions.environment.torch is not None:
        wanted["TORCH_VERSION"] = versions.environment.torch
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = re.match(r"ARG ([A-Z_]+)=(\S+)", line)
        if match and match[1] in wanted:
            found.append(Derived(path.name, number, match[1], match[2], wanted[match[1]]))
    if not any(one.argument == "LIBRARY_VERSION" for one in found):
        raise Failure(f"{path.name} has no line ARG LIBRARY_VERSION=…", hint="its version would be true of nothing")
    return found
