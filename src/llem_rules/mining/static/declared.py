"""What the source declares of a field: its annotation, read as far as a path needs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llem_rules.mining.library import Module
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import ClassValue, Const, Instance, Method
from llem_rules.mining.static.views import MARK
from llem_rules.mining.static.world import World, class_member

_MAPPINGS = {"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict"}
_LISTS = {"list", "List", "tuple", "Tuple", "set", "Set", "Sequence", "Iterable", "Collection", "str", "Any"}


def is_mapping(world: World, path: str) -> bool:
    """Whether a field is declared to hold a mapping, and nothing else that can be gone through."""
    found = _annotation(world, path)
    heads = set() if found is None else set(_heads(found[1]))
    return bool(heads & _MAPPINGS) and not heads & _LISTS


def class_of(world: World, path: str) -> ClassValue | None:
    """The class of the package that a field is declared to hold an object of."""
    found = _annotation(world, path)
    if found is None:
        return None
    module, annotation = found
    for name in _heads(annotation):
        value = world.names.in_module(module, name) if name.isidentifier() else None
        if isinstance(value, ClassValue) and world.names.class_def(value.module, value.qualname) is not None:
            return value
    return None


def nested(path: str, name: str, frame: Frame) -> Method | None:
    """A method of the object that a field is declared to hold; its attributes are paths into the field."""
    cls = class_of(frame.world, path)
    member = None if cls is None else class_member(frame.world.names, cls, name)
    function = None if member is None else member.function()
    if cls is None or function is None:
        return None
    return Method(function, Instance(frame.world.holder(path, cls), cls.qualname))


def never_given(path: str, name: str, frame: Frame) -> Const | None:
    """The default of an attribute of the held object that its constructor does not take (``field(init=False)``)."""
    cls = class_of(frame.world, path)
    member = None if cls is None else class_member(frame.world.names, cls, name)
    match None if member is None else member.statement:
        case ast.AnnAssign(value=ast.Call(func=func, keywords=keywords)) if ast.unparse(func).endswith("field"):
            told = {one.arg: one.value for one in keywords}
            match told.get("init"), told.get("default"):
                case ast.Constant(value=False), ast.Constant(value=default):
                    return Const(default) if default is None or isinstance(default, bool | int | float | str) else None
    return None


def _annotation(world: World, path: str) -> tuple[Module, ast.expr] | None:
    if "." in path or MARK in path or path.startswith("$"):
        return None
    for one in world.classes:
        found = world.names.class_def(one.module, one.qualname)
        for node in found[1].body if found else ():
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if name == path and found:
                    return found[0], annotation
                case ast.FunctionDef(name="__init__", args=spec) if found:
                    for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
                        if arg.arg == path and arg.annotation is not None:
                            return found[0], arg.annotation
    return None


def _heads(node: ast.expr) -> Iterator[str]:
    """The names of the alternatives of an annotation, without what they hold."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _heads(left)
            yield from _heads(right)
        case ast.Constant(value=str() as text):
            try:
                yield from _heads(ast.parse(text, mode="eval").body)
            except SyntaxError:
                return
        case ast.Subscript(value=value, slice=inner):
            name = ast.unparse(value).rpartition(".")[2]
            if name in {"Optional", "Union", "Annotated"}:
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                for part in parts[:1] if name == "Annotated" else parts:
                    yield from _heads(part)
            else:
                yield name
        case ast.Name(id=name):
            yield name
        case ast.Attribute(attr=name):
            yield name
