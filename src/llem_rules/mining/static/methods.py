"""Methods of plain values: texts, mappings of arguments, collections of issues, and fields."""

from __future__ import annotations

import ast
import re

from llem_rules.mining.static import effects, sets
from llem_rules.mining.static.builtin_calls import BUILTINS, starts_with
from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.declared import nested
from llem_rules.mining.static.formulas import Said, deny, test
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.messages import formatted, is_text
from llem_rules.mining.static.symbols import (
    Choice,
    Chosen,
    Collection,
    Const,
    FieldValue,
    Given,
    GivenItems,
    GivenNames,
    Instance,
    Items,
    Outer,
    Pairs,
    Truth,
    Unknown,
    Value,
)
from llem_rules.mining.static.views import is_view, view
from llem_rules.rules.predicates import Surrounding, Test

_DEVICES = {"cuda_alike": ("cuda", "rocm")}
_IS_DEVICE = re.compile(r"is_(cuda_alike|cuda|rocm|xpu|tpu|cpu|hpu|neuron)")
_TEXTS = {"lower", "upper", "strip", "title", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace", "split"}


def plain_method(
    receiver: Value, name: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, node: ast.Call, text: str
) -> Value | None:
    """The value of ``receiver.name(…)``, or None where the method is to be looked up as an attribute."""
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if owner.endswith("platform") and (device := _IS_DEVICE.fullmatch(name)) and not args:
        devices = _DEVICES.get(device[1], (device[1],))
        return Truth(Cond.of(Said(Surrounding("platform", "device", (Test("in", devices),)))))
    match receiver:
        case Const() | Items() if name in sets.METHODS and len(args) == 1 and sets.is_set(receiver):
            return sets.combined(sets.METHODS[name], receiver, args[0], text)
        case Const() | Items() if is_text(receiver) or isinstance(receiver, Const):
            return _constant(receiver, name, args, kwargs, text)
        case _ if is_text(receiver):
            return formatted(receiver, args, kwargs) if name == "format" else Unknown(text, "a text")
        case Given() | GivenNames():
            return _given(receiver, name, args, text)
        case Collection():
            return _collection(receiver, name, args, frame, node, text)
        case Pairs():
            return _pairs(receiver, name, args, text)
        case FieldValue(path=path):
            return _of_field(path, name, args, frame, text)
        case Chosen() if name in sets.METHODS and len(args) == 1:
            return sets.combined(sets.METHODS[name], receiver, args[0], text)
        case Outer(name=outer) if f"{outer}.{name}" in BUILTINS:
            return BUILTINS[f"{outer}.{name}"](args, frame, text)
        case Instance(number=0) if name == "__setattr__":
            return None
    return None


def _constant(value: Value, name: str, args: list[Value], kwargs: dict[str, Value], text: str) -> Value:
    if not isinstance(value, Const):
        return Unknown(text, "a method of a list")
    if isinstance(value.value, str) and name == "format":
        return formatted(value, args, kwargs)
    plain = [one.value for one in args if isinstance(one, Const)]
    if isinstance(value.value, dict) and name in {"keys", "items", "values", "get"}:
        return _pairs(Pairs(tuple((key, Const(item)) for key, item in value.value.items())), name, args, text)
    if isinstance(value.value, str) and len(plain) == len(args) and name in {*_TEXTS, "startswith", "endswith"}:
        return Const(getattr(value.value, name)(*plain))
    return Unknown(text, "a method of a constant")


def _pairs(value: Pairs, name: str, args: list[Value], text: str) -> Value:
    match name, args:
        case "items", []:
            return Items(tuple(Items((Const(key), item), "tuple") for key, item in value.pairs))
        case "keys", []:
            return Items(tuple(Const(key) for key, _ in value.pairs), "list")
        case "values", []:
            return Items(tuple(item for _, item in value.pairs))
        case (("get" | "pop"), [Const(value=key), *rest]):
            default = rest[0] if rest else Const(None)
            return next((item for own, item in value.pairs if own == key), default)
    return Unknown(text, "a method of a mapping")


def _given(value: Value, name: str, args: list[Value], text: str) -> Value:
    match name, args:
        case (("pop" | "get"), [Const(value=str() as key), *_]):
            without = value.without if isinstance(value, Given) else ()
            return FieldValue(key) if key not in without else Unknown(text, "an argument that was taken before")
        case "keys", []:
            return GivenNames()
        case "items", [] if isinstance(value, Given):
            return GivenItems()
        case "copy", []:
            return value
    return Unknown(text, "the arguments that were given, taken together")


def _collection(value: Collection, name: str, args: list[Value], frame: Frame, node: ast.Call, text: str) -> Value:
    match name, args:
        case "append" | "add", [message]:
            effects.collected(frame, node.lineno, value, None, message)
            return Const(None)
        case "setdefault", [key, message]:
            effects.collected(frame, node.lineno, value, key, message)
            return Unknown(text, "an entry of a collection")
        case "keys" | "copy", []:
            return value
    return Unknown(text, "what a collection of issues holds")


_VIEWS = {
    "lower": "lower",
    "casefold": "lower",
    "upper": "upper",
    "strip": "strip",
    "keys": "keys",
    "values": "values",
    "items": "items",
}


def _of_field(path: str, name: str, args: list[Value], frame: Frame, text: str) -> Value | None:
    if nested(path, name, frame) is not None:
        return None
    if name in {"startswith", "endswith"}:
        cond = starts_with(path, args, name == "endswith")
        return Unknown(text, "a text that is computed") if cond is None else Truth(cond)
    if name in _VIEWS and not args:
        return FieldValue(view(path, _VIEWS[name]))
    if name in sets.METHODS and len(args) == 1:
        return sets.combined(sets.METHODS[name], FieldValue(path), args[0], text)
    if name == "copy" and not args:
        return FieldValue(path)
    if name == "get" and args and isinstance(args[0], Const) and isinstance(args[0].value, str):
        return _entry(path, args[0].value, args[1:], text)
    if name in {"isdigit", "isnumeric"}:
        return Truth(
            Cond(test(path, "matches", "^[0-9]+\\Z"), Said(test(path, "matches", "^[0-9]+\\Z").predicate, False))
        )
    return Unknown(text, "a method of a field's value")


def _entry(path: str, key: str, rest: list[Value], text: str) -> Value:
    """``field.get(key)``, with or without a default."""
    if not key.isidentifier() or is_view(path):
        return Unknown(text, "a key")
    found, default = FieldValue(f"{path}.{key}"), rest[0] if rest else Const(None)
    if default == Const(None):
        return found
    there = test(path, "contains", key)
    return Choice(((there, found), (deny(there), default)))
