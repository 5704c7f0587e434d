"""An isolated environment for exactly one library version, keyed by its requirements, made once and cached."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llem_rules.corpus.locate import cache_folder
from llem_rules.corpus.versions import EngineVersions
from llem_rules.environments.aliases import add_aliases
from llem_rules.environments.uv import Report, make_environment, matching_python
from llem_rules.rules.failure import NOT_CHECKED, Failure

_LAYOUT = 1  # raise it when an environment of before must not be used any more
_MARK = "llem-rules.json"
_UNFINISHED = ".unfinished-"


def venv_python(versions: EngineVersions, version: str | None, report: Report) -> Path:
    """The interpreter of the environment for a version (default: the pinned one); made when it is not there yet.

    Two processes may ask at once: one makes it, the other waits. It is made under another name and renamed when it is
    complete, so that a half-made one is never used.

    Raises:
        Failure: (3) no local environment exists for this engine, or it could not be made.
    """
    recipe = _recipe(versions, version or versions.library.current_version)
    key = hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:16]
    home = cache_folder() / "environments"
    folder = home / f"{versions.engine}-{recipe['version']}-{key}"
    if not _usable(folder):
        _make(folder, recipe, report)
    return folder / "bin" / "python"


def _usable(folder: Path) -> bool:
    # The interpreter is a link to the one that the environment was made from; that may have been removed since.
    return (folder / _MARK).is_file() and (folder / "bin" / "python").exists()


def _recipe(versions: EngineVersions, version: str) -> dict[str, Any]:
    environment = versions.environment
    if environment is None:
        raise Failure(
            f"{versions.engine} has no local environment: {versions.unavailable}",
            hint="replay it in the engine's own image",
            code=NOT_CHECKED,
        )
    aliases = environment.aliases_for(version)
    return {
        "layout": _LAYOUT,
        "engine": versions.engine,
        "version": version,
        "requirements": environment.requirements_for(version),
        "overrides": environment.overrides_for(version),
        "torch": environment.torch,
        "python": matching_python(environment.python),
        "interpreter": ".".join(map(str, sys.version_info[:3])),
        "platform": f"{platform.system()}-{platform.machine()}",
        **({"aliases": aliases} if aliases else {}),
    }


def _make(folder: Path, recipe: dict[str, Any], report: Report) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.with_name(folder.name + ".lock"), report):
            if not _usable(folder):
                _make_alone(folder, recipe, report)
    except OSError as error:
        raise Failure(
            f"no environment can be made in the cache folder {folder.parent}: {error.strerror or error}",
            hint="point LLEM_RULES_CACHE to a folder that you may write to",
            code=NOT_CHECKED,
        ) from error


def _make_alone(folder: Path, recipe: dict[str, Any], report: Report) -> None:
    report("made once and kept; the first time takes a minute or two")
    for leftover in (*folder.parent.glob(folder.name + _UNFINISHED + "*"), folder):
        shutil.rmtree(leftover, ignore_errors=True)
    # A name of its own: where a maker was killed, its uv may still be at work in the folder of before.
    unfinished = Path(tempfile.mkdtemp(prefix=folder.name + _UNFINISHED, dir=folder.parent))
    made = unfinished / "environment"
    try:
        make_environment(made, recipe["python"], recipe["requirements"], recipe["overrides"], recipe["torch"], report)
        if "aliases" in recipe:
            add_aliases(made, recipe["aliases"])
        (made / _MARK).write_text(json.dumps(recipe, indent=1, sort_keys=True) + "\n")
        made.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


@contextmanager
def _alone(lock: Path, report: Report) -> Iterator[None]:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("another process is making this environment; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
