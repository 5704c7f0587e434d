"""The fields of a native type with their defaults, as the live library describes them."""

from __future__ import annotations

from typing import Any

from llem_rules.environments import Library
from llem_rules.rules.values import decode


def fields_of_type(library: Library, native_type: str) -> dict[str, Any]:
    """Every field with its (decoded) default; None where it has none or none is known. Base arguments count as defaults."""
    [answer] = library.run([{"op": "describe", "native_type": native_type, "kwargs": {}}])
    described = answer.get("described", {}).get("fields", {})
    about = library.engine.native_types.get(native_type)
    plain = {name: one.get("default") for name, one in described.items()}
    base = {} if about is None else dict(about.base)
    return {name: decode(value) for name, value in sorted({**plain, **base}.items())}
