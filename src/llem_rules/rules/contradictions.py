"""What contradicts what in a conjunction of tests: values, presence, lengths, relations to references, counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from llem_rules.rules.branches import Branch, Signed
from llem_rules.rules.cells import ORDERINGS, Cell, cells_for, may
from llem_rules.rules.expressions import Expression, split_section
from llem_rules.rules.predicates import COMPARISONS, GIVING, Test

_ORDERED = Test("type_is", ("int", "float", "str"))
# NaN alone differs from itself, and what holds one.
_UNLIKE_ITSELF = Test("type_is_not", ("int", "str", "none"))


def contradiction(branch: Branch) -> Branch | None:
    """Tests of the conjunction that cannot all hold, as few as were found; None where none is known."""
    groups: dict[tuple[str, str], list[Signed]] = defaultdict(list)
    for signed in (*branch, *_implied(branch)):
        groups[signed.domain, signed.name].append(signed)
    for (domain, _), group in groups.items():
        if domain not in {"count", "packages"} and _impossible(group):
            return _smallest(group)
        opposed = next((one for one in group if one._replace(wanted=not one.wanted) in group), None)
        if opposed is not None:
            return (opposed._replace(wanted=True), opposed._replace(wanted=False))
    return _relations(branch) or _counts(branch)


def _smallest(group: list[Signed]) -> Branch:
    kept = list(group)
    for signed in group:
        fewer = [one for one in kept if one is not signed]
        if fewer and _impossible(fewer):
            kept = fewer
    return tuple(kept)


def _impossible(group: Sequence[Signed]) -> bool:
    return _no_value_for(tuple(group))


@lru_cache(maxsize=8192)  # the same few tests come back in every branch that they stand in
def _no_value_for(group: Branch) -> bool:
    """Whether no value satisfies the tests. ``present: false`` of a field leaves its value open: a default may."""
    field = group[0].domain == "field"
    there, at_all = ({one.test.operand == one.wanted for one in group if one.test.operator == op} for op in GIVING)
    if field and (len(there) > 1 or len(at_all) > 1 or (True in there and False in at_all)):
        return True
    tests = [one for one in group if not (field and one.test.operator == "present" and one.test.operand != one.wanted)]
    return not any(all(may(cell, one.test, one.wanted) for one in tests) for cell in _cells(group)) or _inside(tests)


def _cells(group: Sequence[Signed]) -> Iterator[Cell]:
    cells = cells_for(one.test for one in group)
    if group[0].domain == "env":
        return (cell for cell in cells if cell.kind in {"none", "str"})
    return cells


def _inside(group: Sequence[Signed]) -> bool:
    """Contradictions in the items or in the length."""
    if any(_no_value(one.test.operand) for one in group if one.test.operator == "any_item" and one.wanted):
        return True
    lengths = [one for one in group if one.test.operator == "length"]
    if not any(one.wanted for one in lengths):
        return False
    usable = [one for one in lengths if one.wanted or len(one.test.operand) == 1]
    sizes = [(test, one.wanted) for one in usable for test in one.test.operand]
    cells = (cell for cell in cells_for((test for test, _ in sizes), (0,)) if cell.kind == "int" and cell.value >= 0)
    return not any(all(may(cell, test, wanted) for test, wanted in sizes) for cell in cells)


def _no_value(tests: tuple[Test, ...]) -> bool:
    group = [Signed("item", "", test) for test in tests]
    return not any(all(may(cell, test, True) for test in tests) for cell in cells_for(tests)) or _inside(group)


def _implied(branch: Branch) -> Iterator[Signed]:
    """An ordering that holds says that the sibling it refers to is a number or a string; what is unlike itself is neither."""
    for one in branch:
        if one.wanted and one.domain == "field" and one.test.operator == "!=" and _sibling(one.test) == one.name:
            yield Signed("field", one.name, _UNLIKE_ITSELF)
        if one.wanted and one.test.operator in ORDERINGS and (name := _sibling(one.test)) is not None:
            yield Signed("field", name, _ORDERED)


def _sibling(test: Test) -> str | None:
    """The field that the operand names, where it is nothing but that."""
    if not isinstance(test.operand, Expression):
        return None
    name = test.operand.text.strip().removeprefix("@")
    return name if test.operand.fields == (name,) else None


# How a value may stand to a reference: less, greater, equal and ordered, equal but unordered (None, lists), neither
# (other types, NaN), and undefined (the reference cannot be computed; then no comparison is true, not even !=).
_HOLDS = {"==": "eu", "!=": "lgn", "<": "l", "<=": "le", ">": "g", ">=": "ge"}
_MIRROR = str.maketrans("lg", "gl")


def _relations(branch: Branch) -> Branch | None:
    allowed: dict[tuple[str, str, str], set[str]] = {}
    seen: dict[tuple[str, str, str], list[Signed]] = defaultdict(list)
    for one in branch:
        if one.test.operator not in COMPARISONS or not isinstance(one.test.operand, Expression):
            continue
        sibling = _sibling(one.test)
        simple = sibling is not None or _names_a_section(one.test.operand)
        universe = set("lgeun" if simple else "lgeunx")
        holds = set(_HOLDS[one.test.operator])
        holds = holds if one.wanted else universe - holds
        key = (one.domain, one.name, one.test.operand.text.strip())
        if one.domain == "field" and sibling is not None:
            if sibling == one.name:
                universe -= {"l", "g"}
            elif sibling < one.name:
                key, holds = ("field", sibling, "@" + one.name), set("".join(holds).translate(_MIRROR))
        allowed[key] = allowed.get(key, universe) & holds
        seen[key].append(one)
        if not allowed[key]:
            return tuple(seen[key])
    return None


def _names_a_section(expression: Expression) -> bool:
    name = expression.text.strip().removeprefix("@")
    return expression.names == (name,) and split_section(name) is not None


def _counts(branch: Branch) -> Branch | None:
    given = _presence(branch, True)
    missing = _presence(branch, False)
    for one in branch:
        if one.domain != "count":
            continue
        paths = dict.fromkeys(one.test.operand)
        if one.wanted and len(both := [given[path] for path in paths if path in given]) > 1:
            return (one, *both[:2])
        if not one.wanted and len([path for path in paths if path not in missing]) < 2:
            return (one, *(missing[path] for path in paths if path in missing))
    return None


def _presence(branch: Iterable[Signed], given: bool) -> dict[str, Signed]:
    return {
        one.name: one
        for one in branch
        if one.domain == "field" and one.test.operator == "present" and (one.test.operand == one.wanted) == given
    }
