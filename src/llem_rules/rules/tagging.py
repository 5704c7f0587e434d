"""Values back in the form that kwargs have in YAML and JSON."""

from __future__ import annotations

from typing import Any

from llem_rules.rules.values import SCRATCH, Dtype, NativeValue, Opaque, PairsValue, SetValue


def tagged(value: Any) -> Any:
    """A decoded value in the form that kwargs have in YAML and JSON."""
    match value:
        case str() if value.startswith(SCRATCH) and "%" not in value:
            return {"$file": value.removeprefix(SCRATCH)}
        case list():
            return [tagged(item) for item in value]
        case tuple():
            return {"$tuple": [tagged(item) for item in value]}
        case dict():
            return {key: tagged(item) for key, item in value.items()}
        case SetValue(items=items):
            return {"$set": [tagged(item) for item in items]}
        case PairsValue(pairs=pairs):
            return {"$dict": [[tagged(key), tagged(item)] for key, item in pairs]}
        case NativeValue(name=name, kwargs=kwargs):
            return {"$native": name, "kwargs": {key: tagged(item) for key, item in kwargs.items()}}
        case Dtype(name=name):
            return {"$dtype": name}
        case Opaque():
            return {"$object": True}
    return value
