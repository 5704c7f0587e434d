"""Where the answers of rules can change as one field's value changes: between two neighbouring cuts all values are alike.

A rule that compares a field with constants answers the same for every number of one class between two neighbouring constants
that is a multiple of the same divisors, and for every string that equals none. So what the evaluator said of one such value it
says of all. Rules of which that is not so (a pattern, a length, arithmetic on the field) are named as open: nothing is said of
them by a neighbour.

Fields of other axes may be unknown or hold their defaults: a reference to them is then unknown, or the default's value, which
is a cut as well. Surroundings are not known here, so what depends on them is unknown for every value.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from llem_rules.rules.comparisons import remainder
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import literal
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import COMPARISONS, MEMBERSHIP, Field, Predicate, Surrounding, Test, expressions, walk
from llem_rules.rules.reading import readings_in
from llem_rules.rules.values import items_of

_TEXTUAL = frozenset(
    {"length", "lower", "parent", "matches", "contains"}
)  # what they say of a string depends on its letters
_MULTIPLES = frozenset({"multiple_of", "not_multiple_of"})
_NUMBERS = frozenset({int, float, bool})


@dataclass(frozen=True)
class Cuts:
    """``numbers``: ascending, no two equal. ``divisors``: those that tell numbers of a class apart, by class.

    ``texts``: strings that a rule compares with. Masks: a bit for each open rule.
    """

    numbers: tuple[float, ...]
    divisors: Mapping[type, tuple[float, ...]]
    texts: frozenset[str]
    open_to_numbers: int
    open_to_texts: int


class _Seen:
    """What one rule says of a field: constants, and whether more than they decide."""

    def __init__(self) -> None:
        self.constants: list[Any] = []
        self.divisors: list[Any] = []
        self.numbers_open = False
        self.texts_open = False

    def add(self, value: Any, operator: str) -> None:
        self.constants.append(value)
        if isinstance(value, str) and operator not in ("==", "!=", *MEMBERSHIP):
            self.texts_open = True


def cuts_of(name: str, predicates: Iterable[tuple[int, Predicate]], defaults: Mapping[str, Any]) -> Cuts:
    """The cuts of one field. ``predicates``: those of the rules that read it, each with the place of its bit."""
    known = Config({}, defaults)
    numbers: set[Any] = set()
    divisors: dict[tuple[type, Any], Any] = {}
    texts: set[str] = set()
    open_to_numbers = open_to_texts = 0
    spelled = name in readings_in(defaults)  # strings of such a field are read as numbers or truths
    for place, predicate in predicates:
        seen = _Seen()
        _look(name, predicate, known, seen)
        for constant in seen.constants:
            if isinstance(constant, str):
                texts.add(constant)
            elif constant.__class__ in _NUMBERS and not (constant.__class__ is float and math.isnan(constant)):
                numbers.add(constant)
        divisors |= {(one.__class__, one): one for one in seen.divisors if one.__class__ in _NUMBERS}
        open_to_numbers |= seen.numbers_open << place
        open_to_texts |= (seen.texts_open or spelled) << place
    told_apart = tuple(divisors.values())
    # Every whole number is a multiple of one: of floats, and by a float, that is another question.
    of_class = {float: told_apart, int: tuple([one for one in told_apart if one.__class__ is float or one != 1])}
    return Cuts(tuple(sorted(numbers)), of_class, frozenset(texts), open_to_numbers, open_to_texts)


def among(value: float, kind: type, cuts: Cuts) -> int:
    """Where a number lies, NaN aside: the same for two that no rule tells apart, but for the open ones."""
    # Twice the place, and one more on a cut itself.
    place = bisect_left(cuts.numbers, value) + bisect_right(cuts.numbers, value)
    for divisor in cuts.divisors[kind]:
        left = remainder(value, divisor)
        place = 3 * place + (0 if left is None else 1 if left != 0 else 2)
    return place


def _look(name: str, predicate: Predicate, known: Config, seen: _Seen) -> None:
    for part in walk(predicate):
        match part:
            case Field(path=path, tests=tests) if path == name:
                for test in tests:
                    _of_field(name, test, known, seen)
            case Field(path=path, tests=tests):
                for test in tests:
                    _of_sibling(name, path, test, known, seen)
            case Surrounding() if any(_speaks_of(name, one) for one in expressions(part)):
                seen.numbers_open = seen.texts_open = True


def _of_field(name: str, test: Test, known: Config, seen: _Seen) -> None:
    """A test on the field itself."""
    if any(_speaks_of(name, one) for one in _inside(test)):
        seen.numbers_open = seen.texts_open = True  # it is compared with something made of itself
    elif test.operator in COMPARISONS:
        seen.add(_constant(test.operand, known), test.operator)
    elif test.operator in MEMBERSHIP:
        for item in items_of(_constant(test.operand, known)) or ():
            seen.add(item, test.operator)
    elif test.operator in _MULTIPLES:
        seen.divisors.append(_constant(test.operand, known))
    elif test.operator in _TEXTUAL:
        seen.texts_open = True


def _of_sibling(name: str, path: str, test: Test, known: Config, seen: _Seen) -> None:
    """A test on another field: where that one is unknown the answer is, else it is compared as its default, or from inside."""
    if not any(_speaks_of(name, one) for one in _inside(test)):
        return
    if test.operator in COMPARISONS and test.operand == Expression(f"@{name}") and "." not in path:
        seen.add(known.value(path), test.operator)
    else:
        seen.numbers_open = seen.texts_open = True


def _constant(operand: Any, known: Config) -> Any:
    """The value of a right side where nothing is given."""
    if isinstance(operand, Expression):
        return operand.evaluate(known)
    if isinstance(operand, tuple):
        return [_constant(item, known) for item in operand]
    return literal(operand)


def _speaks_of(name: str, expression: Expression) -> bool:
    return any(path.partition(".")[0] == name for path in expression.fields)


def _inside(test: Test) -> Iterator[Expression]:
    yield from expressions(Field("", (test,)))
