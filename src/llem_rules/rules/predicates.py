"""Predicates as plain values: what parsing makes, and what evaluation, lint, mining and comparison read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from llem_rules.rules.expressions import Expression

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
MEMBERSHIP = ("in", "not_in")
PRESENCE = ("present", "absent")
TYPES = ("type_is", "type_is_not")
MULTIPLES = ("multiple_of", "not_multiple_of")
NESTED = ("length", "each", "any_item", "keys", "values", "lower", "parent")
ORDERS = ("rising", "falling", "strictly_rising", "strictly_falling")
PLACES = ("file", "folder", "repository", "nothing")
GIVING = ("present", "given")  # what they say of a field depends on what was given, not on its value alone
OTHERS = ("given", "contains", "matches", "distinct", "ordered", "path_is", "holds")
OF_FILES = ("path_is", "holds")  # what they say of a string depends on the files of the place
OPERATORS = (*COMPARISONS, *MEMBERSHIP, *PRESENCE, *TYPES, *MULTIPLES, *NESTED, *OTHERS)
DOMAINS = ("env", "platform", "packages")
WORDS = ("all_of", "any_of", "not", "at_most_one_of", "required_key", "fields", *DOMAINS)


@dataclass(frozen=True)
class Literal:
    """A mapping (or a tagged value) on the right side of an operator, as written; no references in it."""

    value: dict[Any, Any]

    def __hash__(self) -> int:
        return hash(frozenset(self.value))


@dataclass(frozen=True)
class Test:
    """One operator and its right side: a plain value, an Expression, a tuple that may hold them, or inner Tests."""

    __test__ = False  # not a pytest class

    operator: str
    operand: Any


@dataclass(frozen=True)
class Field:
    """Tests, AND-ed, on the value of a field or of a dotted path into one.

    ``present`` says that it was given and is not None, ``given`` that it was given at all.
    """

    path: str
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Surrounding:
    """Tests, AND-ed, on an environment variable, a platform fact or a package's version."""

    domain: str
    name: str
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class AllOf:
    """True when every part is; the empty one is true."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True)
class AnyOf:
    """True when some part is; the empty one is false."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True)
class Not:
    """True when the part is false; unknown stays unknown."""

    part: Predicate


@dataclass(frozen=True)
class AtMostOneOf:
    """True when at most one of the fields was given with a value other than None."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class RequiredKey:
    """True when the mapping in ``path`` has every key; without a path, when every named field was given."""

    path: str | None
    keys: tuple[str, ...]


Predicate: TypeAlias = Field | Surrounding | AllOf | AnyOf | Not | AtMostOneOf | RequiredKey


def walk(predicate: Predicate) -> Iterator[Predicate]:
    """The predicate and every predicate inside it, outermost first."""
    yield predicate
    match predicate:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from walk(part)
        case Not(part=part):
            yield from walk(part)


def expressions(predicate: Predicate) -> Iterator[Expression]:
    """Every reference in a predicate."""
    for part in walk(predicate):
        if isinstance(part, Field | Surrounding):
            for test in part.tests:
                yield from _of_operand(test.operand)


def _of_operand(operand: Any) -> Iterator[Expression]:
    if isinstance(operand, Expression):
        yield operand
    elif isinstance(operand, Test):
        yield from _of_operand(operand.operand)
    elif isinstance(operand, tuple):
        for item in operand:
            yield from _of_operand(item)


def operators_in(tests: tuple[Test, ...]) -> Iterator[str]:
    """The operators of some tests and of those inside them."""
    for test in tests:
        yield test.operator
        if test.operator in NESTED:
            yield from operators_in(test.operand)


def asks_for_files(tests: tuple[Test, ...]) -> bool:
    """Whether some tests ask what lies at a path: the path itself does not tell."""
    return any(one in OF_FILES for one in operators_in(tests))


def fields_of(predicate: Predicate, *, references: bool = True) -> tuple[str, ...]:
    """The top-level field names that a predicate reads, in order of appearance."""
    return tuple(dict.fromkeys(path.partition(".")[0] for path in paths_of(predicate, references=references)))


def paths_of(predicate: Predicate, *, references: bool = True) -> tuple[str, ...]:
    """The whole paths that a predicate reads, in order of appearance."""
    found: dict[str, None] = {}
    for part in walk(predicate):
        match part:
            case Field(path=path):
                found[path] = None
            case AtMostOneOf(paths=paths):
                found.update(dict.fromkeys(paths))
            case RequiredKey(path=None, keys=keys):
                found.update(dict.fromkeys(keys))
            case RequiredKey(path=str() as path):
                found[path] = None
    if references:
        for expression in expressions(predicate):
            found.update(dict.fromkeys(expression.fields))
    return tuple(found)
