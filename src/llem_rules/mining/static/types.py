"""Python's types by the language's names."""

from __future__ import annotations

from llem_rules.mining.static.conditions import ALWAYS, NEVER, Cond
from llem_rules.mining.static.formulas import test
from llem_rules.mining.static.symbols import (
    Chosen,
    ClassValue,
    Collection,
    Const,
    FieldValue,
    Instance,
    Items,
    Mapped,
    Outer,
    Pairs,
    Text,
    Truth,
    Value,
)
from llem_rules.mining.static.views import kind_of

_NAMES: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("int", "float", "bool", "str", "list", "tuple", "set", "dict")},
    "NoneType": ("none",),
    "frozenset": ("set",),
    "numbers.Number": ("int", "float"),
    "numbers.Real": ("int", "float"),
    "numbers.Integral": ("int",),
    "Mapping": ("dict",),
    "MutableMapping": ("dict",),
    "Sequence": ("list", "tuple", "str"),
    "MutableSequence": ("list",),
    "Iterable": ("list", "tuple", "set", "dict", "str"),
    "Collection": ("list", "tuple", "set", "dict", "str"),
    "torch.dtype": ("torch.dtype",),
}
_CONSTANTS: dict[type, str] = {int: "int", float: "float", bool: "bool", str: "str", type(None): "none"}


def type_names(kind: Value) -> tuple[str, ...] | None:
    """The names of a type, a union or a tuple of types; None where one has no name."""
    match kind:
        case Outer(name=name):
            return _NAMES.get(name) or _NAMES.get(name.rpartition(".")[2]) or _native(name)
        case ClassValue(qualname=qualname):
            return _native(qualname.rpartition(".")[2])
        case Const(value=None):
            return ("none",)
        case Items(items=items):
            inner = [type_names(item) for item in items]
            known = [name for names in inner if names is not None for name in names]
            return tuple(dict.fromkeys(known)) if len([n for n in inner if n is not None]) == len(inner) else None
    return None


def _native(name: str) -> tuple[str, ...] | None:
    last = name.rpartition(".")[2]
    if last[:1].isupper():
        return (last,)
    # A type of another package that rules have no name for: no value that a config spells is of it.
    return () if "." in name and not name.startswith("$") else None


def instance_of(value: Value, kind: Value, text: str) -> Cond:
    """``isinstance(value, kind)`` of one value."""
    if isinstance(kind, Outer) and kind.name == "object":
        return ALWAYS
    names = type_names(kind)
    if names is None:
        return Cond.unsaid(text, "a type that has no name in the language")
    match value:
        case FieldValue(path=path) if (own := kind_of(path)) is not None:
            return _certain(own in names)
        case FieldValue(path=path):
            return Cond.of(test(path, "type_is", names)) if names else NEVER
        case Const(value=plain) if type(plain) in _CONSTANTS:
            own = _CONSTANTS[type(plain)]
            return _certain(own in names or (own == "bool" and "int" in names))
        case Items(kind=own) | Collection(kind=own):
            return _certain(own in names)
        case Pairs():
            return _certain("dict" in names)
        case Text():
            return _certain("str" in names)
        case Mapped() | Chosen():
            return _certain("list" in names)
        case Truth():
            return _certain("bool" in names or "int" in names)
        case Instance(class_name=own):
            return _certain(own.rpartition(".")[2] in names)
    return Cond.unsaid(text, "the type of a value that cannot be followed")


def handed_is(names: frozenset[str], kind: Value, text: str) -> Cond:
    """``isinstance`` of an object that the call is given; ``names``: of its class and bases."""
    match kind:
        case Outer(name=name):
            wanted = name
        case ClassValue(module=module, qualname=qualname):
            wanted = f"{module}.{qualname}" if module else qualname
        case Items(items=items):
            found = [handed_is(names, item, text) for item in items]
            return _certain(ALWAYS in found)
        case _:
            return Cond.unsaid(text, "a type that is computed")
    return _certain(wanted == "object" or wanted in names or f"builtins.{wanted}" in names)


def _certain(yes: bool) -> Cond:
    return ALWAYS if yes else NEVER
