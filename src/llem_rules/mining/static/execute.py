"""Statements: they move a frame's state and path on."""

from __future__ import annotations

import ast

from llem_rules.mining.static import effects
from llem_rules.mining.static.blocks import join
from llem_rules.mining.static.catching import ancestry
from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.conversions import is_conversion
from llem_rules.mining.static.evaluate import condition, evaluate
from llem_rules.mining.static.formulas import FALSE, TRUE, both
from llem_rules.mining.static.frame import Exit, Frame
from llem_rules.mining.static.handlers import follow_match, follow_try
from llem_rules.mining.static.items import exists, speaks_of
from llem_rules.mining.static.iteration import bind
from llem_rules.mining.static.loops import follow_loop, follow_while
from llem_rules.mining.static.symbols import (
    ClassValue,
    Collection,
    Const,
    Function,
    Instance,
    Outer,
    Unknown,
    Value,
)


def execute(body: list[ast.stmt], frame: Frame) -> None:
    """Follow statements until the block, or the budget, ends."""
    for statement in body:
        if frame.ending != "live" or not frame.world.spend(frame.function):
            return
        _statement(statement, frame)


def _statement(node: ast.stmt, frame: Frame) -> None:  # noqa: PLR0912 - one case a kind of statement
    frame.at = node.lineno
    match node:
        case ast.Expr(value=value):
            evaluate(value, frame)
        case ast.If(test=test, body=body, orelse=orelse):
            _branch(condition(test, frame), body, orelse, frame)
        case ast.Assign(targets=targets, value=value):
            made = evaluate(value, frame)
            for target in targets:
                _assign(target, made, frame, node.lineno, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            _assign(target, evaluate(value, frame), frame, node.lineno, value)
        case ast.AugAssign(target=target, op=op, value=value):
            _augment(node, target, op, value, frame)
        case ast.Return(value=value):
            _return(Const(None) if value is None else evaluate(value, frame), node.lineno, frame)
        case ast.Raise():
            _raise(node, frame)
        case ast.Assert(test=test, msg=msg):
            cond = condition(test, frame)
            failed = frame.fork(cond.no)
            said = None if msg is None else evaluate(msg, failed)
            effects.raised(failed, node.lineno, "AssertionError", said, (ancestry(Outer("AssertionError"), frame),))
        case ast.For(target=target, iter=over, body=body, orelse=orelse):
            follow_loop(target, evaluate(over, frame), body, orelse, frame)
        case ast.While(test=test, body=body):
            follow_while(test, body, frame)
        case ast.Continue() if frame.loops:
            frame.loops[-1].continued.append(frame.fork())
            frame.ending = "gone"
        case ast.Break() if frame.loops:
            frame.loops[-1].broken.append(frame.fork())
            frame.ending = "gone"
        case ast.Try():
            follow_try(node, frame)
        case ast.With(body=body, items=items):
            for item in items:
                evaluate(item.context_expr, frame)
            execute(body, frame)
        case ast.Import() | ast.ImportFrom():
            frame.names.update(frame.world.names.imported(frame.module, node))
        case ast.FunctionDef(name=name):
            made = Function(frame.module, node, f"{frame.function}.<locals>.{name}", frame.owner, frame.names)
            frame.names[name] = made
        case ast.Match(subject=subject, cases=cases):
            follow_match(evaluate(subject, frame), cases, frame)


def _branch(asked: Cond, body: list[ast.stmt], orelse: list[ast.stmt], frame: Frame) -> None:
    ways = []
    left = frame.left
    for guard, statements in ((asked.yes, body), (asked.no, orelse)):
        way = frame.fork(*([] if guard == TRUE else [guard]))
        if guard == FALSE or both(*way.path) == FALSE:
            continue
        execute(statements, way)
        ways.append(way)
    join(frame, ways, len(frame.path), left)


def _assign(target: ast.expr, value: Value, frame: Frame, line: int, source: ast.expr | None = None) -> None:
    match target:
        case ast.Attribute(value=holder, attr=name):
            receiver = evaluate(holder, frame)
            if isinstance(receiver, Instance):
                setter = _setter(receiver, name, frame)
                if setter is not None and frame.world.call is not None:
                    frame.world.call(setter, [receiver, value], {}, frame)
                else:
                    converts = source is not None and receiver.number == 0 and is_conversion(source, name, frame)
                effects.assign(frame, line, receiver, name, value, converts)
        case ast.Subscript(value=holder, slice=index):
            receiver = evaluate(holder, frame)
            if isinstance(receiver, Collection):
                effects.collected(frame, line, receiver, evaluate(index, frame), value)
            elif isinstance(holder, ast.Name):
                frame.names[holder.id] = Unknown(holder.id, "it was changed in place")
        case _:
            bind(target, value, frame)


def _setter(receiver: Instance, name: str, frame: Frame) -> Function | None:
    from llem_rules.mining.static.world import Member

    for one in frame.world.of(receiver.number):
        found = frame.world.names.class_def(one.module, one.qualname)
        for statement in found[1].body if found else ():
            if isinstance(statement, ast.FunctionDef) and statement.name == name and found:
                member = Member(found[0], (one.module, one.qualname), statement)
                if "setter" in member.decorators:
                    return member.function()
    return None


def _augment(node: ast.AugAssign, target: ast.expr, op: ast.operator, value: ast.expr, frame: Frame) -> None:
    read = ast.BinOp(ast.parse(ast.unparse(target), mode="eval").body, op, value)
    ast.fix_missing_locations(ast.copy_location(read, node))
    _assign(target, evaluate(read, frame), frame, node.lineno)


def _return(value: Value, line: int, frame: Frame) -> None:
    path = frame.path
    for over, item in reversed(frame.quantified):
        path = tuple(exists(over, item, one) if speaks_of(one, item) else one for one in path)
    frame.exits.append(Exit(path, value, line, dict(frame.attributes)))
    frame.ending = "gone"


def _raise(node: ast.Raise, frame: Frame) -> None:
    name: str | None = None
    message: Value | None = None
    classes = frame.handling
    match node.exc:
        case ast.Call(func=func, args=args):
            made = evaluate(func, frame)
            name, classes = _exception(made, func), (ancestry(made, frame),)
            message = evaluate(args[0], frame) if args else None
        case ast.expr() as bare:
            made = evaluate(bare, frame)
            name, classes = _exception(made, bare), (ancestry(made, frame),)
    effects.raised(frame, node.lineno, name, message, classes, again=node.exc is None)


def _exception(value: Value, node: ast.expr) -> str | None:
    last = ast.unparse(node).rpartition(".")[2]
    match value:
        case ClassValue(qualname=qualname):
            return qualname.rpartition(".")[2]
        case Outer(name=name):
            return name.rpartition(".")[2]
    return last if last[:1].isupper() and last.isidentifier() else None


__all__ = ["execute"]
