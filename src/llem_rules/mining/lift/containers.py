"""Lists, sets, mappings and objects: what pydantic refuses of them, and of the items in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from llem_rules.mining.lift.parts import FINITE, Plain, Refusal, Shape, any_of, lengths, literal
from llem_rules.rules import numerals

_SEQUENCES = ["list", "tuple", "set"]


def container(shape: Shape, field: str) -> Iterator[Refusal]:
    kind = str(shape["type"])
    lax = [kind] if shape.get("strict") or kind == "dict" else _SEQUENCES
    holds: Plain = {field: {"type_is": lax[0] if len(lax) == 1 else lax}}
    words = {"dict": "a-mapping"}.get(kind, f"a-{kind}")
    inner = list(_inside(shape))
    same = [one for one in inner if one.types == (f"{kind}_type",)]
    whole = holds if not same else {"all_of": [holds, _none_of(field, same[0].tests)]}
    yield Refusal((f"{kind}_type",), f"not-{words}", whole, of_type=True)
    for one in inner:
        if one not in same:
            given = (holds,) if one.among is None else (holds, {field: one.among})
            yield Refusal(one.types, f"item-{one.words}", one.require(field), given, of_item=True)
    yield from lengths(shape, field, holds, ("too_short", "too_long"))


@dataclass(frozen=True)
class _Wrong:
    """What is wrong of something in a container. ``tests``: true of a container where one of its parts is wrong so."""

    types: tuple[str, ...]
    words: str
    tests: tuple[Plain, ...]
    plain: Plain | None = None  # said of all parts, where that is the shorter way
    among: Plain | None = None  # what all parts are beside; of others nothing is said

    def require(self, field: str) -> Plain:
        return {field: self.plain} if self.plain is not None else _none_of(field, self.tests)


def _none_of(field: str, tests: Iterable[Plain]) -> Plain:
    return {"not": any_of(*({field: one} for one in tests))}


def _inside(shape: Shape) -> Iterator[_Wrong]:
    """What may be wrong of the parts of a container, of each kind of error once."""
    found: dict[tuple[str, ...], _Wrong] = {}
    for place, inner in _parts(shape):
        for one in _wrong(inner, place):
            known = found.get(one.types)
            found[one.types] = one if known is None else replace(known, tests=(*known.tests, *one.tests), plain=None)
    yield from found.values()


def _parts(shape: Shape) -> Iterator[tuple[str, Shape]]:
    """The schemas of a container's parts, by the word that speaks of all parts of that kind."""
    if shape["type"] == "dict":
        for place in ("keys", "values"):
            if isinstance(inner := shape.get(f"{place}_schema"), Mapping):
                yield place, inner
        return
    inner = shape.get("items_schema")
    if isinstance(inner, list):
        inner = inner[0] if len(inner) == 1 and shape["type"] == "tuple" and "variadic" in shape else None
    if isinstance(inner, Mapping):
        yield "", inner


def _wrong(schema: Shape, place: str) -> Iterator[_Wrong]:
    """What is wrong of one part. Of a part that may be of several types, or that code looks at first, nothing is known."""
    inner, nullable = _leaf(schema)
    if inner is None or inner.get("strict"):
        return
    none = ["none"] if nullable else []

    def some(*tests: Plain) -> tuple[Plain, ...]:
        one = tuple({"any_item": test} for test in tests)
        return tuple({place: test} for test in one) if place else one

    def each(test: Plain) -> Plain | None:
        return None if place else {"each": test}

    kind = str(inner["type"])
    match kind:
        case "literal":
            known = [*(literal(value) for value in inner["values"]), *([None] if nullable else [])]
            yield _Wrong(("literal_error",), "unknown", some({"not_in": known}), each({"in": known}))
        case "str":
            texts: Any = ["str", *none] if none else "str"
            yield _Wrong(("string_type",), "not-a-string", some({"type_is_not": texts}), each({"type_is": texts}))
        case "list" | "set" | "tuple" | "dict":
            lax = ["dict"] if kind == "dict" else _SEQUENCES
            named = {"dict": "a-mapping"}.get(kind, f"a-{kind}")
            yield _Wrong((f"{kind}_type",), f"not-{named}", some({"type_is_not": [*lax, *none]}))
            for one in _inside(inner):
                yield replace(one, tests=some(*({"type_is": lax, **test} for test in one.tests)), plain=None)
        case _ if kind in _WRONG_ITEMS:
            types, words, kinds = _WRONG_ITEMS[kind]
            yield _Wrong(types, words, some(*(_or_none(one) if nullable else one for one in kinds)))
            if (kind == "int" or inner.get("allow_inf_nan") is False) and not place:
                # Of NaN nothing is true but that it is not within bounds: that is asked of all items together.
                numbers: Plain = {"each": {"type_is": ["int", "float"]}}
                yield _Wrong(("finite_number",), "not-finite", (), {"each": FINITE}, numbers)


def _or_none(test: Plain) -> Plain:
    """The same test, which None passes."""
    return {**test, "type_is_not": [*_listed(test.get("type_is_not", ())), "none"]} if "type_is" not in test else test


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _leaf(schema: Shape) -> tuple[Shape | None, bool]:
    """The one type of a part, and whether it may be None."""
    nullable = False
    while schema["type"] in ("nullable", "default", "lax-or-strict", "json-or-python"):
        nullable = nullable or schema["type"] == "nullable"
        inner = next((schema[key] for key in ("lax_schema", "python_schema", "schema") if key in schema), None)
        if not isinstance(inner, Mapping):
            return None, nullable
        schema = inner
    return schema, nullable


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
