"""From the mappings that people write to predicates, with the place of every mistake."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.rules.expressions import ExpressionError, is_reference, parse_expression
from llem_rules.rules.predicates import (
    COMPARISONS,
    MEMBERSHIP,
    MULTIPLES,
    NESTED,
    OPERATORS,
    ORDERS,
    PLACES,
    PRESENCE,
    TYPES,
    WORDS,
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Literal,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
)
from llem_rules.rules.values import TAGS, TYPE_NAMES

__all__ = ["MAX_NESTING", "Literal", "Location", "PredicateError", "parse_predicate"]

MAX_NESTING = 32
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
Location = tuple[str | int, ...]


@dataclass
class PredicateError(ValueError):
    """A predicate that is not written as the language has it.

    ``code`` is the lint code, ``location`` the keys and indices that lead to the mistake, ``on_key`` says whether the
    mistake is in the key at that place or in its value, ``word`` and ``known`` feed a did-you-mean.
    """

    code: str
    message: str
    location: Location
    on_key: bool = False
    word: str | None = None
    known: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__init__(self.message)


def parse_predicate(plain: Any, location: Location = (), depth: int = 0) -> Predicate:
    """Parse a predicate mapping.

    Raises:
        PredicateError: with the code and place of the first mistake.
    """
    if depth > MAX_NESTING:
        raise PredicateError("L013", f"nested more than {MAX_NESTING} deep", location)
    if not isinstance(plain, Mapping):
        raise PredicateError("L013", f"a predicate is a mapping, not {_kind(plain)}", location)
    parts: list[Predicate] = []
    for key, value in plain.items():
        parts.extend(_entry(key, value, (*location, key), depth))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _entry(key: Any, value: Any, location: Location, depth: int) -> list[Predicate]:
    match key:
        case "all_of" | "any_of":
            if not isinstance(value, Sequence) or isinstance(value, str):
                raise PredicateError("L013", f"{key} takes a list of predicates, not {_kind(value)}", location)
            inner = tuple(parse_predicate(item, (*location, i), depth + 1) for i, item in enumerate(value))
            return [AllOf(inner) if key == "all_of" else AnyOf(inner)]
        case "not":
            return [Not(parse_predicate(value, location, depth + 1))]
        case "at_most_one_of":
            return [AtMostOneOf(_paths(value, location))]
        case "required_key":
            return _required(value, location)
        case "fields":
            if not isinstance(value, Mapping):
                raise PredicateError("L013", f"fields takes a mapping, not {_kind(value)}", location)
            return [_field(name, inner, (*location, name)) for name, inner in value.items()]
        case "env" | "platform" | "packages":
            if not isinstance(value, Mapping):
                raise PredicateError("L013", f"{key} takes a mapping of names to conditions", location)
            return [_surrounding(str(key), name, inner, (*location, name)) for name, inner in value.items()]
    return [_field(key, value, location)]


def _surrounding(domain: str, name: Any, condition: Any, location: Location) -> Surrounding:
    if not isinstance(name, str):
        raise PredicateError("L013", f"a name in {domain} is a string, not {_kind(name)}", location, True)
    return Surrounding(domain, name, _of_a_value(_tests(condition, location), location))


def _field(key: Any, value: Any, location: Location) -> Field:
    if not isinstance(key, str) or not _PATH.fullmatch(key):
        if isinstance(key, str) and key in OPERATORS:
            message = f"{key!r} is an operator: it belongs under a field, as in {{field: {{{key!r}: …}}}}"
            raise PredicateError("L012", message, location, on_key=True)
        shown = key if isinstance(key, str) else _shown(key)
        raise PredicateError(
            "L013", f"{shown!r} is neither a field nor one of {', '.join(WORDS)}", location, True, shown, WORDS
        )
    return Field(key, _tests(value, location))


def _paths(value: Any, location: Location) -> tuple[str, ...]:
    named = [value] if isinstance(value, str) else value
    good = isinstance(named, Sequence) and named and all(isinstance(n, str) and _PATH.fullmatch(n) for n in named)
    if not good:
        raise PredicateError("L013", "a list of field names is needed here", location)
    return tuple(named)


def _required(value: Any, location: Location) -> list[Predicate]:
    if isinstance(value, Mapping):
        if not value or not all(isinstance(path, str) for path in value):
            raise PredicateError("L013", "a mapping from fields to keys is needed here", location)
        return [RequiredKey(_paths(path, location)[0], _keys(keys, (*location, path))) for path, keys in value.items()]
    return [RequiredKey(None, _paths(value, location))]


def _keys(value: Any, location: Location) -> tuple[str, ...]:
    named = [value] if isinstance(value, str) else value
    if not isinstance(named, Sequence) or not named or not all(isinstance(n, str) for n in named):
        raise PredicateError("L013", "a key or a list of keys is needed here", location)
    return tuple(named)


def _tests(condition: Any, location: Location) -> tuple[Test, ...]:
    if not isinstance(condition, Mapping) or any(key in TAGS for key in condition):
        return (Test("==", parse_operand(condition, location)),)
    if len(location) > MAX_NESTING * 3:
        raise PredicateError("L013", "nested too deeply", location[:MAX_NESTING])
    if not condition:
        raise PredicateError("L013", "an empty condition says nothing; give an operator or a value", location)
    return tuple(_test(operator, operand, (*location, operator)) for operator, operand in condition.items())


def _of_a_value(tests: tuple[Test, ...], location: Location) -> tuple[Test, ...]:
    """Tests on what is no field: nobody gave it or left it out."""
    if any(test.operator == "given" for test in tests):
        raise PredicateError("L014", "only a field is given or not; here present is meant", (*location, "given"), True)
    return tests


def _test(operator: Any, operand: Any, location: Location) -> Test:  # noqa: PLR0912 - one case an operator
    if operator not in OPERATORS:
        shown = operator if isinstance(operator, str) else _shown(operator)
        raise PredicateError("L012", f"unknown operator {shown!r}", location, True, shown, OPERATORS)
    if operator in _TRUTHS:
        if not isinstance(operand, bool):
            raise PredicateError("L014", f"{operator} takes true or false, not {_kind(operand)}", location)
        return Test("present", operand == (operator == "present")) if operator in PRESENCE else Test(operator, operand)
    if operator in _WORDED:
        if operand not in _WORDED[operator]:
            words = f"{', '.join(_WORDED[operator][:-1])} or {_WORDED[operator][-1]}"
            shown = operand if isinstance(operand, str) else ""
            raise PredicateError("L014", f"{operator} takes {words}", location, False, shown, _WORDED[operator])
        return Test(operator, operand)
    if operator in NESTED:
        if not isinstance(operand, Mapping):
            operand = {"==": operand}
        return Test(operator, _of_a_value(_tests(operand, location), location))
    if operator in TYPES:
        return Test(operator, _type_names(operand, location))
    if operator == "matches":
        return Test(operator, _pattern(operand, location))
    if operator == "holds":
        if not isinstance(operand, str) or not operand or operand.startswith("/"):
            raise PredicateError("L014", f"holds takes the name of a file in a folder, not {_kind(operand)}", location)
        return Test(operator, operand)
    if operator in MEMBERSHIP and not is_reference(operand) and not isinstance(operand, list | tuple):
        raise PredicateError("L014", f"{operator} takes a list or a reference, not {_kind(operand)}", location)
    if operator in MULTIPLES and not is_reference(operand):
        if isinstance(operand, bool) or not isinstance(operand, int | float) or operand == 0:
            raise PredicateError("L014", f"{operator} takes a number other than 0, or a reference", location)
    elif operator in COMPARISONS[2:] and not is_reference(operand) and not isinstance(operand, int | float | str):
        raise PredicateError("L014", f"{operator} takes a number, a string or a reference", location)
    return Test(operator, parse_operand(operand, location))


_TRUTHS = (*PRESENCE, "given", "distinct")
_WORDED: Mapping[str, tuple[str, ...]] = {"ordered": ORDERS, "path_is": PLACES}


def _type_names(operand: Any, location: Location) -> tuple[str, ...]:
    named = [operand] if isinstance(operand, str) else operand
    if not isinstance(named, Sequence) or not named or not all(isinstance(name, str) for name in named):
        raise PredicateError("L014", "a type name or a list of type names is needed here", location)
    for name in named:
        last = name.rpartition(".")[2]
        if name not in TYPE_NAMES and not last[:1].isupper() and last != "dtype":
            raise PredicateError("L014", f"unknown type {name!r}", location, False, name, TYPE_NAMES)
    return tuple(named)


def _pattern(operand: Any, location: Location) -> str:
    if not isinstance(operand, str):
        raise PredicateError("L014", f"matches takes a regular expression, not {_kind(operand)}", location)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # a pattern that will change its meaning is refused today
            re.compile(operand)
    except (re.error, RecursionError, OverflowError, FutureWarning) as error:
        raise PredicateError("L014", f"not a regular expression: {error}", location) from error
    return operand


def parse_operand(value: Any, location: Location = ()) -> Any:
    """Literals as they are (lists become tuples, so that predicates can be compared), references parsed."""
    if isinstance(value, str):
        if is_reference(value):
            try:
                return parse_expression(value)
            except ExpressionError as error:
                raise PredicateError("L015", str(error), location) from error
        return value
    if isinstance(value, list | tuple):
        if len(location) > MAX_NESTING * 3:
            raise PredicateError("L013", "nested too deeply", location[:MAX_NESTING])
        return tuple(parse_operand(item, (*location, i)) for i, item in enumerate(value))
    if isinstance(value, Mapping):
        return Literal(dict(value))
    return value


def _kind(value: Any) -> str:
    known = {"NoneType": "null", "str": "a string", "list": "a list", "dict": "a mapping", "bool": "a boolean"}
    return known.get(type(value).__name__, "a number" if isinstance(value, int | float) else type(value).__name__)


def _shown(key: Any) -> str:
    """A key for a message; Python refuses to print whole numbers of thousands of digits."""
    return _kind(key) if isinstance(key, int) else repr(key)[:60]
