"""Loops: unrolled over what is written out; once, for some item, over a field; else once under what cannot be said."""

from __future__ import annotations

import ast

from llem_rules.mining.static import implicit
from llem_rules.mining.static.blocks import join, run
from llem_rules.mining.static.choices import leaves
from llem_rules.mining.static.formulas import TRUE, Unsaid, both, deny, either
from llem_rules.mining.static.frame import Frame, Loop
from llem_rules.mining.static.iteration import bind, item_of, items_in, iterated
from llem_rules.mining.static.symbols import (
    Collection,
    FieldValue,
    GivenItems,
    Instance,
    Unknown,
    Value,
)


def follow_loop(target: ast.expr, over: Value, body: list[ast.stmt], orelse: list[ast.stmt], frame: Frame) -> None:
    start, left = len(frame.path), frame.left
    ways = []
    for guard, leaf in leaves(over):
        way = frame.fork(*([] if guard == TRUE else [guard]))
        items = items_in(leaf, way)
        if items is not None:
            _unrolled(target, items, body, orelse, way)
        elif isinstance(leaf, FieldValue):
            implicit.gone_through(leaf, way)
            _over_field(target, iterated(way.world, leaf.path), body, way)
        else:
            _once(target, leaf, body, way)
        ways.append(way)
    join(frame, ways, start, left)


def _unrolled(target: ast.expr, items: list[Value], body: list[ast.stmt], orelse: list[ast.stmt], frame: Frame) -> None:
    outer, start, broken = frame.loops, len(frame.path), []
    for item in items:
        loop, left = Loop(), len(frame.exits)
        frame.loops = (*outer, loop)
        bind(target, item, frame)
        run(body, frame)
        broken += loop.broken
        stays = len(frame.exits) == left and not loop.broken
        frame.loops = outer
        join(frame, [frame.fork(), *loop.continued], min(start, len(frame.path)), frame.left if stays else None)
        if frame.ending != "live":
            break
    frame.loops = outer
    run(orelse, frame)
    for one in broken:
        one.loops = outer
    join(frame, [frame.fork(), *broken], start)


def _over_field(target: ast.expr, path: str, body: list[ast.stmt], frame: Frame) -> None:
    """The body once, for some item; what it assigns is not known afterwards."""
    item = item_of(frame.world, path)
    start, before = len(frame.path), len(frame.exits)
    inner = frame.fork()
    inner.loops = (*frame.loops, Loop())
    inner.quantified = (*frame.quantified, (path, item.path))
    bind(target, item, inner)
    run(body, inner)
    forget(body, frame)
    left = [both(*one.path[start:]) for one in frame.exits[before:]]
    if left:
        frame.path = (*frame.path, deny(either(*left)))


def _once(target: ast.expr, over: Value, body: list[ast.stmt], frame: Frame) -> None:
    """A loop over what is not written out: its body once, under a condition that cannot be said."""
    if isinstance(over, GivenItems) and _sets_attributes(body):
        frame.world.spread = either(frame.world.spread, frame.condition())
    text, why = (over.text, over.why) if isinstance(over, Unknown) else ("for …", "a loop over what is not written out")
    inner = frame.fork(Unsaid(f"for … in {text}", why))
    inner.loops = (*frame.loops, Loop())
    for name in ast.walk(target):
        if isinstance(name, ast.Name):
            inner.names[name.id] = Unknown(name.id, why)
    run(body, inner)
    forget(body, frame)


def _sets_attributes(body: list[ast.stmt]) -> bool:
    """Whether the body makes attributes of the names that it goes through."""
    calls = (node.func for one in body for node in ast.walk(one) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Name) and func.id == "setattr" for func in calls)


def follow_while(test: ast.expr, body: list[ast.stmt], frame: Frame) -> None:
    forget(body, frame)
    inner = frame.fork(Unsaid(f"while {ast.unparse(test)}", "a while loop"))
    inner.loops = (*frame.loops, Loop())
    run(body, inner)


def forget(body: list[ast.stmt], frame: Frame) -> None:
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Store()) if not isinstance(frame.names.get(name), Collection):
                    frame.names[name] = Unknown(name, "it is assigned in a loop or a try")
                case ast.Attribute(value=ast.Name(id=holder), attr=name, ctx=ast.Store()):
                    owner = frame.names.get(holder)
                    if isinstance(owner, Instance):
                        why = "it is assigned in a loop or a try"
                        frame.attributes[owner.number, name] = Unknown(f"{holder}.{name}", why)
