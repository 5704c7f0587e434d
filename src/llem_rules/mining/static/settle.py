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
    deny,
    either,
    size,
    test,
)
from llem_rules.mining.static.views import base_of, is_view, plain, printed, unprinted
from llem_rules.rules.branches import branches
from llem_rules.rules.contradictions import contradiction
from llem_rules.rules.predicates import AllOf, AnyOf, Field, Not, Predicate, Test

_SEARCHED = 14  # single tests; a larger condition is not searched for contradictions
_SHORTEST = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_EQUALITY = {"==": "!=", "!=": "==", "in": "not_in", "not_in": "in"}
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
        case Said(predicate=Field(path=path)) if is_view(path):
            return _viewed(formula, opaque)
    return formula


def _viewed(said: Said, opaque: dict[Opaque, None]) -> Formula:
    """Tests of a view as tests of the field."""
    assert isinstance(said.predicate, Field)
    if (split := unprinted(said.predicate.path)) is not None:
        return _weaker(_printed(said.predicate, said.wanted, *split), opaque)
    found = plain(said.predicate.path, said.predicate.tests)
    if found is None:
        opaque[Opaque(said.predicate.path, "a part of a value that the language does not name")] = None
        return TRUE
    path, tests = found
    if tests in ((Test("in", ()),), (Test("not_in", ()),)):
        return TRUE if (tests[0].operator == "not_in") == said.wanted else FALSE
    return Said(Field(path, tests), said.wanted)


def _printed(field: Field, wanted: bool, value: str, text: str) -> Formula:
    """Tests of ``str(value)``: of the value itself where it is a string."""
    answers = [printed(field.path, one) for one in field.tests]
    other: Formula = Unsaid(field.path, "how a value prints")
    if None not in answers:
        other = TRUE if all(answers) == wanted else FALSE
    return either(
        both(test(value, "type_is", ("str",)), Said(Field(text, field.tests), wanted)),
        both(test(value, "type_is_not", ("str",)), other),
    )


def _some(some: Some, opaque: dict[Opaque, None]) -> Formula:
    parts = some.inner.parts if isinstance(some.inner, Both) else (some.inner,)
    path, item = _entry_part(some, parts)
    tests = [_item_test(part, item) for part in parts]
    known = [test for test in tests if test is not None]
    doubled = len({test.operator for test in known}) < len(known)
    for part, found in zip(parts, tests, strict=True):
        if found is None:
            text, why = (part.text, part.why) if isinstance(part, Unsaid) else (str(some.path), "a test of an item")
            opaque[Opaque(text, why)] = None
    if doubled:
        opaque[Opaque(some.path, "several like tests of one item")] = None
    if len(known) < len(tests) or doubled:
        return TRUE
    return _weaker(Said(Field(path, (Test("any_item", tuple(known)),)), some.wanted), opaque)


def _entry_part(some: Some, parts: Iterable[Formula]) -> tuple[str, str]:
    """Of a mapping's entries: the keys or the values, where only one of them is tested."""
    if not some.path.endswith("|items"):
        return some.path, some.item
    paths = {part.predicate.path for part in parts if isinstance(part, Said) and isinstance(part.predicate, Field)}
    which = "value" if all(base_of(path) == f"{some.item}.value" for path in paths) else "key"
    return f"{some.path.removesuffix('items')}{which}s", f"{some.item}.{which}"


def _item_test(part: Formula, item: str) -> Test | None:
    match part:
        case Said(predicate=Field(path=path, tests=(test,)), wanted=wanted) if base_of(path) == item:
            found = plain(path, (test,))
            if found is None or len(found[1]) != 1:
                return None
            [test] = found[1]
            if wanted:
                return test
            return _opposite(test)
        case Some(path=path, inner=inner, wanted=wanted) if base_of(path) == item:
            return _inner_test(part, inner.parts if isinstance(inner, Both) else (inner,))
    return None


def _opposite(test: Test) -> Test | None:
    """The denial of a test of an item, where its guard says that it can be answered."""
    if test.operator in _SHORTEST:
        return Test(_SHORTEST[test.operator], test.operand)
    if test.operator == "length" and len(test.operand) == 1 and (inner := _opposite(test.operand[0])) is not None:
        return Test("length", (inner,))
    return Test(_EQUALITY[test.operator], test.operand) if test.operator in _EQUALITY else None


def _inner_test(some: Some, parts: tuple[Formula, ...]) -> Test | None:
    """A test of the items of an item: ``any_item``, or ``each`` of the opposite."""
    own, name = _entry_part(some, parts)
    tests = [_item_test(part if some.wanted else deny(part), name) for part in parts]
    if any(test is None for test in tests) or (not some.wanted and len(tests) > 1):
        return None
    found = plain(own, (Test("any_item" if some.wanted else "each", tuple(test for test in tests if test)),))
    return found[1][0] if found is not None and len(found[1]) == 1 else None


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
