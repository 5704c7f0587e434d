"""The ways to a site: each function on one, with what its parameters depend on, and the guards in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from llem_rules.mining.model import Step
from llem_rules.mining.reach.guards import Guard, function_at, guards_to
from llem_rules.mining.reach.roots import OTHER, Root, RootFinder, Roots, Scope, bound
from llem_rules.mining.static.names import Names
from llem_rules.mining.static.symbols import Function

_DEEPEST = 4


@dataclass(frozen=True, eq=False)
class Hurdle:
    """A guard on a way, in the function that it stands in."""

    guard: Guard
    scope: Scope
    earlier: tuple[Guard, ...]  # in the same function, outermost first

    @property
    def file(self) -> str:
        """Relative to site-packages."""
        return self.scope.module.file


def hurdles(way: tuple[Step, ...], names: Names, finder: RootFinder) -> list[Hurdle] | None:
    """All guards on a way, from the entry point on; None where a function on it cannot be found again."""
    found: list[Hurdle] = []
    before: tuple[Scope, int] | None = None
    for step in way:
        scope = _scope(step, before, names, finder)
        if scope is None:
            return None
        guards = tuple(guards_to(scope.node.body, step.line))
        for place, guard in enumerate(guards):
            found.append(Hurdle(guard, scope, guards[:place]))
            found += _refusals(guard, scope, finder)
        before = (scope, step.line)
    return found


def _refusals(guard: Guard, scope: Scope, finder: RootFinder, depth: int = 0) -> Iterator[Hurdle]:
    """Where an earlier statement calls a function: the tests at that function's own level that raise."""
    match guard.parts:
        case (ast.Call(func=func) as call,) if guard.kind == "call" and depth < _DEEPEST:
            callee = finder.callee(func, scope)
            if callee is None or isinstance(callee.node, ast.Lambda):
                return
            parameters, texts = bound(callee, call, scope, finder)
            inner = Scope(callee.module, callee.node, callee.owner, parameters, texts)
            found = tuple(guards_to(callee.node.body, (callee.node.end_lineno or 0) + 1))
            for place, one in enumerate(found):
                if one.kind == "test":
                    return  # it may come back here already
                if one.kind in {"refusal", "import"}:
                    yield Hurdle(one, inner, found[:place])
                yield from _refusals(one, inner, finder, depth + 1)


def _scope(step: Step, before: tuple[Scope, int] | None, names: Names, finder: RootFinder) -> Scope | None:
    module = names.reader.module(step.module)
    node = None if module is None else function_at(module.tree, step.defined)
    if module is None or node is None:
        return None
    holder = step.function.rpartition(".")[0]
    owner = (module.name, holder) if holder and names.class_def(module.name, holder) else None
    spec = node.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *(one for one in (spec.vararg, spec.kwarg) if one)]
    if before is None:
        parameters: dict[str, Roots] = {one.arg: frozenset((Root("field", one.arg),)) for one in every}
        return Scope(module, node, owner, parameters)
    parameters, texts = dict.fromkeys((one.arg for one in every), OTHER), dict[str, str]()
    calls = list(_calls(before[0].node, before[1], node.name))
    if len(calls) == 1:
        function = Function(module, node, step.function, owner)
        parameters, texts = bound(function, calls[0], before[0], finder)
    return Scope(module, node, owner, parameters, texts)


def _calls(caller: ast.AST, line: int, name: str) -> Iterator[ast.Call]:
    """Calls of the name in the statement that begins at the line."""
    for statement in ast.walk(caller):
        if isinstance(statement, ast.stmt) and statement.lineno == line:
            for node in ast.walk(statement):
                match node:
                    case ast.Call(func=ast.Name(id=own)) | ast.Call(func=ast.Attribute(attr=own)) if own == name:
                        yield node
            return
