"""Machine-owned files: the same bytes for the same content, and never half a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from llem_rules.corpus.files import write_atomically
from llem_rules.rules.failure import Failure


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Without anchors: an alias in a corpus helps no reader."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def dump_yaml(document: Any, header: str = "") -> str:
    """A document as YAML text: keys in their own order, 120 columns, no aliases."""
    return header + str(
        yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)
    )


def load_yaml(path: Path) -> Any:
    """A machine-owned document, at the speed of C. What it holds is checked by who asked.

    Raises:
        Failure: it is not YAML, or cannot be read.
    """
    try:
        return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Failure(
            f"{path} is not readable: {error}", hint="it is machine-made: restore it, or make it again"
        ) from error


def write_artefact(path: Path, text: str) -> bool:
    """Write a file whole or not at all, where its content is new. Returns whether it was.

    Raises:
        Failure: the place cannot be written.
    """
    try:
        if path.is_file() and path.read_bytes() == text.encode("utf-8"):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    except OSError as error:
        hint = "the file is as it was before"
        raise Failure(f"{path} cannot be written: {error.strerror or error}", hint=hint) from error
    return True
