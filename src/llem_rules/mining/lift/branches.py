"""From a field's shape to the leaf types that it may be, through defaults, ``Optional``, unions and custom code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from llem_rules.mining.lift.parts import Refusal, any_of, together
from llem_rules.mining.lift.refusals import refusals
from llem_rules.rules import numerals

_AROUND = ("function-before", "function-wrap", "function-plain")
_THROUGH = ("default", "nullable", "lax-or-strict", "json-or-python", "definitions", "function-after", *_AROUND)
_SAID_FIRST = ("literal", "enum", "str", "bool", "list", "dict")


@dataclass
class Branches:
    """``leaves``: the types. ``nullable``: None is one. ``custom``: functions that run before or around the types."""

    leaves: list[Mapping[str, Any]] = field(default_factory=list)
    nullable: bool = False
    custom: list[str] = field(default_factory=list)


def branches_of(shape: Mapping[str, Any]) -> Branches:
    """Walk a shape down to its leaves."""
    found = Branches()
    _walk(shape, found)
    return found


def _walk(shape: Mapping[str, Any], found: Branches) -> None:
    kind = str(shape["type"])
    if kind in _AROUND:
        found.custom.append(str(shape.get("function")))
    found.nullable = found.nullable or kind in ("nullable", "none")
    inner = next((shape[key] for key in ("lax_schema", "python_schema", "schema") if key in shape), None)
    if kind in _THROUGH and inner is not None:
        _walk(inner, found)
    elif kind == "union":
        for choice in shape.get("choices", ()):
            _walk(choice, found)
    elif kind != "none":
        found.leaves.append(shape)


def refused(found: Branches, name: str) -> list[Refusal]:
    """All errors of a field. Where several types may be: that none of them fits, and each one's own bounds."""
    all_of_them = [(leaf, refusals(leaf, name) or []) for leaf in found.leaves]
    if len(all_of_them) == 1:
        own = all_of_them[0][1]
        return [*(_or_none(one, found, name) for one in own[:1]), *own[1:]]
    if any(leaf["type"] == "any" for leaf in found.leaves):
        return []
    return list(_of_union([one for one in all_of_them if one[1]], found, name))


def _or_none(one: Refusal, found: Branches, name: str) -> Refusal:
    if not (found.nullable and one.of_type):
        return one
    return replace(one, require=any_of(one.require, {name: {"type_is": "none"}}))


def variants(one: Refusal, found: Branches, name: str) -> Iterator[Refusal]:
    """The refusal as declared, and as it is behind custom code that is often met; the grid tells which it is."""
    yield one
    if not found.custom and not any(leaf["type"] == "enum" for leaf in found.leaves):
        return
    strings = [value for leaf in found.leaves for value in leaf.get("values", ()) if isinstance(value, str)]
    if one.of_type and strings:  # the code changes the case
        yield replace(one, require=any_of(one.require, {name: {"matches": numerals.any_case(strings)}}))
    for types in ("str", ["str", "list", "tuple"]):  # the code reads these itself
        yield replace(one, given=(*one.given, {name: {"type_is_not": types}}))


def _of_union(
    choices: Sequence[tuple[Mapping[str, Any], list[Refusal]]], found: Branches, name: str
) -> Iterator[Refusal]:
    accepted = [together([one.holds for one in own]) for _, own in choices]
    said = [
        (any(one.of_item for one in own), bool(one.given), _place(leaf), index, one)
        for index, (leaf, own) in enumerate(choices)
        for one in own[:1]
        if one.of_type
    ]
    if said:  # the one whose text stands in most of the answers
        *_, place, chosen = min(said, key=lambda one: one[:4])
        none = [{name: {"type_is": "none"}}] if found.nullable else []
        everything = [chosen.require if index == place else one for index, one in enumerate(accepted)]
        yield replace(chosen, name="not-of-its-types", require=any_of(*everything, *none))
    for index, (_, own) in enumerate(choices):
        others = [one for place, one in enumerate(accepted) if place != index]
        for one in own:
            if not (one.of_type or one.of_item):
                others_too = ({"not": any_of(*others)},) if others else ()
                yield replace(one, given=(*one.given, *others_too))


def _place(leaf: Mapping[str, Any]) -> int:
    kind = str(leaf["type"])
    return _SAID_FIRST.index(kind) if kind in _SAID_FIRST else len(_SAID_FIRST)
