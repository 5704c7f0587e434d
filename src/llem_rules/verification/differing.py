"""Where a predicate and a mutant of it can differ: the part that was changed, with what has to hold beside it.

A proof about the part alone is a proof about the whole, and far smaller: of alternatives, the others are left out or are known
to be false; of conditions that go together, the others are known to be true.
"""

from __future__ import annotations

from collections.abc import Sequence

from llem_rules.rules.predicates import NESTED, AllOf, AnyOf, Field, Not, Predicate, Test

_BESIDE = 3  # other alternatives that are taken along as false; leaving them out only makes a proof harder
_ALWAYS, _NEVER = AllOf(()), AnyOf(())
_ITEM = "item"
# What is known of a value that an operator hands to its inner tests.
_HANDED: dict[str, tuple[Test, ...]] = {
    "length": (Test("type_is", ("int",)), Test(">=", 0)),
    "lower": (Test("type_is", ("str",)),),
    "parent": (Test("type_is", ("str",)),),
    "keys": (Test("type_is", ("list",)),),
    "values": (Test("type_is", ("list",)),),
}
_KEY = (Test("type_is_not", ("list", "set", "dict")),)  # a key can be hashed


def sides(one: Predicate, other: Predicate) -> tuple[Predicate, Predicate]:
    """Conditions that hold wherever the first is true and the second is not, and wherever it is the other way round."""
    beside, part, changed = _narrowed(one, other)
    return AllOf((*beside, part, Not(changed))), AllOf((*beside, changed, Not(part)))


def inner_sides(one: Predicate, other: Predicate) -> tuple[Predicate, Predicate] | None:
    """The same, of an item that both look at, where what was changed is a test on items: where no item tells the inner tests
    apart, no list of them does. None where nothing inside was changed.
    """
    _, part, changed = _narrowed(one, other)
    turned = False
    while isinstance(part, Not) and isinstance(changed, Not):
        part, changed, turned = part.part, changed.part, not turned
    if not (isinstance(part, Field) and isinstance(changed, Field)):
        return None
    known: tuple[Test, ...] = ()
    tests, others, before = part.tests, changed.tests, ""
    while (inner := _one_inside(tests, others)) is not None:
        operator, tests, others = inner
        known = _KEY if before == "keys" and operator in {"each", "any_item"} else _HANDED.get(operator, ())
        before = operator
    if not before:
        return None
    own, new = Field(_ITEM, (*tests, *known)), Field(_ITEM, (*others, *known))
    found = AllOf((own, Not(new))), AllOf((new, Not(own)))
    return found[::-1] if turned else found


def _one_inside(
    tests: tuple[Test, ...], others: tuple[Test, ...]
) -> tuple[str, tuple[Test, ...], tuple[Test, ...]] | None:
    """The operator and both inner lists of tests, where that alone is different."""
    if len(tests) != len(others):
        return None
    differing = [(own, new) for own, new in zip(tests, others, strict=True) if own != new]
    if len(differing) != 1:
        return None
    [(own, new)] = differing
    return (own.operator, own.operand, new.operand) if own.operator == new.operator and own.operator in NESTED else None


_Narrowed = tuple[tuple[Predicate, ...], Predicate, Predicate]


def _narrowed(one: Predicate, other: Predicate) -> _Narrowed:
    match one, other:
        case (AllOf(parts=own), AllOf(parts=others)) | (AnyOf(parts=own), AnyOf(parts=others)) if len(own) == len(
            others
        ):
            differing = [at for at, (a, b) in enumerate(zip(own, others, strict=True)) if a != b]
            if len(differing) == 1:
                [at] = differing
                beside, part, changed = _narrowed(own[at], others[at])
                return (*_known(one, (*own[:at], *own[at + 1 :])), *beside), part, changed
        case (Not(part=inner), Not(part=changed_inner)):
            beside, part, changed = _narrowed(inner, changed_inner)
            return beside, Not(part), Not(changed)
    return _dropped(one, other) or ((), one, other)


def _dropped(one: Predicate, other: Predicate) -> _Narrowed | None:
    """The part that was left out of several."""
    if not isinstance(one, AllOf | AnyOf):
        return None
    for at, part in enumerate(one.parts):
        rest = (*one.parts[:at], *one.parts[at + 1 :])
        joined: Predicate = AllOf(rest) if isinstance(one, AllOf) else AnyOf(rest)
        if other == joined or rest == (other,):
            return _known(one, rest), part, _ALWAYS if isinstance(one, AllOf) else _NEVER
    return None


def _known(whole: Predicate, rest: Sequence[Predicate]) -> tuple[Predicate, ...]:
    """What is known of the parts beside the one that differs."""
    if isinstance(whole, AllOf):
        return tuple(rest)
    return tuple(Not(part) for part in rest) if len(rest) <= _BESIDE else ()
