"""What a check knows of the place where it runs: the checkpoints that lie here, and all of it where a config runs here."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from llem_rules.rules.config import Surroundings
from llem_rules.rules.expressions import UNKNOWN

_LARGEST = 4 << 20  # bytes; a config.json has a few thousand


class _OfPaths(Mapping[str, Any]):
    """Knowledge that is looked up: there is no list of it."""

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class LocalConfigs(_OfPaths):
    """The ``config.json`` of folders on this machine. One that is not here is missing: the config may be for another place."""

    def __getitem__(self, folder: str) -> Mapping[str, Any] | None:
        held = _read(folder)
        if held is None:
            raise KeyError(folder)
        return held


class LocalFiles(_OfPaths):
    """What lies on this machine. What is not here is unknown: the config may be for another place.

    Of a folder that is here, its files are known, those that it lacks too.
    """

    def __getitem__(self, path: str) -> Any:
        kind = _kind(path)
        return UNKNOWN if kind is None else kind

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and _kind(path) is not None


class AllConfigs(LocalConfigs):
    """The same where a config runs here: a folder without one has none. What is no folder may still be in the hub."""

    def __getitem__(self, folder: str) -> Mapping[str, Any] | None:
        if _kind(folder) == "folder" and _kind(os.path.join(folder, "config.json")) is None:  # noqa: PTH118 - as below
            return None
        return super().__getitem__(folder)


class AllFiles(_OfPaths):
    """The same where a config runs here: what is not here is nowhere. A name that the hub's cache knows is a repository."""

    def __getitem__(self, path: str) -> str:
        kind = _kind(path)
        if kind is None and os.path.isdir(os.path.join(_hub(), f"models--{path.replace('/', '--')}")):  # noqa: PTH112, PTH118
            kind = "repository"
        if kind is None:
            raise KeyError(path)
        return kind


def _kind(path: str) -> str | None:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - as below
    except (OSError, ValueError):  # ValueError: a text that can be no path
        return None
    return "folder" if stat.S_ISDIR(mode) else "file"


def _hub() -> str:
    """The folder of the hub's cache, as its client finds it."""
    home = os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "huggingface")  # noqa: PTH118
    return os.path.expanduser(os.environ.get("HF_HUB_CACHE") or os.path.join(home, "hub"))  # noqa: PTH111, PTH118


def _read(folder: str) -> Mapping[str, Any] | None:
    """What a folder's config.json holds; None where nothing can be told of it."""
    path = os.path.join(folder, "config.json")  # noqa: PTH118 - every check asks for a folder that is not there
    try:
        if os.stat(path).st_size > _LARGEST:  # noqa: PTH116 - likewise
            return None
        held = json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        return None
    return held if isinstance(held, dict) else None


HERE = Surroundings(configs=LocalConfigs(), files=LocalFiles())


@lru_cache(maxsize=1)
def _packages() -> Mapping[str, str]:
    import importlib.metadata

    return {one.name: one.version for one in importlib.metadata.distributions() if one.name}


def runs_here(package: str, device: str | None = None) -> Surroundings:
    """What is known of a config that runs on this machine: its variables, files and packages.

    ``package``: the engine's. The packages are known where it is one of this Python's; else it runs in another environment,
    of which nothing is known. ``device``: that the config is for, where it is known.
    """
    import platform

    installed = Surroundings(packages=_packages())
    facts = {"system": platform.system().lower(), "machine": platform.machine()}
    return Surroundings(
        env=dict(os.environ),
        platform=facts if device is None else {**facts, "device": device},
        packages=None if installed.read("packages", package) is None else installed.packages,
        files=AllFiles(),
        configs=AllConfigs(),
    )
