"""Conditions without what says nothing: parts that the rest implies, and parts that an earlier refusal already decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from llem_rules.mining.fingerprint import normal_form
from llem_rules.rules.cells import ORDERINGS
from llem_rules.rules.predicates import COMPARISONS, AllOf, AnyOf, Field, Not, Predicate, Test, fields_of, walk
from llem_rules.rules.reason import never

_MOST_PARTS = 20


@lru_cache(maxsize=4096)
def implies(one: Predicate, other: Predicate) -> bool:
    """Whether it is proved that the other is true wherever the one is."""
    return never(AllOf((one, Not(other)))) is not None


def tidied(predicate: Predicate) -> Predicate:
    """The same meaning in fewer parts, each of which can be written."""
    return _joined(_without_implied([_plainer(part) for part in _flat(_writable(predicate))]))


def without_refused(predicate: Predicate, refusals: Iterable[Predicate]) -> Predicate:
    """The condition without parts whose negation makes the library refuse anyway: those say only that it came so far.

    Where such a part is false the config is refused by another site, and this effect cannot show (it is masked).
    """
    parts = _flat(_writable(predicate))
    about = set(fields_of(predicate))
    known = [one for one in refusals if set(fields_of(one)) <= about]
    kept = list(parts)
    for part in parts:
        if len(kept) > 1 and any(_refused(part, kept, one) for one in known):
            kept.remove(part)
    return _joined(_without_implied(kept))


def _refused(part: Predicate, parts: Sequence[Predicate], refusal: Predicate) -> bool:
    """Whether the rest without the part is refused; a refusal that stands on the rest alone decides nothing."""
    rest = tuple(one for one in parts if one is not part)
    opposite = _opposite(part)
    if not set(fields_of(opposite)) & set(fields_of(refusal)):
        return False
    return implies(AllOf((*rest, opposite)), refusal) and not implies(AllOf((*rest, part)), refusal)


def _opposite(part: Predicate) -> Predicate:
    return part.part if isinstance(part, Not) else Not(part)


def _flat(predicate: Predicate) -> list[Predicate]:
    match predicate:
        case AllOf(parts=parts):
            return list(dict.fromkeys(one for part in parts for one in _flat(part)))
        case Field(path=path, tests=tests):
            return [Field(path, (test,)) for test in dict.fromkeys(tests)]
        case Not(part=Not(part=part)):
            return _flat(part)
        case Not(part=AnyOf(parts=parts)):
            return list(dict.fromkeys(one for part in parts for one in _flat(Not(part))))
    return [predicate]


def _without_implied(parts: list[Predicate]) -> list[Predicate]:
    if len(parts) > _MOST_PARTS:
        return parts
    kept = list(parts)
    for part in parts:
        rest = tuple(one for one in kept if one is not part)
        if implies(AllOf(rest), part):
            kept.remove(part)
    return kept


def _joined(parts: list[Predicate]) -> Predicate:
    """Tests on one field stand together where they can."""
    found: list[Predicate] = []
    places: dict[str, int] = {}
    for part in parts:
        place = places.get(part.path) if isinstance(part, Field) else None
        if isinstance(part, Field) and place is not None:
            there = found[place]
            own = {test.operator for test in part.tests}
            if isinstance(there, Field) and not own & {test.operator for test in there.tests}:
                found[place] = Field(part.path, (*there.tests, *part.tests))
                continue
        if isinstance(part, Field):
            places.setdefault(part.path, len(found))
        found.append(part)
    return found[0] if len(found) == 1 else AllOf(tuple(found))


def _writable(predicate: Predicate) -> Predicate:
    """No two tests of one operator on one field side by side: a mapping holds a key once."""
    match predicate:
        case AllOf(parts=parts):
            return AllOf(tuple(map(_writable, parts)))
        case AnyOf(parts=parts):
            return AnyOf(tuple(map(_writable, parts)))
        case Not(part=part):
            return Not(_writable(part))
        case Field(path=path, tests=tests) if _repeated(tests):
            return AllOf(tuple(Field(path, (test,)) for test in dict.fromkeys(tests)))
    return predicate


def _repeated(tests: tuple[Test, ...]) -> bool:
    return len({test.operator for test in tests}) < len(tests)


def _plainer(part: Predicate) -> Predicate:
    """A nested condition on one field as a single test, where one says exactly the same."""
    if isinstance(part, Field) or len(fields_of(part)) != 1:
        return part
    form = normal_form(part)
    inner = [one for one in walk(part) if isinstance(one, Field)]
    if form is None or len(form) != 1 or not inner or len({one.path for one in inner}) != 1:
        return part
    constants = [test.operand for one in inner for test in one.tests if test.operator in COMPARISONS]
    singles = [Test(operator, value) for value in (None, *constants) for operator in ("==", "!=")]
    singles += [
        Test(operator, value) for value in constants if isinstance(value, int | float | str) for operator in ORDERINGS
    ]
    singles += [test for one in inner for test in one.tests]
    tried = (Field(inner[0].path, (test,)) for test in singles)
    return next((one for one in tried if normal_form(one) == form), part)
