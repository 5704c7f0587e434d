"""Running the stages of a native type on its symbolic self."""

from __future__ import annotations

import ast
import json
from typing import Any

from llem_rules.mining.model import Step
from llem_rules.mining.static import effects
from llem_rules.mining.static.conversions import is_conversion
from llem_rules.mining.static.entries import Entry, Shape
from llem_rules.mining.static.execute import execute
from llem_rules.mining.static.formulas import Formula, test
from llem_rules.mining.static.frame import Attributes, Exit, Frame, leave
from llem_rules.mining.static.symbols import (
    ClassValue,
    Const,
    FieldValue,
    Function,
    Given,
    GivenNames,
    Handed,
    Instance,
    Method,
    Outer,
    Unknown,
    Value,
)
from llem_rules.mining.static.world import World

_READ = frozenset({"$fixture", "$native", "$object"})
_TAGS = _READ | {"$file"}


def construct(world: World, shape: Shape) -> Attributes:
    """Run what construction runs; the state of the object afterwards."""
    attributes: Attributes = {}
    coerced = world.coerced
    for entry in shape.entries:
        world.coerced = {} if entry.raw else coerced
        if entry.kind == "field":
            fields = sorted(world.fields) if entry.fields == ("*",) else entry.fields
            for name in fields:
                attributes = _validate_field(world, entry, name, attributes)
        else:
            frame, exits = _enter(world, entry.function, _names(world, entry), attributes)
            attributes = leave(world, (), exits)[1] if exits else frame.attributes
    world.coerced = coerced
    return attributes


def _me(world: World) -> Instance:
    return Instance(0, world.classes[0].qualname)


def _class(world: World) -> ClassValue:
    return ClassValue(world.classes[0].module, world.classes[0].qualname)


def _parameters(function: Function) -> list[str]:
    spec = function.node.args
    return [one.arg for one in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]


def _names(world: World, entry: Entry) -> dict[str, Value]:
    parameters = _parameters(entry.function)
    names: dict[str, Value] = {}
    for place, name in enumerate(parameters):
        if place == 0:
            names[name] = _class(world) if entry.before and name == "cls" else _me(world)
        elif entry.kind == "model":
            names[name] = Given() if place == 1 else Unknown(name, "what pydantic passes")
        else:
            names[name] = FieldValue(name)
    spec = entry.function.node.args
    if spec.vararg:
        names[spec.vararg.arg] = Unknown(f"*{spec.vararg.arg}", "a list of arguments")
    if spec.kwarg:
        names[spec.kwarg.arg] = Given(tuple(parameters))
    return names


def _enter(
    world: World, function: Function, names: dict[str, Value], attributes: Attributes, *path: Formula
) -> tuple[Frame, list[Exit]]:
    mark = f"{function.module.file}:{function.qualname}:{function.node.lineno}"
    came = (Step(function.module.name, function.qualname, function.node.lineno, 0),)
    frame = Frame(
        world,
        function.module,
        function.qualname,
        function.owner,
        names,
        dict(attributes),
        path,
        trail=(mark,),
        came=came,
    )
    assert not isinstance(function.node.body, list) or function.node.body
    execute(function.node.body if isinstance(function.node.body, list) else [], frame)
    if frame.ending == "live":
        frame.exits.append(Exit(frame.path, Const(None), function.node.lineno, frame.attributes))
    return frame, frame.exits


def _validate_field(world: World, entry: Entry, name: str, attributes: Attributes) -> Attributes:
    """A validator runs on what was given only; what it returns becomes the field."""
    parameters = _parameters(entry.function)
    names: dict[str, Value] = {}
    for place, parameter in enumerate(parameters):
        if place == 0 and parameter in {"cls", "self"}:
            names[parameter] = _class(world)
        elif not any(isinstance(one, FieldValue) for one in names.values()):
            value = attributes.get((0, name), FieldValue(name))
            names[parameter] = value if isinstance(value, FieldValue) else FieldValue(name)
        else:
            names[parameter] = Outer("$handler")
    frame, exits = _enter(world, entry.function, names, attributes, test(name, "present", True))
    for one in exits:
        at = frame.fork()
        at.path, at.ending = one.path, "live"
        effects.assign(at, one.line, _me(world), name, one.value, _converts(entry.function, one.line, name, at))
    if not exits:
        return attributes
    value, after = leave(world, frame.path[:1], exits)
    return {**after, (0, name): value}


def _converts(function: Function, line: int, name: str, frame: Frame) -> bool:
    """Whether what is returned in the line is the field's own value in another type."""
    returns = (node for node in ast.walk(function.node) if isinstance(node, ast.Return) and node.lineno == line)
    return any(one.value is not None and is_conversion(one.value, name, frame) for one in returns)


def takes_objects(args: tuple[Any, ...]) -> bool:
    """Whether a call is given objects of which more than the tagged form is known."""
    return any(isinstance(one, dict) and _READ & set(one) for one in args)


def call_method(
    world: World, name: str, args: tuple[Any, ...], attributes: Attributes, *, any_objects: bool = False
) -> Attributes:
    """Call a method of the object with arguments in the tagged form. ``any_objects``: given others of their kind instead."""
    member = world.member(0, name)
    function = None if member is None else member.function()
    if function is None or world.call is None:
        world.cuts[f"{name}: there is no source for this method"] = None
        return attributes
    frame = Frame(world, function.module, function.qualname, function.owner, {}, dict(attributes))
    world.call(Method(function, _me(world)), [_argument(one, any_objects) for one in args], {}, frame)
    return frame.attributes


def _argument(value: Any, any_objects: bool) -> Value:
    if isinstance(value, dict) and _READ & set(value) and not any_objects:
        return Handed(json.dumps(value, sort_keys=True))
    if isinstance(value, dict) and _TAGS & set(value):
        return Unknown(next(iter(_TAGS & set(value))), "an object that the call is given")
    return Const(value)


__all__ = ["GivenNames", "call_method", "construct", "takes_objects"]
