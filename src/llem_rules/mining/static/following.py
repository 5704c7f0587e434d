"""Following a call into a function of the package."""

from __future__ import annotations

import ast

from llem_rules.mining.model import Step
from llem_rules.mining.static.execute import execute
from llem_rules.mining.static.frame import Exit, Frame, leave
from llem_rules.mining.static.symbols import Const, Function, Given, Method, Pairs, Unknown, Value
from llem_rules.mining.static.world import DEEPEST


def follow(callee: Function | Method, args: list[Value], kwargs: dict[str, Value], frame: Frame) -> Value:
    """The value of a call. Sites inside are recorded, and the state of objects moves on."""
    function = callee.function if isinstance(callee, Method) else callee
    if isinstance(callee, Method):
        args = [callee.receiver, *args]
    mark = f"{function.module.file}:{function.qualname}:{function.node.lineno}"
    if mark in frame.trail:
        return Unknown(f"{function.qualname}(…)", "it calls itself")
    if len(frame.trail) >= DEEPEST or not frame.world.spend(function.qualname):
        frame.world.cuts[f"{function.qualname}: calls nested more than {DEEPEST} deep"] = None
        return Unknown(f"{function.qualname}(…)", "the budget is spent")
    names = {**function.closure, **_bound(function, args, kwargs, frame)}
    inner = Frame(
        frame.world,
        function.module,
        function.qualname,
        function.owner,
        names,
        dict(frame.attributes),
        frame.path,
        trail=(*frame.trail, mark),
        came=(*frame.way(frame.at), Step(function.module.name, function.qualname, function.node.lineno, 0)),
        catching=frame.catching,
        caught=frame.caught,
        quantified=frame.quantified,
    )
    return _run(function, inner, frame)


def _run(function: Function, inner: Frame, frame: Frame) -> Value:
    if isinstance(function.node, ast.Lambda):
        from llem_rules.mining.static.evaluate import evaluate

        return evaluate(function.node.body, inner)
    if any(isinstance(one, ast.Yield | ast.YieldFrom | ast.Await) for one in ast.walk(function.node)):
        return Unknown(f"{function.qualname}(…)", "a generator")
    execute(function.node.body, inner)
    if inner.ending == "live":
        inner.exits.append(Exit(inner.path, Const(None), function.node.lineno, inner.attributes))
    if not inner.exits:
        frame.ending = "raised" if inner.ending == "raised" else frame.ending
        return Unknown(f"{function.qualname}(…)", "it always raises")
    value, frame.attributes = leave(frame.world, frame.path, inner.exits)
    return value


def _bound(function: Function, args: list[Value], kwargs: dict[str, Value], frame: Frame) -> dict[str, Value]:
    from llem_rules.mining.static.evaluate import evaluate

    spec = function.node.args
    positional = [one.arg for one in (*spec.posonlyargs, *spec.args)]
    names: dict[str, Value] = dict(zip(positional, args, strict=False))
    rest = dict(kwargs)
    given = rest.pop("**", None)
    every = [*positional, *(one.arg for one in spec.kwonlyargs)]
    names |= {name: rest.pop(name) for name in every if name in rest}
    defaults = dict(zip(reversed(positional), reversed(spec.defaults), strict=False))
    defaults |= {one.arg: node for one, node in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if node is not None}
    outside = Frame(frame.world, function.module, function.qualname, function.owner, {}, {}, trail=frame.trail)
    for name in every:
        if name in names:
            continue
        if isinstance(given, Given):
            from llem_rules.mining.static.symbols import FieldValue

            names[name] = FieldValue(name)
        elif name in defaults:
            names[name] = evaluate(defaults[name], outside)
        else:
            names[name] = Unknown(name, "an argument that cannot be followed")
    if spec.vararg:
        names[spec.vararg.arg] = Unknown(f"*{spec.vararg.arg}", "a list of arguments")
    if spec.kwarg:
        extra: Value = Pairs(tuple(rest.items()))
        names[spec.kwarg.arg] = Given(tuple(every)) if isinstance(given, Given) else extra
    return names
