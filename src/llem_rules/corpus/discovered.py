"""``corpus/<engine>/schema.discovered.json``: the native types of a library, their fields and defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from llem_rules.corpus.findings import near
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.rules.failure import Failure
from llem_rules.rules.reading import Declared
from llem_rules.rules.values import decode

FILE_NAME = "schema.discovered.json"


@dataclass(frozen=True)
class Discovered:
    """A discovered schema. A native type may be named in full, or by its last part where only one has it."""

    engine: str
    library_version: str
    definitions: Mapping[str, Mapping[str, Any]]
    limitations: tuple[Any, ...] = ()

    @property
    def native_types(self) -> tuple[str, ...]:
        """Full names of the native types."""
        return tuple(self.definitions)

    def resolve(self, native_type: str) -> str | None:
        """The name under which a native type was discovered; None where it was not."""
        if native_type in self.definitions:
            return native_type
        last = native_type.rpartition(".")[2]
        same = [name for name in self.definitions if name.rpartition(".")[2] == last]
        return same[0] if len(same) == 1 else None

    def _definition(self, native_type: str) -> Mapping[str, Any]:
        name = self.resolve(native_type)
        return self.definitions[name] if name is not None else {}

    def fields(self, native_type: str) -> tuple[str, ...]:
        """Names of the fields; empty where the type was not discovered."""
        return tuple(self._definition(native_type).get("properties", {}))

    def required(self, native_type: str) -> tuple[str, ...]:
        """Fields without which the type cannot be built."""
        return tuple(self._definition(native_type).get("required", ()))

    def defaults(self, native_type: str) -> Declared:
        """Decoded defaults by field, for the fields that have a known one, with how fields read strings."""
        properties = self._definition(native_type).get("properties", {})
        known = {name: decode(about["default"]) for name, about in properties.items() if "default" in about}
        return Declared(known, {name: about["x-reads"] for name, about in properties.items() if "x-reads" in about})

    def accepts_unknown(self, native_type: str) -> bool:
        """Whether the type takes keyword arguments that it does not declare."""
        return bool(self._definition(native_type).get("additionalProperties", True))

    def unknown_field(self, native_type: str, name: str) -> tuple[bool, str | None]:
        """Whether a name is to be reported as no field of the type, and the field that was probably meant.

        Of a type that accepts unknown keyword arguments only what is nearly a field is reported.
        """
        known = self.fields(native_type)
        if not known or name in known:
            return False, None
        lenient = self.accepts_unknown(native_type)
        if lenient and name.startswith("_"):  # a private name beside a public one is no slip
            return False, None
        meant = near(name, known, 0.9 if lenient else 0.6)
        return (meant is not None or not lenient), meant


def load_discovered(engine: str, project: Project | None = None) -> Discovered | None:
    """The discovered schema of an engine; None where ``discover`` has not been run.

    Raises:
        Failure: the file is there, and is not what ``discover`` writes.
    """
    path = (project or find_project()).corpus_dir(engine) / FILE_NAME
    try:
        status = path.stat()
    except OSError:
        return None
    return _load(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _load(path: Path, _changed: int, _size: int) -> Discovered:
    try:
        document = json.loads(path.read_bytes())
        return Discovered(
            str(document["engine"]),
            str(document["library_version"]),
            dict(document["$defs"]),
            tuple(document.get("discovery_limitations", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{shown(path)} is not a discovered schema: {error}"
        raise Failure(message, hint="make it again: llem-rules discover ENGINE") from error
