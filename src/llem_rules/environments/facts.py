"""What a worker says of its environment when it is ready."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from llem_rules.inside.variants import entries_of, in_one, variant_text
from llem_rules.rules.config import Surroundings
from llem_rules.rules.values import SCRATCH


@dataclass(frozen=True)
class Facts:
    """The library's version and what it runs on. ``fork_unclean``: why the worker must not fork; empty when it may.

    ``confinement``: what the worker can reach (see ``inside/confinement.py``). ``compute_capability`` is the first GPU's,
    ``gpus`` how many it may use, ``cuda`` what torch was built with; nothing without one. ``image``: of its container, by
    digest.
    ``files``: the engine's own small files, by name.
    """

    library_version: str
    python: str
    system: str
    machine: str
    device: str
    packages: Mapping[str, str]
    environment: Mapping[str, str]
    import_s: float
    missing_types: Mapping[str, str]
    fork_unclean: tuple[str, ...]
    confinement: Mapping[str, Any] = field(default_factory=dict)
    compute_capability: str = ""
    gpus: int = 0
    cuda: str = ""
    image: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any], files: Mapping[str, str]) -> Self:
        """Read the worker's ``ready`` message. ``files``: what the worker was given."""
        known: dict[str, Any] = {name: answer[name] for name in cls.__dataclass_fields__ if name in answer}
        return cls(**{**known, "fork_unclean": tuple(known["fork_unclean"]), "files": dict(files)})

    @property
    def surroundings(self) -> Surroundings:
        """The same as predicates read it."""
        platform: dict[str, Any] = {"device": self.device, "system": self.system, "machine": self.machine}
        if self.compute_capability:
            platform["compute_capability"] = float(self.compute_capability)
        if self.gpus:
            platform["gpus"] = self.gpus
        return Surroundings(
            env=self.environment,
            platform=platform,
            packages=self.packages,
            files=_CaseFiles(self.files),
            configs=_CaseConfigs(self.files),
        )


class _CaseFiles(Mapping[str, str]):
    """What a case finds at a path. It runs in an empty folder; an engine's small files are there by name.

    Its home is its own, so that the hub's cache holds no repository.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def __getitem__(self, path: str) -> str:
        if path in {".", SCRATCH.rstrip("/")}:
            return "folder"
        if path.startswith(SCRATCH):
            # A folder with other entries in its config.json is spelled with them (see inside/variants.py).
            name = "/".join(part.partition("%7B")[0] for part in in_one(path.removeprefix(SCRATCH)).split("/") if part)
            if name in self._files:
                return "file"
            if any(one.startswith(f"{name}/") for one in self._files):
                return "folder"
            raise KeyError(path)
        if not Path(path).is_absolute() or not Path(path).exists():
            raise KeyError(path)
        return "folder" if Path(path).is_dir() else "file"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _CaseConfigs(Mapping[str, Mapping[str, Any] | None]):
    """The ``config.json`` of the engine's own small folders, as they are or with other entries; elsewhere there is none."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def __getitem__(self, path: str) -> Mapping[str, Any] | None:
        folder = path.removeprefix(SCRATCH).rstrip("/")
        text = self._files.get(f"{folder.partition('%7B')[0]}/config.json") if path.startswith(SCRATCH) else None
        return None if text is None else dict(json.loads(variant_text(text, entries_of(folder))))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def same_version(found: str, wanted: str) -> bool:
    """Whether two versions are one release, whatever local part they carry; by their text where one is no version."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(found).public == Version(wanted).public
    except InvalidVersion:
        return found == wanted
