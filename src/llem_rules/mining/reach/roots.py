"""On what an expression of the library's source depends: fields, the model, the platform, packages, variables.

Too much is said rather than too little: every assignment to a name counts, whatever the path, and so does every test that
guards one. What cannot be followed is ``other``.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from llem_rules.mining.library import Module
from llem_rules.mining.reach.guards import DECIDING
from llem_rules.mining.reach.origins import assigned_once, origin, seen_from
from llem_rules.mining.reach.source import bindings, guards_at, kept_as, parts_of, top_expressions
from llem_rules.mining.static.names import Names
from llem_rules.mining.static.symbols import ClassValue, Function, ModuleValue, Outer, Unknown
from llem_rules.mining.static.world import class_member, member_of

RootKind = Literal["field", "model", "platform", "gpu", "package", "env", "other"]
_FIXED_NAME = re.compile(r"^_?[A-Z][A-Z0-9_]*$|^_?log(ger)?$")  # by convention: a constant, or where messages go
_DEEPEST = 10
_MOST_STEPS = 4_000
_PACKAGE = ("importlib.util.find_spec", "importlib.metadata.version", "importlib.import_module")
_PURE = ("packaging.",)  # what is computed of the arguments alone
_ENV = ("os.getenv", "os.environ.get", "os.environ", "os.environ.__getitem__")
_GPU = ("torch.cuda",)
_PLATFORM = ("platform.", "sys.platform", "sys.version_info", "os.name", "torch.version", "torch.xpu", "torch.backends")


@dataclass(frozen=True, order=True)
class Root:
    """One thing that a value depends on."""

    kind: RootKind
    name: str


Roots = frozenset[Root]
NONE: Roots = frozenset()
# Where a statement of a module itself stands.
_NO_FUNCTION = ast.FunctionDef("", ast.arguments([], [], None, [], [], None, []), [], [], lineno=0, col_offset=0)
OTHER: Roots = frozenset((Root("other", ""),))


@dataclass(frozen=True, eq=False)
class Scope:
    """A function, and what its parameters depend on in one call. ``texts``: parameters that are a known string."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef
    owner: tuple[str, str] | None
    parameters: dict[str, Roots] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    depth: int = 0

    @property
    def receiver(self) -> str | None:
        """The name of ``self`` or ``cls``."""
        arguments = [*self.node.args.posonlyargs, *self.node.args.args]
        return arguments[0].arg if self.owner and arguments and arguments[0].arg in {"self", "cls"} else None


