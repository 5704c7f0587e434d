"""Results of single versions, kept in the user's cache: a sweep that broke off goes on, and two at once share the work."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from llem_rules.compat.one import VersionResult
from llem_rules.corpus.files import write_atomically
from llem_rules.corpus.locate import cache_folder
from llem_rules.rules.failure import NOT_CHECKED, Failure

_FORM = 1  # raise it when a result of before must not be used any more


class Shelf:
    """The results of one engine, each under its version, the place it was seen in and the rules that were replayed."""

    def __init__(self, engine: str, rules: Mapping[str, str]) -> None:
        self._folder = cache_folder() / "sweeps" / engine
        self._rules = hashlib.sha256(json.dumps([_FORM, sorted(rules.items())]).encode()).hexdigest()[:16]

    def _path(self, version: str, place: str) -> Path:
        return self._folder / f"{version}-{hashlib.sha256(place.encode()).hexdigest()[:8]}-{self._rules}.json"

    def get(self, version: str, place: str) -> VersionResult | None:
        """The result of a version; None where there is none that can be read."""
        try:
            return VersionResult.model_validate_json(self._path(version, place).read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, result: VersionResult, place: str) -> None:
        """Keep a result, whole or not at all.

        Raises:
            Failure: (3) the cache cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(result.version, place), result.model_dump_json(exclude_none=True))
        except OSError as error:
            raise _not_kept(self._folder, error) from error

    @contextmanager
    def alone(self, version: str) -> Iterator[None]:
        """Nobody else replays this version meanwhile: whoever comes second waits, and finds the result.

        Raises:
            Failure: (3) the cache cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._folder / f"{version}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise _not_kept(self._folder, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _not_kept(folder: Path, error: OSError) -> Failure:
    hint = "make room, or point LLEM_RULES_CACHE to a folder that can be written to"
    return Failure(f"results cannot be kept in {folder}: {error.strerror or error}", hint=hint, code=NOT_CHECKED)
