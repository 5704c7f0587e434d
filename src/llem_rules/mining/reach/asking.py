"""Where the live library can be asked for the value of a part of a guard."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from llem_rules.mining.reach.ways import Hurdle

Place = tuple[str, int]


def is_closed(leaf: ast.expr, one: Hurdle) -> bool:
    """Whether the expression speaks only of names of its module."""
    known = {
        node.id for node in ast.walk(one.scope.node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    known |= set(one.scope.parameters) | ({one.scope.receiver} if one.scope.receiver else set())
    for node in ast.walk(one.scope.node):
        if isinstance(node, ast.Import | ast.ImportFrom):
            known |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    names = {node.id for node in ast.walk(leaf) if isinstance(node, ast.Name)}
    return not names & known and any(not hasattr(builtins, name) for name in names)


def imported_from(leaf: ast.expr, one: Hurdle) -> str | None:
    """The module whose names alone the expression speaks of, where the function itself imports them all from there."""
    names = {node.id for node in ast.walk(leaf) if isinstance(node, ast.Name)}
    found: set[str] = set()
    for node in ast.walk(one.scope.node):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            own = {alias.name for alias in node.names if alias.asname is None} & names
            names -= own
            found |= {node.module} if own else set()
    return found.pop() if len(found) == 1 and not names else None


def places(leaf: ast.expr, one: Hurdle) -> Iterator[Place]:
    """Lines at which the expression has the value that it has at its guard: its own, and those of earlier guards."""
    yield one.file, one.guard.line
    yield one.file, leaf.lineno
    for guard in reversed(one.earlier):
        if _changed(leaf, one.scope.node, guard.line, leaf.lineno):
            return
        yield one.file, guard.line
        for part in guard.parts[:1]:
            yield one.file, part.lineno


def _changed(leaf: ast.expr, function: ast.AST, first: int, last: int) -> bool:
    names = {node.id for node in ast.walk(leaf) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(leaf) if isinstance(node, ast.Attribute)}
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                if name in names and first < node.lineno < last:
                    return True
    return False
