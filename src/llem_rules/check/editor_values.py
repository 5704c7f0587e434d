"""Tests of a value as JSON Schema, and what of a value JSON Schema cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate, literal
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import Field, Test
from llem_rules.rules.values import SCALARS, equal, is_type

Schema = dict[str, Any]
NEVER: Schema = {"not": {}}
# A mapping that stands for a value that JSON has not: ``{"$set": []}``.
TAGGED: Schema = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[$]"}}

_ORDER = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}
_LONGEST = 64  # sizes that are told apart
# One value of each sort that JSON has, and the schema of the sort.
_SORTS: tuple[tuple[Any, Schema], ...] = (
    (True, {"type": "boolean"}),
    ("", {"type": "string"}),
    ([], {"type": "array"}),
    ({}, {"type": "object"}),
    (None, {"type": "null"}),
)
_WHOLE: Schema = {"type": "integer"}
_FRACTION: Schema = {"type": "number", "not": {"type": "integer"}}
_SIZES = (("string", "Length"), ("array", "Items"), ("object", "Properties"))


class InexpressibleError(Exception):
    """JSON Schema cannot say it."""


def tells_numbers_apart(tests: Sequence[Test]) -> bool:
    """Whether some test has another answer for ``1`` than for ``1.0``."""
    for test in tests:
        if test.operator in ("type_is", "type_is_not"):
            if any(is_type(1, name) for name in test.operand) != any(is_type(1.0, name) for name in test.operand):
                return True
        elif test.operator in ("each", "any_item", "values") and tells_numbers_apart(test.operand):
            return True
    return False


def passed_over(tests: Sequence[Test]) -> Iterator[Schema]:
    """Values of which nothing is said: JSON Schema has other regular expressions, and sees a tagged value as a mapping.

    Raises:
        InexpressibleError: of all values nothing can be said.
    """
    for test in tests:
        match test.operator:
            case "matches" | "lower":
                yield {"type": "string"}
            case "type_is" | "type_is_not" if any(is_type({}, name) for name in test.operand) == (
                test.operator == "type_is"
            ):
                yield TAGGED
            case "each" | "any_item":
                yield from ({"type": "array", "contains": one} for one in passed_over(test.operand))
            case "values":
                yield from (_some_value(one) for one in passed_over(test.operand))
            case "keys" if any(True for _ in passed_over(test.operand)):
                raise InexpressibleError


def value_schema(test: Test, fraction: bool) -> Schema:
    """A schema that a value matches exactly when a test is true of it.

    ``fraction``: a number without a fraction is taken for a float.

    Raises:
        InexpressibleError: there is none.
    """
    operand = test.operand
    match test.operator:
        case "==" | "!=" if not _refers(operand):
            return _equal(literal(operand)) if test.operator == "==" else _not(_equal(literal(operand)))
        case "in" | "not_in" if isinstance(operand, tuple) and not any(map(_refers, operand)):
            some = _any([_equal(literal(one)) for one in operand])
            return some if test.operator == "in" else _not(some)
        case "<" | "<=" | ">" | ">=" if operand.__class__ in (int, float):
            return _ordered(test)
        case "multiple_of" | "not_multiple_of" if operand.__class__ is int and operand > 0:
            truths = [one for one in (False, True) if _answers(test, one)]
            of = {"multipleOf": operand} if test.operator == "multiple_of" else {"not": {"multipleOf": operand}}
            return _any([{"type": "number", **of}, *([{"enum": truths}] if truths else [])])
        case "matches" | "lower":
            return NEVER  # of strings nothing is said, and nothing else has them
        case "type_is" | "type_is_not":
            found = _of_types(operand, fraction)
            return found if test.operator == "type_is" else _not(found)
        case "each" | "any_item":
            return {"type": "array", "items" if test.operator == "each" else "contains": _all(operand, fraction)}
        case "keys" | "values":
            return _of_entries(test.operator, operand, fraction)
        case "length":
            return _of_size(operand)
    raise InexpressibleError


def _not(schema: Schema) -> Schema:
    return {"not": schema}


def _any(some: Sequence[Schema]) -> Schema:
    return {"anyOf": [*some]} if len(some) > 1 else some[0] if some else NEVER


def _all(tests: Sequence[Test], fraction: bool) -> Schema:
    made = [value_schema(one, fraction) for one in tests]
    return made[0] if len(made) == 1 else {"allOf": made}


def _some_value(schema: Schema) -> Schema:
    return {"type": "object", "not": {"additionalProperties": _not(schema)}}


def _answers(test: Test, value: Any) -> bool:
    return compile_predicate(Field("x", (test,)))(Config({"x": value})) is True


def _refers(operand: Any) -> bool:
    if isinstance(operand, tuple):
        return any(map(_refers, operand))
    return isinstance(operand, Expression) or (
        isinstance(operand, str) and operand.startswith("@") and not operand.startswith("@@")
    )


def _ordered(test: Test) -> Schema:
    truths = [{"const": one} for one in (True, False) if _answers(test, one)]
    if abs(test.operand) < float("inf"):
        return _any([{"type": "number", _ORDER[test.operator]: test.operand}, *truths])
    return {"type": ["number", "boolean"]} if truths else NEVER  # JSON's numbers are finite


def _of_types(names: Sequence[str], fraction: bool) -> Schema:
    some = [schema for value, schema in _SORTS if any(is_type(value, name) for name in names)]
    whole, broken = (any(is_type(value, name) for name in names) for value in (1.0 if fraction else 1, 1.5))
    if whole and broken:
        some.append({"type": "number"})
    elif whole or broken:
        some.append(_WHOLE if whole else _FRACTION)
    return _any(some)


def _of_entries(part: str, tests: Sequence[Test], fraction: bool) -> Schema:
    """Keys and values of a mapping are asked as lists are. Keys are strings in JSON."""
    made: list[Schema] = []
    for test in tests:
        word = "propertyNames" if part == "keys" else "additionalProperties"
        match test.operator:
            case "each":
                made.append({word: _all(test.operand, fraction)})
            case "any_item":
                made.append(_not({word: _not(_all(test.operand, fraction))}))
            case "length":
                made.append(_of_size(test.operand))
            case _:
                raise InexpressibleError
    return {"type": "object", "allOf": made}


def _of_size(tests: Sequence[Test]) -> Schema:
    """Sizes of strings, lists and mappings for which tests hold, as ranges."""
    operands = [test.operand if isinstance(test.operand, tuple) else (test.operand,) for test in tests]
    known = [one for some in operands for one in some]
    if not all(isinstance(one, int) and 0 <= one < _LONGEST for one in known):
        raise InexpressibleError
    holds = [all(_answers(test, size) for test in tests) for size in range(_LONGEST + 1)]
    ranges: list[Mapping[str, int]] = []
    for size, there in enumerate(holds):
        if there and (not size or not holds[size - 1]):
            end = next((at for at in range(size, _LONGEST + 1) if not holds[at]), None)
            ranges.append({"min": size} if end is None else {"min": size, "max": end - 1})
    return _any(
        [{"type": sort, **{side + word: one for side, one in some.items()}} for some in ranges for sort, word in _SIZES]
    )


def _equal(value: Any) -> Schema:
    """Python's equality: ``True`` equals 1. NaN equals nothing, and what JSON has not equals nothing that it has."""
    if value.__class__ not in SCALARS:
        empty = [
            schema
            for one, schema in (([], {"type": "array", "maxItems": 0}), ({}, {"type": "object", "maxProperties": 0}))
            if equal(value, one)
        ]
        if not empty and isinstance(value, list | dict):
            raise InexpressibleError
        return _any(empty)
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - that is what NaN is
        return NEVER
    if isinstance(value, float) and abs(value) == float("inf"):
        raise InexpressibleError
    if isinstance(value, bool | int | float) and value in (0, 1):
        return {"enum": [int(value), bool(value)]}
    return {"const": value}
