"""From formulas to predicates: what cannot be said is left out (the predicate only gets weaker) and listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from llem_rules.mining.model import Opaque
from llem_rules.mining.static.formulas import (
    FALSE,
    TRUE,
    Both,
    Either,
    Formula,
    Gathered,
    Said,
    Some,
    Unsaid,
    both,
    either,
    size,
)
from llem_rules.rules.branches import branches
from llem_rules.rules.contradictions import contradiction
from llem_rules.rules.predicates import AllOf, AnyOf, Field, Not, Predicate, Test

_SEARCHED = 14  # single tests; a larger condition is not searched for contradictions
_SHORTEST = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_NOT_NONE = {
    "<",
    "<=",
    ">",
    ">=",
    "multiple_of",
    "not_multiple_of",
    "length",
    "each",
    "any_item",
    "contains",
    "matches",
}

Settled = tuple[Predicate, tuple[Opaque, ...]]


def settle(formula: Formula, entries: Callable[[int], Formula]) -> Settled | None:
    """The predicate and its opaque parts; None where the condition can never hold."""
    opaque: dict[Opaque, None] = {}
    left = _weaker(opened(formula, entries), opaque)
    if left == FALSE:
        return None
    predicate = _predicate(left)
    if size(left) <= _SEARCHED and next(branches(predicate, True, contradiction), None) is None:
        return None
    return predicate, tuple(opaque)


def opened(formula: Formula, entries: Callable[[int], Formula]) -> Formula:
    """Collections of issues replaced by the conditions of their entries."""
    match formula:
        case Gathered(collection=number, wanted=wanted):
            from llem_rules.mining.static.formulas import deny

            held = opened(entries(number), entries)
            return held if wanted else deny(held)
        case Both(parts=parts):
            return both(*(opened(part, entries) for part in parts))
        case Either(parts=parts):
            return either(*(opened(part, entries) for part in parts))
    return formula


def _weaker(formula: Formula, opaque: dict[Opaque, None]) -> Formula:
    match formula:
        case Unsaid(text=text, why=why):
            opaque[Opaque(text, why)] = None
            return TRUE
        case Both(parts=parts):
            return both(*(_weaker(part, opaque) for part in parts))
        case Either(parts=parts):
            return either(*[_weaker(part, opaque) for part in parts])
        case Some():
            return _some(formula, opaque)
        case Said(predicate=Field(path=path)) if path.startswith("$"):
            opaque[Opaque(path, "it speaks of an item outside a loop")] = None
            return TRUE
    return formula


def _some(some: Some, opaque: dict[Opaque, None]) -> Formula:
    parts = some.inner.parts if isinstance(some.inner, Both) else (some.inner,)
    tests = [_item_test(part, some.item) for part in parts]
    known = [test for test in tests if test is not None]
    doubled = len({test.operator for test in known}) < len(known)
    for part, test in zip(parts, tests, strict=True):
        if test is None:
            text, why = (part.text, part.why) if isinstance(part, Unsaid) else (str(some.path), "a test of an item")
            opaque[Opaque(text, why)] = None
    if doubled:
        opaque[Opaque(some.path, "several like tests of one item")] = None
    if len(known) < len(tests) or doubled:
        return TRUE
    return Said(Field(some.path, (Test("any_item", tuple(known)),)), some.wanted)


def _item_test(part: Formula, item: str) -> Test | None:
    match part:
        case Said(predicate=Field(path=path, tests=(test,)), wanted=wanted) if path == item:
            if wanted:
                return test
            return Test(_SHORTEST[test.operator], test.operand) if test.operator in _SHORTEST else None
    return None


def _predicate(formula: Formula) -> Predicate:
    match formula:
        case Said(predicate=predicate, wanted=wanted):
            return predicate if wanted else Not(predicate)
        case Either(parts=parts):
            return AnyOf(tuple(_predicate(part) for part in parts))
        case Both(parts=parts):
            made = _merged(_predicate(part) for part in parts)
            return made[0] if len(made) == 1 else AllOf(tuple(made))
    raise TypeError(f"not settled: {formula!r}")


def _merged(parts: Iterable[Predicate]) -> list[Predicate]:
    """Tests of one field side by side, as people write them, in the order in which the fields appear."""
    made: list[Predicate] = []
    for part in parts:
        place = next((i for i, one in enumerate(made) if _joinable(one, part)), None)
        if place is None or not isinstance(part, Field):
            made.append(part)
        else:
            old = made[place]
            assert isinstance(old, Field)
            made[place] = Field(old.path, old.tests + part.tests)
    return [_shortened(one) if isinstance(one, Field) else one for one in made]


def _joinable(one: Predicate, other: Predicate) -> bool:
    if not (isinstance(one, Field) and isinstance(other, Field) and one.path == other.path):
        return False
    return not {test.operator for test in one.tests} & {test.operator for test in other.tests}


def _shortened(field: Field) -> Field:
    """Without ``!= None`` where another test of the field says so already."""
    implied = any(
        test.operator in _NOT_NONE
        or (test.operator == "type_is" and not {"none", "NoneType"} & set(test.operand))
        or (test.operator == "not_in" and None in _items(test))
        or (test.operator == "in" and None not in _items(test))
        or (test.operator == "present" and test.operand)
        for test in field.tests
    )
    exact = [test.operand for test in field.tests if test.operator == "==" and _plain(test.operand)]
    if exact:
        others = tuple(t for t in field.tests if t.operator != "!=" or not _plain(t.operand) or t.operand == exact[0])
        return Field(field.path, others)
    left = tuple(test for test in field.tests if test != Test("!=", None))
    return Field(field.path, left) if implied and left else field


def _plain(operand: object) -> bool:
    return operand is None or isinstance(operand, str | int | float)


def _items(test: Test) -> tuple[object, ...]:
    return test.operand if isinstance(test.operand, tuple) else (None,)
