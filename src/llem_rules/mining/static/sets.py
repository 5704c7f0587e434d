"""Set algebra over fields' items and what the source writes out: difference, intersection, subsets."""

from __future__ import annotations

from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.formulas import both, test
from llem_rules.mining.static.items import every_item, some_item
from llem_rules.mining.static.membership import contained
from llem_rules.mining.static.parts import Formula
from llem_rules.mining.static.symbols import Chosen, Const, Count, FieldValue, Items, Truth, Unknown, Value
from llem_rules.mining.static.views import MAPPING, MARK, base_of, holds_items, is_view

METHODS = {"difference": "-", "intersection": "&", "issubset": "<=", "issuperset": ">=", "isdisjoint": "disjoint"}


def is_set(value: Value) -> bool:
    """Whether set algebra on the value can be followed."""
    match value:
        case FieldValue(path=path):
            return holds_items(path) and not path.endswith("|items")
        case Items(kind=kind):
            return kind == "set"
        case Const(value={"$set": list()}):
            return True
    return isinstance(value, Chosen)


def combined(symbol: str, one: Value, two: Value, text: str) -> Value:
    """``one - two`` (or ``&``); a truth for the comparisons ``<=``, ``>=`` and ``disjoint``."""
    match symbol:
        case "-" | "&":
            return _kept(one, two, symbol == "&", text)
        case "<=":
            return Truth(_of_items(_empty(_kept(one, two, False, text), text), one, two))
        case ">=":
            return Truth(_of_items(_empty(_kept(two, one, False, text), text), one, two))
        case "disjoint":
            return Truth(_of_items(_empty(_kept(one, two, True, text), text), one, two))
    return Unknown(text, "set algebra that is not followed")


def _of_items(cond: Cond, one: Value, two: Value) -> Cond:
    """The condition where neither side is a string or a mapping: letters and keys, as a set, are no items in the language."""
    sides = [side.path for side in (one, two) if isinstance(side, FieldValue) and is_view(side.path)]
    plain = [_no_items(path) for path in dict.fromkeys(sides)]
    return Cond(both(cond.yes, *plain), cond.no)


def _no_items(path: str) -> Formula:
    mapped = any(f"{MARK}{step}" in path for step in MAPPING)
    return test(base_of(path), "type_is_not", ("str",) if mapped else ("str", "dict"))


def _kept(one: Value, two: Value, common: bool, text: str) -> Value:
    """Which items of the one are among the other, or are not."""
    match one:
        case Chosen(path=path, item=item, cond=cond):
            found = contained(FieldValue(item), two, text)
            return Chosen(path, item, cond.also(found if common else found.negated))
        case FieldValue(path=path):
            item = f"${path.translate(str.maketrans('.|', '__'))}_item"
            found = contained(FieldValue(item), two, text)
            return Chosen(path, item, found if common else found.negated)
    conds = [contained(item, two, text) for item in _written_out(one)]
    return Count(tuple(cond if common else cond.negated for cond in conds))


def _written_out(value: Value) -> list[Value]:
    match value:
        case Items(items=items):
            return list(items)
        case Const(value={"$set": list() as items} | (list() as items) | (tuple() as items)):
            return [Const(item) for item in items]
    return [Unknown("…", "the items of a set that is computed")]


def _empty(kept: Value, text: str) -> Cond:
    from llem_rules.mining.static.asking import truth

    if isinstance(kept, Chosen):
        return every_item(Chosen(kept.path, kept.item, kept.cond.negated))
    return truth(kept, text).negated


__all__ = ["METHODS", "combined", "is_set", "some_item"]
