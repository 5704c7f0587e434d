"""Predicates taken apart: the conjunctions of single tests under which a predicate is true, and what contradicts what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from llem_rules.rules.cells import ORDERINGS, Cell, cells_for, may
from llem_rules.rules.expressions import Expression, split_section
from llem_rules.rules.predicates import (
    COMPARISONS,
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
)

_GIVEN = Test("present", True)
_ORDERED = Test("type_is", ("int", "float", "str"))


class Signed(NamedTuple):
    """A single test on a field (domain ``field``), an environment variable, a fact or a package; or a count of fields."""

    domain: str
    name: str
    test: Test
    wanted: bool = True


Branch: TypeAlias = tuple[Signed, ...]
Conflict: TypeAlias = Callable[[Branch], "Branch | None"]


def branches(predicate: Predicate, wanted: bool, conflict: Conflict) -> Iterator[Branch]:
    """The conjunctions under which the predicate is true (or false), without those that contradict themselves."""
    match predicate:
        case Not(part=part):
            yield from branches(part, not wanted, conflict)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            if isinstance(predicate, AllOf) == wanted:
                yield from _together(parts, wanted, conflict)
            else:
                for part in parts:
                    yield from branches(part, wanted, conflict)
        case _:
            signed = [Signed(*one, wanted) for one in _tests_of(predicate)]
            for branch in [tuple(signed)] if wanted else [(one,) for one in signed]:
                if conflict(branch) is None:
                    yield branch


def _together(parts: Sequence[Predicate], wanted: bool, conflict: Conflict, taken: Branch = ()) -> Iterator[Branch]:
    if not parts:
        yield taken
        return
    for branch in branches(parts[0], wanted, conflict):
        joined = tuple(dict.fromkeys(taken + branch))
        if conflict(joined) is None:
            yield from _together(parts[1:], wanted, conflict, joined)


def _tests_of(predicate: Predicate) -> Iterator[tuple[str, str, Test]]:
    match predicate:
        case Field(path=path, tests=tests):
            yield from (("field", path, test) for test in tests)
        case Surrounding(domain=domain, name=name, tests=tests):
            yield from ((domain, name, test) for test in tests)
        case RequiredKey(path=None, keys=keys):
            yield from (("field", key, _GIVEN) for key in keys)
        case RequiredKey(path=str() as path, keys=keys):
            yield from (("field", path, Test("required_key", key)) for key in keys)
        case AtMostOneOf(paths=paths):
            yield "count", "", Test("at_most_one_of", paths)


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
    """Whether no value satisfies the tests. ``present: false`` of a field leaves its value open: it may be a default."""
    field = group[0].domain == "field"
    tests = [
        one for one in group if not (field and one.test.operator == "present" and one.test.operand != one.wanted)
    ]
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
    sizes = [(test, one.wanted) for one in lengths if one.wanted or len(one.test.operand) == 1 for test in one.test.operand]
    cells = (cell for cell in cells_for((test for test, _ in sizes), (0,)) if cell.kind == "int" and cell.value >= 0)
    return not any(all(may(cell, test, wanted) for test, wanted in sizes) for cell in cells)


def _no_value(tests: tuple[Test, ...]) -> bool:
    group = [Signed("item", "", test) for test in tests]
    return not any(all(may(cell, test, True) for test in tests) for cell in cells_for(tests)) or _inside(group)


def _implied(branch: Branch) -> Iterator[Signed]:
    """An ordering that holds says that the sibling it refers to is a number or a string."""
    for one in branch:
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
        if not one.wanted and len(one.test.operand) == len(paths) and len([p for p in paths if p not in missing]) < 2:
            return (one, *(missing[path] for path in paths if path in missing))
    return None


def _presence(branch: Iterable[Signed], given: bool) -> dict[str, Signed]:
    return {
        one.name: one
        for one in branch
        if one.domain == "field" and one.test.operator == "present" and (one.test.operand == one.wanted) == given
    }
