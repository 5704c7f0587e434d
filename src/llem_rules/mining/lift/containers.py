"""Lists, sets, mappings and objects: what pydantic refuses of them, and of the items in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llem_rules.mining.lift.parts import FINITE, Plain, Refusal, Shape, any_of, lengths, literal
from llem_rules.rules import numerals

_SEQUENCES = ["list", "tuple", "set"]


def container(shape: Shape, field: str) -> Iterator[Refusal]:
    kind = str(shape["type"])
    lax = [kind] if shape.get("strict") or kind == "dict" else _SEQUENCES
    holds: Plain = {field: {"type_is": lax[0] if len(lax) == 1 else lax}}
    words = {"dict": "a-mapping"}.get(kind, f"a-{kind}")
    yield Refusal((f"{kind}_type",), f"not-{words}", holds, of_type=True)
    yield from _items(shape, field, holds)
    yield from lengths(shape, field, holds, ("too_short", "too_long"))


def _items(shape: Shape, field: str, guard: Plain) -> Iterator[Refusal]:
    inner = shape.get("items_schema")
    if isinstance(inner, list):
        inner = inner[0] if len(inner) == 1 and shape["type"] == "tuple" and "variadic" in shape else None
    if not isinstance(inner, Mapping) or inner.get("strict"):
        return
    wrong = _WRONG_ITEMS.get(str(inner["type"]))
    if inner["type"] == "literal":
        known = [literal(value) for value in inner["values"]]
        yield Refusal(("literal_error",), "item-unknown", {field: {"each": {"in": known}}}, (guard,), of_item=True)
    elif inner["type"] == "str":
        strings = {field: {"each": {"type_is": "str"}}}
        yield Refusal(("string_type",), "item-not-a-string", strings, (guard,), of_item=True)
    elif wrong is not None:
        types, words, kinds = wrong
        none = {"not": any_of(*({field: {"any_item": one}} for one in kinds))}
        yield Refusal(types, f"item-{words}", none, (guard,), of_item=True)


_WRONG_ITEMS: dict[str, tuple[tuple[str, ...], str, tuple[Plain, ...]]] = {
    "int": (
        ("int_type", "int_parsing", "int_from_float"),
        "not-an-integer",
        (
            {"type_is_not": ["int", "float", "str"]},
            {"type_is": "float", "not_multiple_of": 1, **FINITE},
            {"type_is": "str", "matches": numerals.otherwise(numerals.INTEGER)},
        ),
    ),
    "float": (
        ("float_type", "float_parsing"),
        "not-a-number",
        (
            {"type_is_not": ["int", "float", "str"]},
            {"type_is": "str", "matches": numerals.otherwise(numerals.NUMBER)},
        ),
    ),
    "bool": (
        ("bool_type", "bool_parsing"),
        "not-a-boolean",
        (
            {"type_is_not": "str", "not_in": [False, True]},
            {"type_is": "str", "matches": numerals.otherwise(numerals.BOOLEAN)},
        ),
    ),
}


def instance(shape: Shape, field: str) -> Iterator[Refusal]:
    kind = str(shape["type"])
    names = [] if kind == "is-instance" or shape.get("strict") else ["dict"]
    last = str(shape.get("class", "")).rpartition(".")[2]
    if last[:1].isupper() or last == "dtype":
        names.append("dtype" if last == "dtype" else str(shape["class"]))
    if names:
        error = {"is-instance": "is_instance_of"}.get(kind, f"{kind}_type")
        holds = {field: {"type_is": names if len(names) > 1 else names[0]}}
        yield Refusal((error,), f"not-of-type-{last}", holds, of_type=True)
    if "keys" in shape and "dict" in names:
        unknown: Plain = {"keys": {"any_item": {"type_is": "str", "not_in": list(shape["keys"])}}}
        guard: Plain = {field: {"type_is": "dict"}}
        types = ("unexpected_keyword_argument", "extra_forbidden")
        strings: Plain = {field: {"keys": {"each": {"type_is": "str"}}}}
        yield Refusal(("invalid_key",), "key-not-a-string", strings, (guard,), of_item=True)
        yield Refusal(types, "key-unknown", {"not": {field: unknown}}, (guard,), of_item=True)
