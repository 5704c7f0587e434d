"""Values as rules and configs hold them, and how they compare. Nothing here raises on any value.

Equality and order follow Python, because the libraries that the rules speak of are Python: ``1 == 1.0 == True``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

MAX_DEPTH = 64
SCALARS = frozenset({int, float, str, bool, type(None)})  # what almost every value is; nothing of theirs raises
SCRATCH = "<scratch>/"  # what a path of an engine's own small files begins with
TAGS = frozenset({"$native", "$tuple", "$set", "$dict", "$dtype", "$object", "$file", "$absent"})


@dataclass(frozen=True, slots=True)
class NativeValue:
    """An object of a native type, as ``{"$native": name, "kwargs": {...}}`` writes it."""

    name: str
    kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dtype:
    """A torch dtype by its name, without the ``torch.`` prefix."""

    name: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """Some object about which only its not being a plain value is known."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """An effective value that says: the library dropped the field."""


ABSENT = Absent()


def decode(value: Any, depth: int = 0) -> Any:
    """Turn the tagged forms of YAML and JSON into values; plain values come back as they are."""
    if depth > MAX_DEPTH:
        return Opaque("nested too deeply")
    if isinstance(value, list):
        return [decode(item, depth + 1) for item in value]
    if isinstance(value, tuple):
        return tuple(decode(item, depth + 1) for item in value)
    if isinstance(value, set | frozenset):
        return SetValue(tuple(value))
    if not isinstance(value, dict):
        return value
    tag = next((key for key in value if isinstance(key, str) and key in TAGS), None)
    if tag is None:
        return {key: decode(item, depth + 1) for key, item in value.items()}
    return _decode_tagged(tag, value, depth)


def _decode_tagged(tag: str, value: dict[Any, Any], depth: int) -> Any:
    inner = value[tag]
    match tag:
        case "$native" if isinstance(inner, str):
            kwargs = value.get("kwargs") or {}
            return NativeValue(inner, decode(kwargs, depth + 1) if isinstance(kwargs, dict) else {})
        case "$tuple" if isinstance(inner, list):
            return tuple(decode(item, depth + 1) for item in inner)
        case "$set" if isinstance(inner, list):
            return SetValue(_distinct([decode(item, depth + 1) for item in inner]))
        case "$dict" if isinstance(inner, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in inner):
            return PairsValue(_last_wins([(decode(k, depth + 1), decode(v, depth + 1)) for k, v in inner]))
        case "$dtype" if isinstance(inner, str):
            return Dtype(inner.removeprefix("torch."))
        case "$file" if isinstance(inner, str):
            return SCRATCH + _variant(inner, value.get("with"))  # a path, as observations write it
        case "$absent":
            return ABSENT
        case _:
            return Opaque(inner if isinstance(inner, str) else "")


def _variant(name: str, entries: Any) -> str:
    from llem_rules.inside.variants import variant_name  # reads and writes URLs: slow to import, and seldom needed

    try:
        return variant_name(name, entries if isinstance(entries, dict) else {})
    except (TypeError, ValueError):
        return name


def _distinct(items: list[Any]) -> tuple[Any, ...]:
    kept: list[Any] = []
    for item in items:
        if not any(equal(item, own) for own in kept):
            kept.append(item)
    return tuple(kept)


def _last_wins(pairs: list[tuple[Any, Any]]) -> tuple[tuple[Any, Any], ...]:
    kept: list[tuple[Any, Any]] = []
    for key, value in pairs:
        place = next((i for i, (own, _) in enumerate(kept) if equal(key, own)), len(kept))
        kept[place : place + 1] = [(key, value)]
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class SetValue:
    """A Python set whose items need not be hashable here. No two of them are equal."""

    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PairsValue:
    """A mapping with keys that YAML or JSON cannot spell. No two of them are equal."""

    pairs: tuple[tuple[Any, Any], ...]


def equal(left: Any, right: Any, depth: int = 0) -> bool:
    """``left == right`` as Python has it, but lists equal tuples of the same items, and NaN never equals itself."""
    if left.__class__ in SCALARS and right.__class__ in SCALARS:
        return bool(left == right)
    try:
        return depth <= MAX_DEPTH and _equal(left, right, depth)
    except Exception:  # noqa: BLE001 - a foreign __eq__ may do anything, and no predicate raises
        return False


def _equal(left: Any, right: Any, depth: int) -> bool:
    match left, right:
        case ((list() | tuple()), (list() | tuple())):
            return len(left) == len(right) and all(equal(a, b, depth + 1) for a, b in zip(left, right, strict=True))
        case dict(), dict():
            return left.keys() == right.keys() and all(equal(left[key], right[key], depth + 1) for key in left)
        case NativeValue(), NativeValue():
            return same_type_name(left.name, right.name) and equal(dict(left.kwargs), dict(right.kwargs), depth + 1)
        case SetValue(), SetValue():
            return _covers(left.items, right.items, depth) and _covers(right.items, left.items, depth)
        case ((dict() | PairsValue()), (dict() | PairsValue())):
            own, other = _pairs(left), _pairs(right)
            return len(own) == len(other) and _covers(own, other, depth)
        case ((list() | tuple() | dict() | SetValue() | PairsValue()), _):
            return False
        case _, (list() | tuple() | dict() | SetValue() | PairsValue()):
            return False
    return bool(left == right)


def _pairs(value: Any) -> tuple[Any, ...]:
    return value.pairs if isinstance(value, PairsValue) else tuple(value.items())


def _covers(outer: tuple[Any, ...], inner: tuple[Any, ...], depth: int) -> bool:
    return all(any(equal(a, b, depth + 1) for a in outer) for b in inner)


def ordered(left: Any, right: Any) -> bool:
    """Whether ``<`` between the two is defined here: numbers with numbers (a bool is one), strings with strings."""
    return (isinstance(left, int | float) and isinstance(right, int | float)) or (
        isinstance(left, str) and isinstance(right, str)
    )


_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float,),
    "bool": (bool,),
    "str": (str,),
    "list": (list,),
    "tuple": (tuple,),
    "set": (SetValue, set, frozenset),
    "dict": (dict, PairsValue),
    "none": (type(None),),
    "NoneType": (type(None),),
}
TYPE_NAMES = tuple(_TYPES)


def same_type_name(left: str, right: str) -> bool:
    """Whether two names of native types mean the same one: the full names, or one is the other's last part."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return "." not in short and long.rpartition(".")[2] == short


