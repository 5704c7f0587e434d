"""Counting how many tests are true: ``sum(x is not None for x in …) > 1``."""

from __future__ import annotations

from itertools import combinations

from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.formulas import Formula, Said, at_most_one, both, deny, either
from llem_rules.mining.static.symbols import Count
from llem_rules.rules.predicates import Field, Test

_MOST = 80


def compare_count(symbol: str, count: Count, number: int) -> Cond:
    """The count against a whole number."""
    match symbol:
        case "==":
            return _at_least(count, number).also(_at_least(count, number + 1).negated)
        case "!=":
            return compare_count("==", count, number).negated
        case ">":
            return _at_least(count, number + 1)
        case ">=":
            return _at_least(count, number)
        case "<":
            return _at_least(count, number).negated
    return _at_least(count, number + 1).negated


def _at_least(count: Count, number: int) -> Cond:
    paths = _given(count)
    if number == 2 and paths is not None:
        one = at_most_one(paths)
        return Cond(deny(one), one)
    groups = list(combinations(count.conds, max(number, 0)))
    if len(groups) > _MOST:
        return Cond.unsaid(f"at least {number} of {len(count.conds)}", "too many combinations")
    yes = either(*(both(*(cond.yes for cond in group)) for group in groups))
    others: list[Formula] = []
    for group in combinations(count.conds, max(len(count.conds) - number + 1, 0)):
        others.append(both(*(cond.no for cond in group)))
        if len(others) > _MOST:
            return Cond(yes, deny(yes))
    return Cond(yes, either(*others))


def _given(count: Count) -> tuple[str, ...] | None:
    """The fields, where every test says that one is not None."""
    found = []
    for cond in count.conds:
        match cond.yes:
            case Said(predicate=Field(path=path, tests=(Test(operator="!=", operand=None),)), wanted=True):
                found.append(path)
            case _:
                return None
    return tuple(found)
