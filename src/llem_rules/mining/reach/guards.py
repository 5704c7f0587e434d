"""The guards between a function's first line and a line inside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["test", "refusal", "loop", "handler", "match", "import", "call"]


@dataclass(frozen=True, eq=False)
class Guard:
    """One thing that decides whether the line is reached.

    ``test``: an expression that has to be ``wanted``. ``refusal``: the same, of a test that raises otherwise. ``loop``:
    what is gone through must have something; ``handler``: the body of a ``try`` must raise; ``match``: the subject must
    fit; ``import``: the module (``name``) must be there; ``call``: the function must come back.
    ``parts``: the expressions that decide; ``line``: where.
    """

    kind: Kind
    line: int
    parts: tuple[ast.expr, ...]
    wanted: bool = True
    name: str = ""

    def same(self, other: Guard) -> bool:
        """Whether it is the same demand of the same place in the source."""
        return (self.kind, self.line, self.wanted) == (other.kind, other.line, other.wanted)


DECIDING: frozenset[Kind] = frozenset({"test", "loop", "handler", "match"})  # what chooses a way, without raising


def function_at(tree: ast.Module, defined: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function whose definition begins at a line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == defined:
            return node
    return None


def guards_to(body: Sequence[ast.stmt], line: int) -> Iterator[Guard]:
    """What has to hold for the line to be reached, outermost first. Earlier statements count where they may leave."""
    for statement in body:
        if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            yield from _inside(statement, line)
            return
        yield from _passed(statement)


def _inside(statement: ast.stmt, line: int) -> Iterator[Guard]:  # noqa: PLR0912 - one case a kind of statement
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            for block, wanted in ((body, True), (orelse, False)):
                if _holds(block, line):
                    yield Guard("test", statement.lineno, (test,), wanted)
                    yield from guards_to(block, line)
        case ast.While(test=test, body=body) if _holds(body, line):
            yield Guard("test", statement.lineno, (test,))
            yield from guards_to(body, line)
        case ast.For(iter=over, body=body) | ast.AsyncFor(iter=over, body=body) if _holds(body, line):
            yield Guard("loop", statement.lineno, (over,))
            yield from guards_to(body, line)
        case ast.Try(body=body, orelse=orelse, finalbody=final, handlers=handlers):
            for block in (body, orelse, final):
                if _holds(block, line):
                    yield from guards_to(block, line)
            for handler in handlers:
                if _holds(handler.body, line):
                    yield Guard("handler", statement.lineno, tuple(_expressions(body)), name=_modules(body))
                    yield from guards_to(handler.body, line)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            yield from guards_to(body, line)
        case ast.Match(subject=subject, cases=cases):
            yield Guard("match", statement.lineno, (subject,))
            for case in cases:
                if _holds(case.body, line):
                    yield from guards_to(case.body, line)
        case ast.Assert(test=test):
            yield Guard("test", statement.lineno, (test,), False)


def _holds(block: Sequence[ast.stmt], line: int) -> bool:
    return bool(block) and block[0].lineno <= line <= (block[-1].end_lineno or 0)


def _passed(statement: ast.stmt) -> Iterator[Guard]:
    """A statement before the line: what it asks of a way that goes on."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            for block, wanted in ((body, False), (orelse, True)):
                if block and _leaves(block[-1]):
                    yield Guard("test", statement.lineno, (test,), wanted)
                elif block and isinstance(block[-1], ast.Raise):
                    yield Guard("refusal", statement.lineno, (test,), wanted)
        case ast.Assert(test=test):
            yield Guard("refusal", statement.lineno, (test,), True)
        case ast.Expr(value=ast.Call() as call):
            yield Guard("call", statement.lineno, (call,))
        case ast.Import(names=names):
            for alias in names:
                yield Guard("import", statement.lineno, (), name=alias.name)
        case ast.ImportFrom(module=str() as module, level=0):
            yield Guard("import", statement.lineno, (), name=module)


def _leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If):
        return bool(statement.orelse) and _leaves(statement.body[-1]) and _leaves(statement.orelse[-1])
    return isinstance(statement, ast.Return | ast.Continue | ast.Break)


def _expressions(body: Sequence[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        yield from (node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr))
        for name in ("body", "orelse", "finalbody"):
            yield from _expressions(getattr(statement, name, ()))


def _modules(body: Sequence[ast.stmt]) -> str:
    """What the body of a ``try`` imports, where it does nothing else."""
    names = [alias.name for one in body if isinstance(one, ast.Import) for alias in one.names]
    names += [one.module or "" for one in body if isinstance(one, ast.ImportFrom) and not one.level]
    return names[0] if names and len(body) == 1 else ""