def is_type(value: Any, name: str) -> bool:
    """``isinstance`` by name; a subclass counts, so a bool is an ``int``."""
    known = _TYPES.get(name)
    if known is not None:
        return isinstance(value, known)
    if isinstance(value, NativeValue):
        return same_type_name(value.name, name)
    return isinstance(value, Dtype) and name in {"dtype", "torch.dtype"}


def items_of(value: Any) -> tuple[Any, ...] | None:
    """The items of a list-like value, else None."""
    if isinstance(value, list | tuple):
        return tuple(value)
    return value.items if isinstance(value, SetValue) else None


def size_of(value: Any) -> int | None:
    """``len`` of strings, lists and mappings, else None."""
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    if isinstance(value, SetValue):
        return len(value.items)
    return len(value.pairs) if isinstance(value, PairsValue) else None


def keys_of(value: Any) -> list[Any] | None:
    """The keys of a mapping (or of a native object's kwargs) as a list, else None."""
    pairs = _entries(value)
    return None if pairs is None else [key for key, _ in pairs]


def entries_of(value: Any) -> list[Any] | None:
    """The values of a mapping (or of a native object's kwargs) as a list, else None."""
    pairs = _entries(value)
    return None if pairs is None else [item for _, item in pairs]


def _entries(value: Any) -> list[tuple[Any, Any]] | None:
    match value:
        case dict():
            return list(value.items())
        case NativeValue():
            return list(value.kwargs.items())
        case PairsValue():
            return list(value.pairs)
    return None


def all_distinct(items: tuple[Any, ...]) -> bool:
    """Whether no two items are equal."""
    return not any(equal(one, two) for one, two in combinations(items, 2))


def has_key(value: Any, key: Any) -> bool:
    """Whether a mapping (or a native object's kwargs) has the key."""
    match value:
        case dict():
            return any(equal(key, own) for own in value)
        case NativeValue():
            return any(equal(key, own) for own in value.kwargs)
        case PairsValue():
            return any(equal(key, own) for own, _ in value.pairs)
        case _:
            return False


def step_into(value: Any, part: str) -> Any:
    """The value one dotted part further down; None where there is none."""
    if isinstance(value, NativeValue):
        return value.kwargs.get(part)
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, PairsValue):
        return next((item for key, item in value.pairs if equal(key, part)), None)
    return None
