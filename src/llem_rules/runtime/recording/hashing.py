"""One hash for one config, whatever the order of its keys, the spelling of its numbers, the Python and the platform."""

from __future__ import annotations

import enum
import hashlib
import json
import math
from typing import Any

from llem_rules.inside.values import encode

_LENGTH = 16
_DEPTH = 64
_DECIMAL_BITS = 1100  # more than any float has; longer integers are written in base 16, which no limit forbids


def hash_of(value: Any) -> str:
    """The first sixteen hexadecimal digits of the SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()[:_LENGTH]


def canonical(value: Any, depth: int = 0) -> str:
    """JSON with sorted keys and no blanks. A float that is a whole number is that number; a tuple is a list.

    ``True`` and 1 are told apart, as libraries that check types do.
    """
    if isinstance(value, enum.Enum):
        return canonical(value.value, depth)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return _whole(int(value))
    if isinstance(value, float):
        return _number(float(value))
    if isinstance(value, str):
        return json.dumps(str(value))
    if depth > _DEPTH:
        return '"too deep"'
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    if isinstance(value, (set, frozenset)):
        return _tagged("$set", sorted(canonical(item, depth + 1) for item in value))
    if isinstance(value, dict):
        return _mapping(value, depth)
    return canonical(encode(value), depth + 1)


def _whole(value: int) -> str:
    return str(value) if value.bit_length() <= _DECIMAL_BITS else json.dumps(hex(value))


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return _whole(int(value)) if value == int(value) else repr(value)


def _mapping(value: Any, depth: int) -> str:
    if len(value) == 1 and isinstance(value.get("$tuple"), list):
        return canonical(value["$tuple"], depth + 1)
    if len(value) == 1 and isinstance(value.get("$set"), list):
        return _tagged("$set", sorted(canonical(item, depth + 1) for item in value["$set"]))
    if all(isinstance(key, str) for key in value):
        entries = sorted((json.dumps(str(key)), canonical(item, depth + 1)) for key, item in value.items())
        return "{" + ",".join(key + ":" + text for key, text in entries) + "}"
    pairs = sorted((canonical(key, depth + 1), canonical(item, depth + 1)) for key, item in value.items())
    return _tagged("$dict", ["[" + key + "," + text + "]" for key, text in pairs])


def _tagged(tag: str, texts: Any) -> str:
    return '{"' + tag + '":[' + ",".join(texts) + "]}"
