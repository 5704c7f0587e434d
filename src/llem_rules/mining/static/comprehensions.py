"""Comprehensions: over lists that the source writes out, and over the items of a field."""

from __future__ import annotations

import ast

from llem_rules.mining.static import implicit
from llem_rules.mining.static.choices import lift
from llem_rules.mining.static.conditions import ALWAYS, Cond
from llem_rules.mining.static.formulas import TRUE
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.iteration import bind, item_of, items_in, iterated
from llem_rules.mining.static.symbols import Chosen, FieldValue, Items, Mapped, Truth, Unknown, Value, Verdicts

Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp


def comprehension(node: Comprehension, frame: Frame) -> Value:
    """The list that a comprehension makes; of a field's items, only which are kept."""
    from llem_rules.mining.static.evaluate import evaluate

    text = " ".join(ast.unparse(node).split())[:120]
    if len(node.generators) > 1 or node.generators[0].is_async:
        return Unknown(text, "a nested comprehension")
    iterated_over = evaluate(node.generators[0].iter, frame)
    with implicit.spread_over([iterated_over], frame):
        return lift(lambda over: _over(node, over, text, frame), iterated_over)


def _over(node: Comprehension, over: Value, text: str, frame: Frame) -> Value:
    from llem_rules.mining.static.evaluate import evaluate

    generator = node.generators[0]
    implicit.gone_through(over, frame)
    if isinstance(over, FieldValue | Chosen):
        return _of_field(node, over, text, frame)
    items = items_in(over, frame)
    if items is None:
        return Unknown(text, "a comprehension over what is not written out")
    made: list[Value] = []
    for item in items:
        inner = frame.fork()
        bind(generator.target, item, inner)
        cond = _filter(generator.ifs, inner)
        if cond.yes == TRUE:
            made.append(evaluate(node.elt, inner))
        elif cond.no != TRUE:
            return Unknown(text, "a comprehension whose filter depends on fields")
    return Items(tuple(made), "set" if isinstance(node, ast.SetComp) else "list")


def _filter(tests: list[ast.expr], frame: Frame) -> Cond:
    from llem_rules.mining.static.evaluate import condition

    result = ALWAYS
    for one in tests:
        result = result.also(condition(one, frame))
    return result


def _of_field(node: Comprehension, over: FieldValue | Chosen, text: str, frame: Frame) -> Value:
    from llem_rules.mining.static.evaluate import evaluate

    path = over.path if isinstance(over, Chosen) else iterated(frame.world, over.path)
    item = over.item if isinstance(over, Chosen) else item_of(frame.world, path).path
    inner = frame.fork()
    bind(node.generators[0].target, FieldValue(item), inner)
    cond = _filter(node.generators[0].ifs, inner)
    cond = over.cond.also(cond) if isinstance(over, Chosen) else cond
    elt = evaluate(node.elt, inner)
    if elt == FieldValue(item):
        return Chosen(path, item, cond)
    if cond.yes == TRUE:
        return Verdicts(path, item, elt.cond) if isinstance(elt, Truth) else Mapped(path, item, elt)
    if isinstance(elt, FieldValue) and elt.path.startswith(f"{item}.") and isinstance(node, ast.ListComp | ast.SetComp):
        return Chosen(path, item, cond)  # keys or values of entries: only whether there are any is asked
    return Unknown(text, "a comprehension that makes new items of a field's")
