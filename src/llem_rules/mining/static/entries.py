"""Where construction enters the source: constructors, ``__post_init__``, pydantic's validators; and which fields there are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from llem_rules.mining.library import ClassName, Hierarchy
from llem_rules.mining.static.names import Names
from llem_rules.mining.static.symbols import Function
from llem_rules.mining.static.world import Member, member_of

_VALIDATORS = {"field_validator", "validator", "model_validator", "root_validator"}
_POST = ("__post_init__", "model_post_init")


@dataclass(frozen=True)
class Entry:
    """A function that construction runs. ``fields``: for a validator of fields, which. ``before``: the raw arguments."""

    function: Function
    kind: str
    fields: tuple[str, ...] = ()
    before: bool = False

    @property
    def raw(self) -> bool:
        """Whether it sees the values as they were given."""
        return self.before or self.function.qualname.endswith(".__init__")


@dataclass(frozen=True)
class Shape:
    """How a native type is constructed. ``generated``: its constructor only stores the fields."""

    entries: tuple[Entry, ...]
    fields: frozenset[str]
    generated: bool


def shape_of(names: Names, hierarchy: Hierarchy) -> Shape:
    """The entry points, in the order in which construction runs them."""
    constructor = None if hierarchy.flavour == "msgspec" else _constructor(names, hierarchy)
    validators = list(_validators(names, hierarchy.classes)) if hierarchy.flavour.startswith("pydantic") else []
    early = [one for one in validators if one.before or one.fields]
    late = [one for one in validators if one not in early]
    early.sort(key=lambda one: bool(one.fields))
    if constructor is not None:
        made = [Entry(constructor, "constructor")]
        fields = frozenset(_arguments(names, hierarchy.classes, constructor))
    else:
        found = [member_of(names, hierarchy.classes, name) for name in _POST]
        made = [Entry(f, "constructor") for one in found if one is not None and (f := one.function()) is not None]
        fields = frozenset(_declared(names, hierarchy.classes))
    return Shape((*early, *made, *late), fields, constructor is None)


def _constructor(names: Names, hierarchy: Hierarchy) -> Function | None:
    """The nearest constructor that is written out, unless a dataclass nearer by generates one."""
    for one in hierarchy.classes:
        found = names.class_def(one.module, one.qualname)
        if found is None:
            continue
        own = [node for node in found[1].body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
        if own:
            return Member(found[0], (one.module, one.qualname), own[-1]).function()
        if hierarchy.flavour != "plain" and found[1].decorator_list:
            return None
    return None


def _arguments(names: Names, classes: tuple[ClassName, ...], constructor: Function) -> Iterator[str]:
    """Parameters, and what is taken out of ``**kwargs`` anywhere in the constructors."""
    todo = [constructor]
    for one in classes:
        member = member_of(names, (one,), "__init__")
        function = None if member is None else member.function()
        if function is not None:
            todo.append(function)
    for function in todo:
        spec = function.node.args
        yield from (arg.arg for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs) if arg.arg != "self")
        if spec.kwarg is None:
            continue
        for node in ast.walk(function.node):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="pop" | "get"),
                    args=[ast.Constant(value=str() as key), *_],
                ) if name == spec.kwarg.arg:
                    yield key


def _declared(names: Names, classes: tuple[ClassName, ...]) -> Iterator[str]:
    for one in classes:
        found = names.class_def(one.module, one.qualname)
        for node in found[1].body if found else ():
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                    if "ClassVar" not in ast.unparse(annotation) and not _made_inside(value):
                        yield name


def _made_inside(value: ast.expr | None) -> bool:
    """Whether a declaration says that the constructor does not take the field: nobody can give it a value."""
    match value:
        case ast.Call(keywords=keywords):
            return any(
                one.arg == "init" and isinstance(one.value, ast.Constant) and one.value.value is False
                for one in keywords
            )
    return False


def _validators(names: Names, classes: tuple[ClassName, ...]) -> Iterator[Entry]:
    seen: set[str] = set()
    for one in classes:
        found = names.class_def(one.module, one.qualname)
        for node in found[1].body if found else ():
            if not isinstance(node, ast.FunctionDef) or node.name in seen or found is None:
                continue
            seen.add(node.name)
            for decorator in node.decorator_list:
                function = Member(found[0], (one.module, one.qualname), node).function()
                entry = None if function is None else _validator(decorator, function)
                if entry is not None:
                    yield entry


def _validator(decorator: ast.expr, function: Function) -> Entry | None:
    name = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator).rpartition(".")[2]
    if name not in _VALIDATORS:
        return None
    args = decorator.args if isinstance(decorator, ast.Call) else []
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    modes = {one.arg: ast.literal_eval(one.value) for one in keywords if isinstance(one.value, ast.Constant)}
    fields = tuple(str(one.value) for one in args if isinstance(one, ast.Constant))
    before = modes.get("mode") in {"before", "wrap"} or modes.get("pre") is True
    if name in {"model_validator", "root_validator"}:
        return Entry(function, "model", (), before or name == "root_validator")
    return Entry(function, "field", fields, before)