class RootFinder:
    """``platform``: ``module:name`` of objects that answer for the platform; ``of_model``: what reads a model, by name."""

    def __init__(self, names: Names, platform: tuple[str, ...], of_model: tuple[str, ...]) -> None:
        self._names = names
        self._platform = frozenset(platform)
        self._of_model = frozenset(of_model)
        self._busy: set[tuple[object, ...]] = set()
        self._known: dict[tuple[object, ...], Roots] = {}
        self._cuts = 0
        self._steps = 0

    def find(self, node: ast.expr, scope: Scope) -> Roots:
        """The same within a budget; what is beyond it is ``other``."""
        self._steps = 0
        return self.of(node, scope)

    def of(self, node: ast.expr, scope: Scope) -> Roots:
        """Everything that the expression may depend on."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return OTHER
        match node:
            case ast.Constant():
                return NONE
            case ast.Name(id=name):
                return self._of_name(name, node.lineno, scope)
            case ast.Attribute(value=value, attr=name):
                return self._of_attribute(node, value, name, scope)
            case ast.Call():
                return self._of_call(node, scope)
            case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
                if self._dotted(value, scope) == "os.environ":
                    return frozenset((Root("env", key),))
            case ast.Compare(left=ast.Constant(value=str() as key), comparators=[over]):
                if self._dotted(over, scope) == "os.environ":
                    return frozenset((Root("env", key),))
            case ast.Lambda():
                return OTHER
        return self._all(parts_of(node), scope)

    def _all(self, nodes: Iterator[ast.expr], scope: Scope) -> Roots:
        return frozenset(root for node in nodes for root in self.of(node, scope))

    def _of_name(self, name: str, used: int, scope: Scope) -> Roots:
        if name == scope.receiver:
            return OTHER
        key: tuple[object, ...] = ("name", scope.module.name, scope.node.lineno, name, used, scope.depth == 0)
        key += tuple(sorted(scope.parameters.items())), tuple(sorted(scope.texts.items()))
        return self._once(key, lambda: self._bound_to(name, used, scope))

    def _once(self, key: tuple[object, ...], compute: Callable[[], Roots]) -> Roots:
        """Computed once. What was met while it is being computed adds nothing; such parts are not kept."""
        if key in self._known:
            return self._known[key]
        if key in self._busy:
            self._cuts += 1
            return NONE
        self._busy.add(key)
        cuts = self._cuts
        try:
            found = compute()
        finally:
            self._busy.discard(key)
        if self._cuts == cuts and self._steps <= _MOST_STEPS:
            self._known[key] = found
        return found

    def _bound_to(self, name: str, used: int, scope: Scope) -> Roots:
        kept = kept_as(scope.node).get(name)
        if kept in self._of_model and len(bindings(scope.node).get(name, ())) == 1:
            return frozenset((Root("model", kept),))
        found = scope.parameters.get(name, NONE)
        seen = name in scope.parameters
        shared = guards_at(scope.node, used)
        for one in bindings(scope.node).get(name, ()):
            seen = True
            # Where a function has come back, its loops are over; in the one that is looked at, more may be to come.
            unseen = one.value is None or (one.changing and scope.depth == 0)
            found |= OTHER if one.value is None or unseen else self.of(one.value, scope)
            for guard in guards_at(scope.node, one.line):
                # What decides whether this place is reached at all does not choose among the values here.
                if guard.kind in DECIDING and not any(guard.same(other) for other in shared):
                    found |= self._all(iter(guard.parts), scope)
        return found if seen else self._of_global(name, scope)

    def _of_global(self, name: str, scope: Scope) -> Roots:
        source = origin(self._names, scope.module, scope.node, name)
        if source in self._platform:
            return frozenset((Root("platform", name),))
        module, _, last = source.partition(":")
        found = self._of_outer(f"{module}.{last}".strip("."))
        unknown = isinstance(self._global(name, scope), Unknown) and not _FIXED_NAME.search(name)
        kept = assigned_once(scope.module.tree).get(name) if unknown and not source else None
        if kept is not None and not found and scope.depth < _DEEPEST:
            return self.of(kept, Scope(scope.module, _NO_FUNCTION, None, depth=scope.depth + 1))
        return found or (OTHER if unknown else NONE)

    def _of_outer(self, dotted: str) -> Roots:
        if dotted.startswith(_GPU):
            return frozenset((Root("gpu", dotted),))
        return frozenset((Root("platform", dotted),)) if dotted.startswith(_PLATFORM) else NONE

    def _of_attribute(self, node: ast.Attribute, value: ast.expr, name: str, scope: Scope) -> Roots:
        if name in self._of_model:
            return frozenset((Root("model", name),))
        if isinstance(value, ast.Name) and value.id == scope.receiver:
            return self._of_self(name, scope)
        if isinstance(value, ast.Name):
            module = origin(self._names, scope.module, scope.node, value.id).replace(":", ".")
            if self._names.is_environment(module, name):
                return frozenset((Root("env", name),))
        dotted = self._dotted(node, scope)
        return self.of(value, scope) | (self._of_outer(dotted) if dotted else NONE)

    def _of_self(self, name: str, scope: Scope) -> Roots:
        assert scope.owner is not None
        classes = self._names.classes(*scope.owner)
        member = member_of(self._names, classes, name)
        function = None if member is None else member.function()
        if member is not None and function is not None:
            return self._of_body(function, {}, {}, scope)
        return frozenset((Root("field", name),))  # declared, or assigned somewhere: from whatever the object was given

    def _of_call(self, node: ast.Call, scope: Scope) -> Roots:
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in self._of_model:
            return frozenset((Root("model", called),))
        texts = [text_in(one, scope) for one in node.args]
        dotted = self._dotted(node.func, scope)
        if dotted in _PACKAGE:
            named = texts[0] if texts and texts[0] else ""
            return frozenset((Root("package", named),)) | self._all(iter(node.args), scope)
        if dotted in _ENV:
            return frozenset((Root("env", texts[0]),)) if texts and texts[0] else OTHER
        callee = self.callee(node.func, scope)
        if callee is not None:
            parameters, known = bound(callee, node, scope, self)
            return self._of_body(callee, parameters, known, scope)
        given = self._all((one.value for one in node.keywords), scope) | self._all(iter(node.args), scope)
        if dotted.startswith("importlib.metadata."):
            return given | {Root("package", "")}
        if dotted.startswith(_PURE) or ("." in dotted and hasattr(builtins, dotted.partition(".")[0])):
            return given  # ``dict.fromkeys`` and the like
        if isinstance(node.func, ast.Name):
            known_here = hasattr(builtins, node.func.id) or isinstance(self._global(node.func.id, scope), ClassValue)
            return given | (NONE if known_here else OTHER | self.of(node.func, scope))
        if isinstance(node.func, ast.Attribute):
            outer = self._of_outer(dotted) if dotted else NONE
            return given | outer | (self.of(node.func.value, scope) if outer or not dotted else OTHER)
        return given | OTHER

    def callee(self, func: ast.expr, scope: Scope) -> Function | None:
        """The function of the package that is called, where its source says so."""
        match func:
            case ast.Name(id=name):
                found = self._global(name, scope)
                return found if isinstance(found, Function) else None
            case ast.Attribute(value=ast.Name(id=receiver), attr=name) if receiver == scope.receiver and scope.owner:
                member = member_of(self._names, self._names.classes(*scope.owner), name)
                return None if member is None else member.function()
            case ast.Attribute(value=ast.Name(id=holder), attr=name):
                found = self._global(holder, scope)
                if isinstance(found, ClassValue):
                    member = class_member(self._names, found, name)
                    return None if member is None else member.function()
                if isinstance(found, ModuleValue):
                    inner = self._names.attribute_of_module(found.name, name)
                    return inner if isinstance(inner, Function) else None
        return None

    def _global(self, name: str, scope: Scope) -> object:
        if name in scope.parameters or name in bindings(scope.node):
            return None
        return seen_from(self._names, scope.module, scope.node, name)

    def _of_body(self, function: Function, parameters: dict[str, Roots], texts: dict[str, str], scope: Scope) -> Roots:
        assert not isinstance(function.node, ast.Lambda)
        if scope.depth >= _DEEPEST:
            return OTHER
        inner = Scope(function.module, function.node, function.owner, parameters, texts, scope.depth + 1)
        given = tuple(sorted(parameters.items())), tuple(sorted(texts.items()))
        key = ("body", function.module.name, function.node.lineno, function.owner, *given)
        return self._once(key, lambda: self._all(top_expressions(inner.node), inner))

    def _dotted(self, node: ast.expr, scope: Scope) -> str:
        match node:
            case ast.Name(id=name):
                found = self._global(name, scope)
                return found.name if isinstance(found, ModuleValue | Outer) else ""
            case ast.Attribute(value=value, attr=name):
                inner = self._dotted(value, scope)
                return f"{inner}.{name}" if inner else ""
        return ""


def bound(
    function: Function, call: ast.Call, scope: Scope, finder: RootFinder
) -> tuple[dict[str, Roots], dict[str, str]]:
    """What the parameters depend on in one call, and those that are a known string."""
    spec = function.node.args
    names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
    parameters: dict[str, Roots] = {}
    if function.owner is not None and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    starred = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
    given = dict(zip(names, call.args, strict=False)) | {one.arg: one.value for one in call.keywords if one.arg}
    rest = frozenset(root for one in call.args[len(names) :] for root in finder.of(one, scope))
    for name in (*names, *(one.arg for one in spec.kwonlyargs), *(one.arg for one in (spec.vararg, spec.kwarg) if one)):
        parameters[name] = OTHER if starred else finder.of(given[name], scope) if name in given else rest
    texts = {name: text for name, node in given.items() if (text := text_in(node, scope)) is not None and not starred}
    return parameters, texts


def text_in(node: ast.expr, scope: Scope) -> str | None:
    """The string that an expression is known to be."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            return scope.texts.get(name)
    return None
