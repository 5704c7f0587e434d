"""Values between JSON and the live library: decoding kwargs, encoding what is read back, telling whether they differ."""

import enum
import math
import re
from typing import Any, Callable, Optional

DEPTH = 12
LONGEST_TEXT = 4000
MOST_ITEMS = 2000
TAGS = ("$native", "$tuple", "$set", "$dict", "$dtype", "$object", "$file", "$absent")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")


class BadValue(Exception):
    """A value in the kwargs that cannot be made in this environment."""


class Decoder:
    """Makes Python values of the tagged JSON forms."""

    def __init__(self, resolve: Callable[[str], Any], scratch: str) -> None:
        self._resolve = resolve
        self._scratch = scratch

    def decode(self, value: Any, depth: int = 0) -> Any:
        """The Python value. An exception of the library's own, raised while a ``$native`` is built, passes through."""
        if depth > 64:
            raise BadValue("nested too deeply")
        if isinstance(value, list):
            return [self.decode(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        # Only our own tags: "$ref" and "$defs" are plain keys of a JSON Schema that somebody passes on.
        tag = next((key for key in value if key in TAGS), None)
        if tag is None:
            return {key: self.decode(item, depth + 1) for key, item in value.items()}
        return self._tagged(tag, value, depth + 1)

    def _tagged(self, tag: str, value: Any, depth: int) -> Any:
        inner = value[tag]
        if tag == "$native":
            return self._native(inner, value.get("kwargs") or {}, depth)
        if tag == "$dtype":
            return _dtype(inner)
        if tag == "$object":
            return object()
        if tag == "$file":
            return self._scratch + "/" + str(inner)
        if tag == "$absent" or not isinstance(inner, list):
            raise BadValue("%s: %.80r is no value" % (tag, inner))
        if tag == "$dict":
            if not all(isinstance(pair, list) and len(pair) == 2 for pair in inner):
                raise BadValue("$dict wants pairs of a key and a value")
            return {_hashable(self.decode(key, depth)): self.decode(item, depth) for key, item in inner}
        items = tuple(self.decode(item, depth) for item in inner)
        return items if tag == "$tuple" else set(_hashable(items))

    def _native(self, name: Any, kwargs: Any, depth: int) -> Any:
        if not isinstance(name, str) or not isinstance(kwargs, dict):
            raise BadValue("$native wants a name, and kwargs that are a mapping")
        try:
            cls = self._resolve(name)
        except Exception as error:
            raise BadValue("$native: %s: %s" % (type(error).__name__, error)) from error
        return cls(**self.decode(kwargs, depth))


def _hashable(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_hashable(item) for item in value)
    try:
        hash(value)
    except Exception as error:
        raise BadValue("%.80r cannot be in a set or be a key" % (value,)) from error
    return value


def _dtype(name: Any) -> Any:
    try:
        import torch
    except ImportError as error:
        raise BadValue("a dtype needs torch, which is not installed here") from error
    found = getattr(torch, str(name).replace("torch.", ""), None)
    if not isinstance(found, torch.dtype):
        raise BadValue("torch has no dtype %r" % (name,))
    return found


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
    if isinstance(declared, (list, tuple)) and isinstance(effective, (list, tuple)):
        return len(declared) == len(effective) and all(same(a, b, depth + 1) for a, b in zip(declared, effective))
    if isinstance(effective, enum.Enum) and not isinstance(declared, enum.Enum):
        return bool(declared == effective.value) or declared == effective.name
    if isinstance(declared, dict):
        return _same_mapping(declared, effective, depth)
    if isinstance(declared, str) and not isinstance(effective, str):
        return str(effective) == declared or _names_dtype(declared, effective)
    return _equal(declared, effective, depth)


def _names_dtype(name: str, effective: Any) -> bool:
    """Whether a string names the dtype that it became: ``half`` and ``torch.float16`` are one."""
    if type(effective).__name__ != "dtype" or type(effective).__module__ != "torch":
        return False
    import torch

    return getattr(torch, name.replace("torch.", ""), None) is effective


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
        return encode(declared) == encode(effective)
    if type(declared) is not type(effective) or isinstance(declared, (int, float, str)):
        return False
    before, after = public_state(declared), public_state(effective)
    if before is None or after is None:
        return encode(declared) == encode(effective)
    return before.keys() == after.keys() and all(same(before[k], after[k], depth + 1) for k in before)
