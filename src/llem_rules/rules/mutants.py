"""Mutants of a predicate: one small change each, such as a person or a miner could have got wrong.

Conditions on the surroundings are left as they are: where a rule is replayed they have one value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from llem_rules.rules.expressions import Expression, ExpressionError, parse_expression
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import (
    MULTIPLES,
    NESTED,
    PLACES,
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
    fields_of,
)
from llem_rules.rules.values import is_type

Change = Literal["operator", "bound", "element", "dropped", "added"]
_SWAPPED: Mapping[str, tuple[str, ...]] = {
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "in": ("not_in",),
    "not_in": ("in",),
    "type_is": ("type_is_not",),
    "type_is_not": ("type_is",),
    "multiple_of": ("not_multiple_of",),
    "not_multiple_of": ("multiple_of",),
    "each": ("any_item",),
    "any_item": ("each",),
}
_TYPES = ("int", "float", "bool", "str", "list", "tuple", "set", "dict", "none")
_STRICT = {"rising": "strictly_rising", "falling": "strictly_falling"}
_ORDERS = {**_STRICT, **{strict: loose for loose, strict in _STRICT.items()}}
EDGES = ("\\A", "^", "\\Z", "$")


@dataclass(frozen=True)
class Mutant:
    """A predicate with one change. ``text``: what was done, in the words of the language."""

    change: Change
    text: str
    predicate: Predicate


def mutants_of(rule: RuleBase, beside: Iterable[str] = ()) -> list[Mutant]:
    """Every mutant of a rule's predicate, each once. ``beside``: other fields of its type, on which it could depend."""
    found = {one.predicate: one for one in (*_inner(rule.predicate), *_added(rule, beside))}
    return [one for predicate, one in found.items() if predicate != rule.predicate]


def _inner(predicate: Predicate) -> Iterator[Mutant]:
    match predicate:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            kind = type(predicate)
            yield from _in_parts(parts, kind)
        case Not(part=part):
            yield from (replace(one, predicate=Not(one.predicate)) for one in _inner(part))
            yield Mutant("operator", "without not", part)
        case Field(path=path, tests=tests):
            for change, text, several in _tests(tests):
                yield Mutant(change, f"{path} {text}", Field(path, several))
        case AtMostOneOf(paths=paths) if len(paths) > 2:
            yield from (Mutant("element", f"without {one}", AtMostOneOf(_but(paths, one))) for one in paths)
        case RequiredKey(path=path, keys=keys) if len(keys) > 1:
            yield from (Mutant("element", f"without {one}", RequiredKey(path, _but(keys, one))) for one in keys)


def _in_parts(parts: Sequence[Predicate], join: Callable[[tuple[Predicate, ...]], Predicate]) -> Iterator[Mutant]:
    for at, part in enumerate(parts):
        before, after = tuple(parts[:at]), tuple(parts[at + 1 :])
        for one in _inner(part):
            yield replace(one, predicate=join((*before, one.predicate, *after)))
        rest = (*before, *after)
        if rest and not isinstance(part, Surrounding):
            yield Mutant("dropped", f"part {at + 1} of {len(parts)}", rest[0] if len(rest) == 1 else join(rest))


