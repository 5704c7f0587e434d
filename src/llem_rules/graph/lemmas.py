"""What is true of every value and two tests: of multiples, and of the items of lists.

The reasoning over regions knows nothing of these; said beside a condition, they let it find the contradiction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations

from llem_rules.mining.tidy import implies
from llem_rules.rules.config import CONFIG_JSON
from llem_rules.rules.predicates import AnyOf, Field, Literal, Not, Predicate, RequiredKey, Test, paths_of, walk

_NOTHING = Test("type_is", ("none",))
_NO_PLAIN = Test("type_is_not", ("int", "float", "bool", "str", "list", "tuple", "set", "none"))
_MULTIPLES = ("multiple_of", "not_multiple_of")
_OF_MAPPINGS = ("keys", "values")
_NOT_EMPTY = Test("not_in", ((), Literal({}), Literal({"$set": []})))
_ITEMS = ("each", "any_item")


def lemmas(*predicates: Predicate) -> Iterator[Predicate]:
    """Predicates that are always true, about tests that stand in the given ones on one field."""
    tests: dict[str, dict[Test, None]] = defaultdict(dict)
    for predicate in predicates:
        for part in walk(predicate):
            if isinstance(part, Field):
                about = (test for test in part.tests if test.operator in (*_MULTIPLES, *_ITEMS, *_OF_MAPPINGS))
                tests[part.path].update(dict.fromkeys(about))
    yield from _holders(predicates)
    yield from _not_empty(tests)
    for path, own in tests.items():
        for one, two in permutations(own, 2):
            then = _follows(one, two)
            if then is not None:
                second = Field(path, (two,))
                yield AnyOf((Not(Field(path, (one,))), second if then else Not(second)))


def _holders(predicates: Sequence[Predicate]) -> Iterator[Predicate]:
    """What is found inside a field is found under its key, in a mapping or in an object."""
    paths: dict[str, None] = {}
    keys: set[tuple[str, str]] = set()
    for predicate in predicates:
        paths |= dict.fromkeys(path for path in paths_of(predicate) if "." in path)
        for part in walk(predicate):
            if isinstance(part, RequiredKey) and part.path is not None:
                keys |= {(part.path, key) for key in part.keys}
    for path in paths:
        holder, _, key = path.rpartition(".")
        nothing = Field(path, (_NOTHING,))
        if (holder, key) in keys:
            yield AnyOf((nothing, RequiredKey(holder, (key,))))
        elif CONFIG_JSON not in (key, holder.rpartition(".")[2]):
            yield AnyOf((nothing, Field(holder, (_NO_PLAIN,))))


def _not_empty(tests: Mapping[str, Iterable[Test]]) -> Iterator[Predicate]:
    """Where some item, key or entry passes a test there is one."""
    for path, own in tests.items():
        for test in own:
            if _has_an_item(test):
                yield AnyOf((Not(Field(path, (test,))), Field(path, (_NOT_EMPTY,))))


def _has_an_item(test: Test) -> bool:
    if test.operator in {"keys", "values"}:
        return any(map(_has_an_item, test.operand))
    return test.operator == "any_item"


def _follows(one: Test, two: Test) -> bool | None:
    """What the second is where the first is true; None where that is open."""
    if one.operator in _MULTIPLES and two.operator in _MULTIPLES:
        return _multiples(one, two)
    if one.operator == two.operator and one.operator in _ITEMS:
        same = implies(Field("item", one.operand), Field("item", two.operand))
        return True if same else None
    return None


def _multiples(one: Test, two: Test) -> bool | None:
    step, other = one.operand, two.operand
    if type(step) is not int or type(other) is not int:
        return None
    if one.operator == "multiple_of" and step % other == 0:
        return two.operator == "multiple_of"
    if one.operator == "not_multiple_of" and other % step == 0:
        return two.operator == "not_multiple_of"
    return None
