"""Messages to a worker as JSON lines. JSON has only strings as keys; other keys travel in the tagged form ``$dict``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def line_of(message: Mapping[str, Any]) -> bytes:
    """A message as the worker reads it.

    Raises:
        TypeError, ValueError, RecursionError: JSON cannot hold it.
    """
    return json.dumps(with_string_keys(message)).encode("utf-8", "surrogatepass") + b"\n"


def with_string_keys(value: Any) -> Any:
    """The same value, with each mapping that has other keys than strings as ``{"$dict": [[key, value], …]}``."""
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: with_string_keys(item) for key, item in value.items()}
        return {"$dict": [[with_string_keys(key), with_string_keys(item)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return [with_string_keys(item) for item in value]
    return value
