"""Attributes of what a name may stand for."""

from __future__ import annotations

import ast
import math

from llem_rules.mining.static.declared import nested, never_given
from llem_rules.mining.static.formulas import Said
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.handed import attribute_of
from llem_rules.mining.static.surroundings import answered
from llem_rules.mining.static.symbols import (
    Choice,
    ClassValue,
    Const,
    FieldValue,
    Function,
    Handed,
    Instance,
    Method,
    ModuleValue,
    Outer,
    Super,
    TypeOf,
    Unknown,
    Value,
)
from llem_rules.mining.static.views import is_view
from llem_rules.mining.static.world import Member, class_member
from llem_rules.rules.predicates import Surrounding, Test

_PROPERTIES = {"property", "cached_property"}
_KNOWN = {"math.inf": math.inf, "math.nan": math.nan, "math.pi": math.pi, "math.e": math.e}


def attribute(value: Value, name: str, frame: Frame, text: str) -> Value:  # noqa: PLR0912 - one case a kind of value
    """``value.name``."""
    match value:
        case Instance(number=number):
            return _of_instance(value, number, name, frame)
        case FieldValue(path=path):
            method = nested(path, name, frame)
            if method is not None:
                return called_property(method, frame)
            if is_view(path):
                return Unknown(text, "an attribute of a part of a value")
            return never_given(path, name, frame) or FieldValue(f"{path}.{name}")
        case Handed():
            return attribute_of(value, name, frame, text)
        case ModuleValue(name=module):
            return _of_module(module, name, frame)
        case ClassValue():
            return _of_class(value, name, frame)
        case Super(instance=Instance(number=number) as instance, owner=owner):
            member = frame.world.member(number, name, after=owner)
            return Outer(f"object.{name}") if member is None else _bound(member, instance, name, frame)
        case Super(instance=ClassValue() as cls, owner=owner):
            found = frame.world.names.classes(cls.module, cls.qualname)
            from llem_rules.mining.static.world import member_of

            member = member_of(frame.world.names, found, name, owner)
            return Outer(f"object.{name}") if member is None else _bound(member, cls, name, frame)
        case Outer(name=outer) if ":" in outer:
            return _of_platform(f"{outer}.{name}", frame, text)
        case Outer(name=outer):
            full = f"{outer}.{name}"
            return Const(_KNOWN[full]) if full in _KNOWN else Outer(full)
        case Const() if name == "value":
            return value  # a member of an enum was read as its value
        case TypeOf():
            return Unknown(text, "the name of a type")
        case Unknown(why=why):
            return Unknown(" ".join(text.split())[:120], why)
    return Unknown(" ".join(text.split())[:120], "an attribute of a value that is not an object here")


def _of_platform(full: str, frame: Frame, text: str) -> Value:
    found = frame.world.names.live(full, text)
    if isinstance(found, Const):
        return answered(repr(found.value), frame, text)
    return Outer(full) if isinstance(found, Unknown) else Unknown(text, "what the platform answers")


def _of_instance(instance: Instance, number: int, name: str, frame: Frame) -> Value:
    key = (number, name)
    if key in frame.attributes:
        return frame.attributes[key]
    if name == "__class__":
        return ClassValue(*(frame.world.of(number)[0].module, frame.world.of(number)[0].qualname))
    if number == 0 and frame.world.declared and name in frame.world.fields:
        return FieldValue(name)
    member = frame.world.member(number, name)
    if member is None:
        return frame.world.untouched(key)
    if number in frame.world.held_in and isinstance(member.statement, ast.AnnAssign | ast.Assign):
        return frame.world.untouched(key)
    if number and isinstance(member.statement, ast.AnnAssign):
        return Unknown(f"….{name}", "a field of another object")
    return _bound(member, instance, name, frame)


def _bound(member: Member, receiver: Value, name: str, frame: Frame) -> Value:
    function = member.function()
    if function is None:
        return frame.world.names.live(f"{member.owner[0]}:{member.owner[1]}.{name}", f"{member.owner[1]}.{name}")
    if _PROPERTIES & set(member.decorators):
        assert frame.world.call is not None
        return frame.world.call(Method(function, receiver), [], {}, frame)
    if "staticmethod" in member.decorators:
        return function
    if "classmethod" in member.decorators and isinstance(receiver, Instance):
        receiver = ClassValue(frame.world.of(receiver.number)[0].module, frame.world.of(receiver.number)[0].qualname)
    return Method(function, receiver)


def called_property(method: Method, frame: Frame) -> Value:
    """The method; of a property, its value."""
    node = method.function.node
    decorators = {ast.unparse(one).rpartition(".")[2] for one in getattr(node, "decorator_list", ())}
    if _PROPERTIES & decorators and frame.world.call is not None:
        return frame.world.call(method, [], {}, frame)
    return method


def _of_class(cls: ClassValue, name: str, frame: Frame) -> Value:
    if name == "__members__" and frame.world.names.equals_its_values(cls):
        members = frame.world.names.members(cls)
        return Unknown(f"{cls.qualname}.__members__", "it is no enum") if members is None else Const(members)
    member = class_member(frame.world.names, cls, name)
    function = None if member is None else member.function()
    if member is not None and function is not None:
        return Method(function, cls) if "classmethod" in member.decorators else function
    return frame.world.names.live(f"{cls.module}:{cls.qualname}.{name}", f"{cls.qualname}.{name}")


def _of_module(module: str, name: str, frame: Frame) -> Value:
    names = frame.world.names
    if module.partition(".")[0] == names.package and names.is_environment(module, name):
        # What the variable would change cannot be said: the miner speaks of the places where it is unset.
        unset = Said(Surrounding("env", name, (Test("present", False),)))
        return Choice(((unset, names.live(f"{module}:{name}", f"{module}.{name}")),))
    found = names.attribute_of_module(module, name)
    if isinstance(found, Outer) and found.name in _KNOWN:
        return Const(_KNOWN[found.name])
    return found


__all__ = ["Function", "attribute"]
