"""Atoms: the single conditions that a predicate may be made of, read off where labels change along one field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd, isnan
from typing import Any

from llem_rules.mining.dynamic.axes import Axis, Labelled, axes, changes, numbers, type_name
from llem_rules.mining.dynamic.crossing import crossings
from llem_rules.mining.dynamic.oracle import key_of
from llem_rules.rules.values import equal

_SCALARS = (bool, int, float, str)
_EMPTY: list[Any] = [None, False, "", [], {}]
_WIDEST = 32  # members of a set


@dataclass(frozen=True)
class Atom:
    """A condition as written, and its length in the order of simplicity."""

    plain: Mapping[str, Any]
    cost: float


def atoms_for(data: Sequence[Labelled], fields: Sequence[str], constants: Mapping[str, Sequence[Any]]) -> list[Atom]:
    """Every atom that some axis suggests, the cheapest spelling of each."""
    found: dict[str, Atom] = {}

    def add(plain: Mapping[str, Any], cost: float) -> None:
        key = key_of(plain)
        if key not in found or found[key].cost > cost:
            found[key] = Atom(plain, cost)

    for field in fields:
        others = [name for name in fields if name != field]
        known = constants.get(field, ())
        edges: dict[float, None] = {}
        add({field: {"present": True}}, 1.1)
        add({field: {"absent": True}}, 1.1)
        add({field: {"in": _EMPTY}}, 3.5)
        add({field: {"not_in": _EMPTY}}, 3.5)
        for axis in axes(data, field):
            for op, value in [*_thresholds(axis), *_multiples(axis), *_equalities(axis)]:
                add({field: {op: value}}, 1.6 + 0.1 * (op == "!=") + _weight(value, known))
                if op in {"<", "<=", ">", ">="}:
                    edges[value] = None
            for op, text, cost in crossings(axis.points, axis.context.config, others):
                add({field: {op: text}}, cost)
            for atom, cost in (*_types(axis), *_sets(axis), *_in_lower_case(axis), *_lengths(axis)):
                add({field: atom}, cost)
            for flag in (False, True):
                exactly = {field: {"==": flag, "type_is": "bool"}}
                add(exactly, 2.5)
                add({"not": exactly}, 3.0)
            if any(isinstance(value, float) and isnan(value) for value, _ in axis.points):
                add({field: {"!=": f"@{field}"}}, 6.0)
        for plain, cost in _outside(field, sorted(edges), known):
            add(plain, cost)
    return list(found.values())


def _weight(value: Any, known: Sequence[Any]) -> float:
    """Longer constants cost more; those that the source has cost less."""
    return 0.04 * len(repr(value)) - (0.2 if any(equal(value, one) for one in known) else 0.0)


def _thresholds(axis: Axis) -> Iterator[tuple[str, Any]]:
    for kind in (int, float):
        for low, high, below in changes(numbers(axis.points, kind)):
            yield from (("<=", low), ("<", high)) if below else ((">", low), (">=", high))


def _multiples(axis: Axis) -> Iterator[tuple[str, int]]:
    for label, op in ((False, "not_multiple_of"), (True, "multiple_of")):
        step = gcd(*[value for value in axis.values(label) if type(value) is int])
        if step > 1:
            yield op, step


def _equalities(axis: Axis) -> Iterator[tuple[str, Any]]:
    for label, op in ((True, "=="), (False, "!=")):
        few = [value for value in axis.values(label) if value is None or isinstance(value, (*_SCALARS, list))]
        few = [value for value in few if value == value]  # noqa: PLR0124
        if len(few) <= 4:
            yield from ((op, value) for value in few)


def _outside(field: str, edges: Sequence[float], known: Sequence[Any]) -> Iterator[tuple[Mapping[str, Any], float]]:
    """Requirements: what is not inside fires, NaN too."""
    edges = sorted(sorted(edges, key=lambda edge: _weight(edge, known))[:6])
    number = {field: {"type_is": ["int", "float"]}}
    for edge in edges:
        for op in (">", ">=", "<", "<="):
            outside = {"not": {field: {op: edge}}}
            yield outside, 3.2 + _weight(edge, known)
            yield {**number, **outside}, 3.0 + _weight(edge, known)
    for low, high in ((a, b) for a in edges for b in edges if a < b):
        for lower in (">", ">="):
            for upper in ("<", "<="):
                cost = 2.9 + _weight(low, known) + _weight(high, known)
                outside = {"not": {field: {lower: low, upper: high}}}
                yield outside, cost + 0.2
                yield {**number, **outside}, cost


def _types(axis: Axis) -> Iterator[tuple[Mapping[str, Any], float]]:
    known = ("none", "bool", "int", "float", "str", "list", "tuple", "dict", "set")
    hits = {type_name(value) for value in axis.values(True)} & set(known)
    misses = {type_name(value) for value in axis.values(False)} & set(known)
    for op, names, other in (("type_is", hits, misses), ("type_is_not", misses, hits)):
        for chosen in (
            names,
            names - other,
            names | {"none"},
            names - {"none"},
            {"int", "float"},
            names & {"int", "float"},
        ):
            listed = [name for name in known if name in chosen and not (name == "bool" and "int" in chosen)]
            if listed:
                cost = 1.5 + 0.4 * len(listed) + (0.3 if op == "type_is" and len(listed) > 2 else 0.0)
                yield {op: listed if len(listed) > 1 else listed[0]}, cost


def _sets(axis: Axis) -> Iterator[tuple[Mapping[str, Any], float]]:
    for label, op in ((True, "in"), (False, "not_in")):
        scalars = _distinct(value for value in axis.values(label) if value is None or isinstance(value, _SCALARS))
        texts = [value for value in scalars if isinstance(value, str)]
        named = [value for value in scalars if value is None or isinstance(value, str | bool)]
        for members in (scalars, texts, named, [value for value in scalars if value is not None]):
            if 1 < len(members) <= _WIDEST:
                yield {op: members}, 2.0 + 0.35 * len(members)


def _in_lower_case(axis: Axis) -> Iterator[tuple[Mapping[str, Any], float]]:
    """Sets of texts whose spelling in capitals makes no difference."""
    labels: dict[str, set[bool]] = {}
    spelt: dict[str, set[str]] = {}
    for value, label in axis.points:
        if type(value) is str:
            labels.setdefault(value.lower(), set()).add(label)
            spelt.setdefault(value.lower(), set()).add(value)
    if any(len(both) > 1 for both in labels.values()):
        return
    for label, op in ((True, "in"), (False, "not_in")):
        members = sorted(text for text, both in labels.items() if both == {label})
        if 0 < len(members) <= _WIDEST and any(len(spelt[text]) > 1 for text in members):
            yield {"lower": {op: members}}, 2.3 + 0.35 * len(members)


def _distinct(values: Iterable[Any]) -> list[Any]:
    """Each value once as ``==`` has it. 1 stands for True where other numbers are there, or nothing else is."""
    listed = [value for value in values if value == value]  # noqa: PLR0124
    whole = any(type(value) in (int, float) and value not in (0, 1) for value in listed)
    flags = not whole and any(isinstance(value, str) or value is False for value in listed)
    order = {"none": 0, "bool": 1 if flags else 4, "int": 2, "float": 3, "str": 5}
    kept: list[Any] = []
    for value in sorted(listed, key=lambda one: order[type_name(one)]):
        if not any(equal(value, own) for own in kept):
            kept.append(value)
    return sorted(kept, key=lambda one: (order[type_name(one)], one if one is not None else 0))


def _lengths(axis: Axis) -> Iterator[tuple[Mapping[str, Any], float]]:
    for kind in (str, list, dict):
        sized = sorted({(len(value), label) for value, label in axis.points if type(value) is kind})
        for low, high, below in changes(sized):
            for op, size in (("<=", low), ("<", high)) if below else ((">", low), (">=", high)):
                yield {"length": {op: size}}, 3.0 + 0.05 * size
