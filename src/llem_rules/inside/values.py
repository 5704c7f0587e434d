"""Values of the live library as JSON holds them, and whether the library kept what was declared."""

import enum
import math
import os
import re
import sys
from typing import Any, Optional

DEPTH = 12
LONGEST_TEXT = 4000
MOST_ITEMS = 2000
# The words that pydantic reads as truth values (pydantic-core, input/shared.rs).
_TRUE = ("1", "on", "t", "true", "y", "yes")
_FALSE = ("0", "off", "f", "false", "n", "no")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")


def text_of(value: Any, longest: Optional[int] = None) -> str:
    """What it prints as, without memory addresses: they differ from run to run. Never raises, whatever its ``__str__`` does."""
    try:
        text = str(value)
        text = text if type(text) is str else "".join(text)
    except MemoryError:
        raise
    except BaseException as error:
        return "<%s cannot be printed: %s>" % (type(value).__name__, type(error).__name__)
    text = text[:longest]
    return _ADDRESS.sub("at 0x...", text) if "at 0x" in text else text


def encode(value: Any, depth: int = 0) -> Any:
    """A JSON form without addresses or order of sets, the same for the same value in every process."""
    if isinstance(value, enum.Enum):
        return encode(value.value, depth)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value) if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + "…"
    if depth > DEPTH:
        return {"$object": "…"}
    if isinstance(value, (list, tuple)):
        return [encode(item, depth + 1) for item in value[:MOST_ITEMS]]
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted((encode(item, depth + 1) for item in value), key=repr)}
    if isinstance(value, dict):
        return _encode_mapping(value, depth)
    if type(value).__name__ == "dtype" and type(value).__module__ == "torch":
        return {"$dtype": str(value).replace("torch.", "")}
    if isinstance(value, type) or callable(value):
        return {"$object": "%s.%s" % (getattr(value, "__module__", "?"), getattr(value, "__qualname__", "?"))}
    return _encode_object(value, depth)


def _encode_mapping(value: Any, depth: int) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {str(key): encode(item, depth + 1) for key, item in value.items()}
    return {"$dict": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]}


def _encode_object(value: Any, depth: int) -> Any:
    name = "%s.%s" % (type(value).__module__, type(value).__qualname__)
    state = public_state(value)
    if state is None or depth > 4:
        return {"$object": name}
    return {"$native": name, "kwargs": {key: encode(item, depth + 1) for key, item in sorted(state.items())}}


def public_state(value: Any) -> Any:
    """The public attributes that an object holds, or None where it holds none that can be listed."""
    cls = type(value)
    names = list(getattr(value, "__dict__", {})) or list(
        getattr(cls, "__struct_fields__", ()) or getattr(cls, "__dataclass_fields__", ())
    )
    public = [name for name in names if isinstance(name, str) and not name.startswith("_")]
    return {name: getattr(value, name, None) for name in public} if names else None


def same(declared: Any, effective: Any, depth: int = 0) -> bool:
    """Whether the library kept a declared value: equal, or only in another form of the same (tuple, enum, dtype, object)."""
    if depth > DEPTH:
        return True
    if declared is None and depth == 0:
        return True  # None is the libraries' word for "not given": filling it in rewrites nothing
    if isinstance(declared, float) and isinstance(effective, float) and math.isnan(declared):
        return math.isnan(effective)
    if isinstance(declared, (list, tuple)) and type(effective).__name__ in ("ndarray", "Tensor"):
        return same(declared, effective.tolist(), depth + 1)
    if isinstance(declared, (list, tuple)) and isinstance(effective, (list, tuple)):
        return len(declared) == len(effective) and all(same(a, b, depth + 1) for a, b in zip(declared, effective))  # noqa: B905
    if isinstance(declared, (set, frozenset)) and isinstance(effective, (list, tuple)):
        return len(declared) == len(effective) and all(item in declared for item in effective)
    if isinstance(effective, enum.Enum) and not isinstance(declared, enum.Enum):
        return bool(declared == effective.value) or declared == effective.name
    if isinstance(declared, dict):
        return _same_mapping(declared, effective, depth)
    if isinstance(declared, str) and not isinstance(effective, str):
        return str(effective) == declared or _names_dtype(declared, effective) or _spells(declared, effective)
    return _equal(declared, effective, depth)


def _spells(text: str, effective: Any) -> bool:
    """Whether a string spells the number, the truth value or the path that it became."""
    if isinstance(effective, bool):
        return text.lower() in (_TRUE if effective else _FALSE)
    try:
        if isinstance(effective, (int, float)):
            return float(text) == effective or (math.isnan(effective) and math.isnan(float(text)))
        kind: Any = type(effective)
        return isinstance(effective, os.PathLike) and bool(kind(text) == effective)
    except (TypeError, ValueError, OverflowError):
        return False


def _names_dtype(name: str, effective: Any) -> bool:
    """Whether a string names the dtype that it became: ``half`` and ``torch.float16`` are one."""
    if type(effective).__name__ != "dtype" or type(effective).__module__ != "torch":
        return False
    return getattr(sys.modules["torch"], name.replace("torch.", ""), None) is effective


def _same_mapping(declared: Any, effective: Any, depth: int) -> bool:
    if isinstance(effective, dict):
        return declared.keys() == effective.keys() and all(same(declared[k], effective[k], depth + 1) for k in declared)
    missing = object()
    return public_state(effective) is not None and all(
        same(item, getattr(effective, str(key), missing), depth + 1) for key, item in declared.items()
    )


def _equal(declared: Any, effective: Any, depth: int) -> bool:
    try:
        if bool(declared == effective):
            return True
    except Exception:
        return bool(encode(declared) == encode(effective))
    if type(declared) is not type(effective) or isinstance(declared, (int, float, str)):
        return False
    before, after = public_state(declared), public_state(effective)
    if before is None or after is None:
        return bool(encode(declared) == encode(effective))
    return bool(before.keys() == after.keys()) and all(same(before[k], after[k], depth + 1) for k in before)
