"""Where a name comes from: the import that binds it, in the function or in its module."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from llem_rules.mining.library import MISSING, Hierarchy, Module
from llem_rules.mining.static.names import Names, Reader
from llem_rules.mining.static.symbols import Value


class SourceOnly:
    """A reader that never asks for live values: what a name depends on is read from the source."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def module(self, name: str) -> Module | None:
        """As the reader has it."""
        return self._reader.module(name)

    def hierarchy(self, native_type: str) -> Hierarchy | None:
        """As the reader has it."""
        return self._reader.hierarchy(native_type)

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Nothing."""
        return dict.fromkeys(names, MISSING)


def seen_from(names: Names, module: Module, function: ast.AST, name: str) -> Value:
    """What a name that is no local of the function stands for in it."""
    statement = _imports(function).get(name)
    if statement is not None:
        return dict(names.imported(module, statement))[name]
    return names.in_module(module, name)


def origin(names: Names, module: Module, function: ast.AST, name: str) -> str:
    """``module:name`` of what an import binds to the name (``module:`` for a module); empty where none does."""
    statement = _imports(function).get(name) or _imports(module.tree).get(name)
    if statement is None:
        return ""
    alias = next(one for one in statement.names if _bound(statement, one) == name)
    if isinstance(statement, ast.Import):
        return f"{alias.name if alias.asname else name}:"
    return f"{names.absolute(module, statement)}:{alias.name}"


@lru_cache(maxsize=4096)
def _imports(tree: ast.AST) -> Mapping[str, ast.Import | ast.ImportFrom]:
    found: dict[str, ast.Import | ast.ImportFrom] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                found.setdefault(_bound(node, alias), node)
    return found


def _bound(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if alias.asname or isinstance(statement, ast.ImportFrom):
        return alias.asname or alias.name
    return alias.name.partition(".")[0]


@lru_cache(maxsize=4096)
def assigned_once(tree: ast.Module) -> Mapping[str, ast.expr]:
    """Names that a module gives a value in one plain statement of its own, and that nothing in it changes later."""
    stored = Counter(one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
    changed = {name for one in ast.walk(tree) if isinstance(one, ast.Global) for name in one.names}
    found: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            found.update(dict.fromkeys(names, statement.value))
    return {name: value for name, value in found.items() if stored[name] == 1 and name not in changed}
