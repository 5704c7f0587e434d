"""The largest or smallest of a field's items (or of what is computed from each), and comparisons of it."""

from __future__ import annotations

from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.items import every_item, some_item
from llem_rules.mining.static.symbols import Chosen, Const, Extent, Value

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def compare_extent(symbol: str, extent: Extent, bound: Value, text: str) -> Cond:
    """``max(…) symbol bound``: some item lies beyond, or all lie within."""
    from llem_rules.mining.static.asking import compare

    if symbol == "==":
        edge = compare_extent(">=" if extent.name == "max" else "<=", extent, bound, text)
        past = compare_extent(">" if extent.name == "max" else "<", extent, bound, text)
        return edge.also(past.negated)
    chosen = Chosen(extent.path, extent.item, compare(symbol, extent.value, bound, text))
    outward = symbol in ({">", ">="} if extent.name == "max" else {"<", "<="})
    found = some_item(chosen) if outward else every_item(chosen)
    if not isinstance(extent.default, Const):
        return found
    stands_in = compare(symbol, extent.default, bound, text)
    empty = _empty(extent)
    return empty.also(stands_in).otherwise(empty.negated.also(found))


def mirrored(symbol: str) -> str:
    """The symbol with its sides exchanged."""
    return _MIRRORED[symbol]


def _empty(extent: Extent) -> Cond:
    from llem_rules.mining.static.formulas import test
    from llem_rules.rules.predicates import Test

    return Cond(
        test(extent.path, "length", (Test("==", 0),)),
        test(extent.path, "length", (Test(">", 0),)),
    )
