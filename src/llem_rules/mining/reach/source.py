"""What a function's source holds: its outermost expressions, what binds a local name, the guards of a line."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from llem_rules.mining.reach.guards import Guard, guards_to


def top_expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The outermost expressions of a body; annotations and nested definitions do nothing by themselves."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.AnnAssign(value=value):
                yield from () if value is None else (value,)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.arguments():
                continue
            case ast.Raise():
                continue
            case ast.expr() if isinstance(node, ast.stmt | ast.withitem | ast.match_case) and not (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            ):
                yield child
            case ast.stmt() | ast.withitem() | ast.match_case() | ast.ExceptHandler():
                yield from top_expressions(child)


@dataclass(frozen=True, eq=False)
class Binding:
    """A value that a local name may have (None: it cannot be seen). ``changing``: one of several, in a loop or by ``+=``."""

    value: ast.expr | None
    line: int
    changing: bool = False


@lru_cache(maxsize=4096)
def bindings(function: ast.AST) -> Mapping[str, Sequence[Binding]]:
    """By local name: everything that it may be bound to."""
    found: dict[str, list[Binding]] = defaultdict(list)
    for node in ast.walk(function):
        for target, value, changing in _bound(node):
            for one in ast.walk(target):
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                    found[one.id].append(Binding(value, value.lineno, changing))
        if isinstance(node, ast.ExceptHandler) and node.name:
            found[node.name].append(Binding(None, node.lineno))
    return found


def _bound(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value, False) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value, False
        case ast.NamedExpr(target=target, value=value) | ast.comprehension(target=target, iter=value):
            yield target, value, False
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield target, value, False
        case ast.AugAssign(target=target, value=value):
            yield target, value, True
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            yield target, value, True


@lru_cache(maxsize=4096)
def kept_as(function: ast.AST) -> Mapping[str, str]:
    """Local names that an attribute is set to, by the attribute's name."""
    found: dict[str, str] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr=attribute)], value=ast.Name(id=name)):
                found[name] = attribute
    return found


@lru_cache(maxsize=65536)
def guards_at(function: ast.FunctionDef | ast.AsyncFunctionDef, line: int) -> tuple[Guard, ...]:
    """The guards of a line, kept."""
    return tuple(guards_to(function.body, line))


def parts_of(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions right inside an expression."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        else:
            yield from parts_of(child)