def _but(several: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(other for other in several if other != one)


_Several = tuple[Change, str, tuple[Test, ...]]


def _tests(tests: tuple[Test, ...]) -> Iterator[_Several]:
    for at, test in enumerate(tests):
        before, after = tests[:at], tests[at + 1 :]
        for change, text, new in _test(test):
            yield change, text, (*before, new, *after)
        if before or after:
            yield "dropped", f"without {test.operator}", (*before, *after)


def _test(test: Test) -> Iterator[tuple[Change, str, Test]]:  # noqa: PLR0912 - one case an operator
    operator, operand = test.operator, test.operand
    for other in _SWAPPED.get(operator, ()):
        yield "operator", f"{operator} as {other}", Test(other, operand)
    match operator:
        case "<" | "<=" | ">" | ">=" | "==" | "!=" | "multiple_of" | "not_multiple_of":
            for moved in _moved(operand):
                if operator in MULTIPLES and moved == 0:
                    continue  # nothing is a multiple of 0: the language has no such test
                yield "bound", f"{operator} {_shown(operand)} as {_shown(moved)}", Test(operator, moved)
        case "in" | "not_in" if isinstance(operand, tuple):
            for several, text in _elements(operand, _foreign(operand)):
                yield "element", f"{operator} {text}", Test(operator, several)
        case "type_is" | "type_is_not":
            names = tuple(operand)
            for several, text in _elements(names, [one for one in _TYPES if one not in names]):
                yield "element", f"{operator} {text}", Test(operator, several)
        case "present" | "absent" | "given" | "distinct":
            yield "operator", f"not {operator}", Test(operator, not operand)
        case "ordered":
            yield "operator", f"ordered as {_ORDERS[operand]}", Test(operator, _ORDERS[operand])
        case "matches":
            yield from (("bound", f"matches without {edge}", Test(operator, one)) for edge, one in _unanchored(operand))
        case "path_is":
            yield from (("element", f"path_is {one}", Test(operator, one)) for one in PLACES if one != operand)
        case "holds":
            yield "element", f"holds {operand}x", Test(operator, f"{operand}x")
        case _ if operator in NESTED:
            for change, text, several in _tests(operand):
                yield change, f"{operator} {text}", Test(operator, several)


def _moved(operand: Any) -> Iterator[Any]:
    """A bound a little to each side: whole numbers by one, floats by the next float, references by one."""
    match operand:
        case bool() | None:
            return
        case int():
            yield from (operand - 1, operand + 1)
        case float() if math.isfinite(operand):
            yield from (math.nextafter(operand, -math.inf), math.nextafter(operand, math.inf))
        case Expression(text=text):
            for step in ("- 1", "+ 1"):
                try:
                    yield parse_expression(f"@({text}) {step}" if " " in text else f"{text} {step}")
                except ExpressionError:
                    return


def _elements(known: tuple[Any, ...], foreign: Iterable[Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """The set without each of its elements, and with each of some others."""
    if len(known) > 1:
        for at, one in enumerate(known):
            yield (*known[:at], *known[at + 1 :]), f"without {_shown(one)}"
    for one in foreign:
        yield (*known, one), f"with {_shown(one)}"


def _foreign(known: Sequence[Any]) -> Iterator[Any]:
    """An element that is not among them: the next number, a longer text."""
    numbers = [one for one in known if isinstance(one, int | float) and not isinstance(one, bool)]
    texts = [one for one in known if isinstance(one, str)]
    if numbers:
        yield max(numbers) + 1
    if texts:
        yield max(texts) + "x"
    if not numbers and not texts:
        yield 7


def _unanchored(pattern: str) -> Iterator[tuple[str, str]]:
    for edge in EDGES[:2]:
        if pattern.startswith(edge):
            yield edge, pattern.removeprefix(edge)
    for edge in EDGES[2:]:
        if pattern.endswith(edge) and not pattern.endswith("\\" + edge):
            yield edge, pattern.removesuffix(edge)


def _added(rule: RuleBase, beside: Iterable[str]) -> Iterator[Mutant]:
    """One more condition: that a field has the type of the positive, that another field is not given."""
    for name in fields_of(rule.predicate):
        kind = next((one for one in ("bool", *_TYPES) if is_type(rule.kwargs_positive.get(name), one)), None)
        if name in rule.kwargs_positive and kind is not None:
            yield _with(rule, Field(name, (Test("type_is", (kind,)),)), f"{name} is {kind}")
    for name in beside:
        yield _with(rule, Field(name, (Test("present", False),)), f"{name} is not given")


def _with(rule: RuleBase, extra: Predicate, text: str) -> Mutant:
    return Mutant("added", text, AllOf((rule.predicate, extra)))


def _shown(operand: Any) -> str:
    return operand.text if isinstance(operand, Expression) else repr(operand)
