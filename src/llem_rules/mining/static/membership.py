"""``in``: whether a value is among others."""

from __future__ import annotations

from llem_rules.mining.static.arithmetic import operand_of
from llem_rules.mining.static.conditions import ALWAYS, NEVER, Cond
from llem_rules.mining.static.formulas import both, either, test
from llem_rules.mining.static.items import some_item
from llem_rules.mining.static.operands import listed, written
from llem_rules.mining.static.symbols import (
    Chosen,
    Const,
    FieldValue,
    Given,
    GivenNames,
    Items,
    Mapped,
    Pairs,
    Value,
)
from llem_rules.mining.static.views import MAPPING, base_of, holds_items, is_view, kind_of
from llem_rules.rules.expressions import Expression


def contained(left: Value, right: Value, text: str) -> Cond:
    """``left in right``."""
    match right:
        case Items(items=items, kind=kind):
            return _among(left, items, kind, text)
        case Const(value=list() | tuple() as items):
            return _among(left, tuple(map(Const, items)), "list", text)
        case Const(value={"$set": list() as items}):
            return _among(left, tuple(map(Const, items)), "set", text)
        case Const(value=dict() as mapping) if not any(str(key).startswith("$") for key in mapping):
            return _among(left, tuple(map(Const, mapping)), "set", text)
        case Pairs(pairs=pairs):
            return _among(left, tuple(Const(key) for key, _ in pairs), "set", text)
        case Given() | GivenNames() if isinstance(left, Const) and isinstance(left.value, str):
            return Cond.of(test(left.value, "present", True))
        case FieldValue(path=path) if isinstance(left, FieldValue) and left.path.startswith("$"):
            return _item_among(left.path, path, text)
        case Chosen(path=path, item=item, cond=cond) if not (isinstance(left, FieldValue) and left.path == item):
            from llem_rules.mining.static.asking import compare

            return some_item(Chosen(path, item, cond.also(compare("==", FieldValue(item), left, text))))
        case Mapped(path=path, item=item, value=value):
            from llem_rules.mining.static.asking import compare

            return some_item(Chosen(path, item, compare("==", value, left, text)))
        case FieldValue(path=path):
            operand = operand_of(left)
            if operand is not None:
                yes = test(path, "contains", written(operand) if isinstance(left, Const) else operand)
                sized = test(path, "type_is", ("str", "list", "tuple", "set", "dict"))
                from llem_rules.mining.static.formulas import deny

                return without_letters(Cond(yes, both(sized, deny(yes))), right)
        case Const(value=str() as whole) if isinstance(left, Const) and isinstance(left.value, str):
            return ALWAYS if left.value in whole else NEVER
    return Cond.unsaid(text, "membership in something that cannot be written")


def without_letters(cond: Cond, among: Value) -> Cond:
    """The condition where what items are looked for ``among`` is no string: as a set, that has letters and no substrings."""
    if not isinstance(among, FieldValue) or not is_view(among.path):
        return cond
    return Cond(both(cond.yes, test(base_of(among.path), "type_is_not", ("str",))), cond.no)


def _item_among(item: str, path: str, text: str) -> Cond:
    """Whether an item of one field is among the items of another: a reference says it, where that one is a list."""
    base = base_of(path)
    if (is_view(path) and not holds_items(path)) or path.rpartition("|")[2] in MAPPING:
        return Cond.unsaid(text, "membership among what has no name in the language")
    other = Expression(f"@{base}")
    return Cond(test(item, "in", other), test(item, "not_in", other))


def _among(left: Value, items: tuple[Value, ...], kind: str, text: str) -> Cond:
    if isinstance(left, FieldValue):
        operands = [operand_of(item) if not isinstance(item, Items) else listed(item) for item in items]
        if all(one is not None or item == Const(None) for one, item in zip(operands, items, strict=True)):
            sides = tuple(written(one) if not isinstance(one, str) or one else one for one in operands)
            found, missing = test(left.path, "in", sides), test(left.path, "not_in", sides)
            if kind != "set" or kind_of(left.path) is not None:
                return Cond(found, missing)
            return Cond(found, both(missing, test(left.path, "type_is_not", ("list", "dict", "set"))))
    from llem_rules.mining.static.asking import compare

    conds = [compare("==", left, item, text) for item in items]
    return Cond(either(*(cond.yes for cond in conds)), both(*(cond.no for cond in conds)))
