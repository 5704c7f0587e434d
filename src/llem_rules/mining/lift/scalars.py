"""Numbers, booleans, strings and sets of known values: what pydantic refuses of them, in lax and in strict mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from llem_rules.mining.lift.parts import FINITE, Plain, Refusal, Shape, any_of, lengths, literal
from llem_rules.rules import numerals

_LONG = 2**63  # a float beyond is no whole number to pydantic; an int may be


def integer(shape: Shape, field: str) -> Iterator[Refusal]:
    if shape.get("strict"):
        whole = {field: {"type_is": "int", "type_is_not": "bool"}}
        yield Refusal(("int_type",), "not-an-integer", whole, of_type=True)
        yield from _bounds(shape, field, [whole], None)
        return
    spelled = {field: {"matches": numerals.INTEGER}}
    yield Refusal(
        ("int_type", "int_parsing", "int_from_float"),
        "not-an-integer",
        any_of({field: {"multiple_of": 1}}, spelled),
        of_type=True,
        also=("finite_number",),
    )
    short = {field: {">": -_LONG, "<": _LONG}}
    large = {field: {"type_is": "float", "multiple_of": 1}}
    yield Refusal(("int_parsing_size",), "float-too-large", short, (large,), of_type=True)
    reads = any_of({field: {"type_is": "int"}}, {field: {**large[field], **short[field]}}, spelled)
    yield from _bounds(shape, field, [reads], numerals.integer_within)


def number(shape: Shape, field: str) -> Iterator[Refusal]:
    strict = bool(shape.get("strict"))
    plain = {field: {"type_is": ["int", "float"], **({"type_is_not": "bool"} if strict else {})}}
    finite = shape.get("allow_inf_nan") is False
    own = {field: {**plain[field], **FINITE}} if finite else plain
    read = own if strict else any_of(own, {field: {"matches": numerals.FINITE_NUMBER if finite else numerals.NUMBER}})
    also = ("finite_number",) if finite else ()
    yield Refusal(("float_type", "float_parsing"), "not-a-number", read, of_type=True, also=also)
    comparable = plain if strict else any_of(plain, {field: {"matches": numerals.WITHOUT_EXPONENT}})
    yield from _bounds(shape, field, [comparable], None if strict else numerals.number_within)


_BOUNDS = (
    ("multiple_of", "multiple_of", "multiple_of", "not-a-multiple-of"),
    ("le", "less_than_equal", "<=", "above"),
    ("lt", "less_than", "<", "not-below"),
    ("ge", "greater_than_equal", ">=", "below"),
    ("gt", "greater_than", ">", "not-above"),
)


def _bounds(
    shape: Shape, field: str, reads: list[Plain], within: Callable[[str, Any], str] | None
) -> Iterator[Refusal]:
    for key, error, operator, words in _BOUNDS:
        bound = shape.get(key)
        if isinstance(bound, int | float):
            holds = {field: {operator: bound}}
            if within is not None and operator != "multiple_of":
                holds = any_of(holds, {field: {"matches": within(operator, bound)}})
            name = f"{words}-{_size(bound)}"
            guard = [{field: {"type_is": ["int", "float"]}}] if operator == "multiple_of" else []
            yield Refusal((error,), name, holds, (*reads, *guard), numbers_only=operator == "multiple_of")


def _size(bound: float) -> str:
    return repr(bound).replace("-", "minus-").replace(".", "_").replace("+", "")


def boolean(shape: Shape, field: str) -> Iterator[Refusal]:
    holds: Plain = {field: {"type_is": "bool"}}
    if not shape.get("strict"):
        holds = any_of({field: {"in": [False, True]}}, {field: {"matches": numerals.BOOLEAN}})
    yield Refusal(("bool_type", "bool_parsing"), "not-a-boolean", holds, of_type=True)


def string(shape: Shape, field: str) -> Iterator[Refusal]:
    text: Plain = {field: {"type_is": "str"}}
    yield Refusal(("string_type",), "not-a-string", text, of_type=True)
    yield from lengths(shape, field, text, ("string_too_short", "string_too_long"))
    if isinstance(shape.get("pattern"), str):
        matches = {field: {"matches": shape["pattern"]}}
        yield Refusal(("string_pattern_mismatch",), "not-matching", matches, (text,))


def members(shape: Shape, field: str) -> Iterator[Refusal]:
    values = list(shape["values"])
    whole = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    holds: Plain = {field: {"in": [literal(value) for value in values]}}
    if shape.get("sub_type") == "int" and whole and not shape.get("strict"):
        holds = any_of(holds, {field: {"matches": numerals.spelled(whole)}})
    error = "enum" if shape["type"] == "enum" else "literal_error"
    yield Refusal((error,), "unknown", holds, of_type=True)
