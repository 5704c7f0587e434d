"""What a check knows of the place where it runs: the checkpoints that lie here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from llem_rules.rules.config import Surroundings

_LARGEST = 4 << 20  # bytes; a config.json has a few thousand


class LocalConfigs(Mapping[str, Mapping[str, Any] | None]):
    """The ``config.json`` of folders on this machine. One that is not here is missing: the config may be for another place."""

    def __getitem__(self, folder: str) -> Mapping[str, Any] | None:
        held = _read(folder)
        if held is None:
            raise KeyError(folder)
        return held

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


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


HERE = Surroundings(configs=LocalConfigs())
