"""``try`` and ``match``."""

from __future__ import annotations

import ast

from llem_rules.mining.static.blocks import join, run
from llem_rules.mining.static.catching import handled_by
from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.evaluate import condition, evaluate
from llem_rules.mining.static.formulas import FALSE, TRUE, Unsaid, both
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.loops import forget
from llem_rules.mining.static.symbols import (
    Const,
    Unknown,
    Value,
)


def follow_try(node: ast.Try, frame: Frame) -> None:
    start = len(frame.path)
    caught = ", ".join(ast.unparse(one.type) if one.type else "BaseException" for one in node.handlers)
    way = frame.fork()
    way.catching = caught or frame.catching
    classes = [handled_by(handler, frame) for handler in node.handlers]
    way.caught = (*(one for several in classes for one in several), *frame.caught)
    run(node.body, way)
    way.catching, way.caught = frame.catching, frame.caught
    run(node.orelse, way)
    handled = []
    for handler, handling in zip(node.handlers, classes, strict=True):
        kind = ast.unparse(handler.type) if handler.type else "BaseException"
        other = frame.fork(Unsaid(f"except {kind}", f"whether something raises in line {node.lineno} and after"))
        forget(node.body, other)
        other.handling = handling
        if handler.name:
            other.names[handler.name] = Unknown(handler.name, "an exception that was caught")
        run(handler.body, other)
        other.handling = frame.handling
        if other.ending == "live":
            handled.append(other)
    if way.ending == "live" or not handled:
        frame.become(way)
        if handled:
            forget(node.body + [one for handler in node.handlers for one in handler.body], frame)
    else:
        join(frame, handled, start)
    run(node.finalbody, frame)


def follow_match(subject: Value, cases: list[ast.match_case], frame: Frame) -> None:
    from llem_rules.mining.static.asking import compare

    start, ways, left = len(frame.path), list[Frame](), frame.left
    rest = frame.fork()
    for one in cases:
        values = one.pattern.patterns if isinstance(one.pattern, ast.MatchOr) else [one.pattern]
        asked = Cond(FALSE, TRUE)
        for pattern in values:
            match pattern:
                case ast.MatchValue(value=value):
                    text = f"case {ast.unparse(value)}"
                    asked = asked.otherwise(compare("==", subject, evaluate(value, rest), text))
                case ast.MatchSingleton(value=value):
                    asked = asked.otherwise(compare("is", subject, Const(value), f"case {value}"))
                case ast.MatchAs(pattern=None, name=name):
                    asked = Cond(TRUE, FALSE)
                    if name:
                        rest.names[name] = subject
                case _:
                    asked = Cond.unsaid(f"case {ast.unparse(pattern)}", "a pattern")
        if one.guard is not None:
            asked = asked.also(condition(one.guard, rest))
        way = rest.fork(asked.yes)
        if asked.yes != FALSE:
            run(one.body, way)
            ways.append(way)
        rest.path = (*rest.path, asked.no)
    join(frame, [*ways, rest] if both(*rest.path[start:]) != FALSE else ways, start, left)
