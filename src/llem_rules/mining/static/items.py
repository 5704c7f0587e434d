"""Quantifiers over the items of a list field."""

from __future__ import annotations

from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.formulas import TRUE, Both, Either, Formula, Said, Some, both, either, test
from llem_rules.mining.static.symbols import Chosen
from llem_rules.mining.static.views import base_of
from llem_rules.rules.predicates import Field

_LISTS = ("list", "tuple", "set")


def some_item(chosen: Chosen) -> Cond:
    """Whether any item passes; false where every item fails, and Python could tell."""
    is_list = test(chosen.path, "type_is", _LISTS)
    yes = exists(chosen.path, chosen.item, chosen.cond.yes)
    undecided = exists(chosen.path, chosen.item, both(_denied(chosen.cond.no)))
    return Cond(yes, both(is_list, _not(undecided)))


def every_item(chosen: Chosen) -> Cond:
    """Whether all items pass."""
    return some_item(Chosen(chosen.path, chosen.item, chosen.cond.negated)).negated


def exists(path: str, item: str, inner: Formula) -> Formula:
    """Some item makes the formula true: spread over alternatives, and what is not about the item moved out."""
    if isinstance(inner, Either):
        return either(*(exists(path, item, part) for part in inner.parts))
    parts = inner.parts if isinstance(inner, Both) else (inner,)
    nested = next((part for part in parts if isinstance(part, Either) and speaks_of(part, item)), None)
    if nested is not None:
        rest = [part for part in parts if part is not nested]
        return either(*(exists(path, item, both(*rest, part)) for part in nested.parts))
    own = [part for part in parts if speaks_of(part, item)]
    others = [part for part in parts if not speaks_of(part, item)]
    about = Some(path, item, both(*own)) if own else test(path, "length", _not_empty())
    return both(*others, about)


def speaks_of(formula: Formula, item: str) -> bool:
    """Whether the item is tested in the formula."""
    match formula:
        case Both(parts=parts) | Either(parts=parts):
            return any(speaks_of(part, item) for part in parts)
        case Said(predicate=Field(path=path)):
            return _is_of(path, item)
        case Some(path=path, inner=inner):
            return _is_of(path, item) or speaks_of(inner, item)
    return False


def _is_of(path: str, item: str) -> bool:
    return base_of(path) == item or path.startswith(item + ".")


def _not_empty() -> tuple[object, ...]:
    from llem_rules.rules.predicates import Test

    return (Test(">", 0),)


def _denied(formula: Formula) -> Formula:
    from llem_rules.mining.static.formulas import deny

    return deny(formula)


def _not(formula: Formula) -> Formula:
    from llem_rules.mining.static.formulas import deny

    return deny(formula)


__all__ = ["TRUE", "every_item", "exists", "some_item", "speaks_of"]
