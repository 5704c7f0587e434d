"""What a declared type refuses, in the predicate language: for each of its errors, a guard and a requirement.

Facts: pydantic 2.14 in lax and strict mode. Its order of checks (a value shows the first that fails): type, finite,
multiple, upper bounds, lower bounds; lengths, then the pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from llem_rules.mining.lift.containers import container, instance
from llem_rules.mining.lift.parts import Plain, Refusal, Shape
from llem_rules.mining.lift.scalars import boolean, integer, members, number, string

_MAKERS: dict[str, Callable[[Shape, str], Iterator[Refusal]]] = {
    "int": integer,
    "float": number,
    "bool": boolean,
    "str": string,
    "literal": members,
    "enum": members,
    **dict.fromkeys(("list", "set", "frozenset", "tuple", "dict"), container),
    **dict.fromkeys(("dataclass", "model", "is-instance"), instance),
}


def refusals(shape: Shape, field: str) -> list[Refusal] | None:
    """All errors of a leaf type, in the order of its checks; None where the type cannot be said."""
    make = _MAKERS.get(str(shape["type"]))
    found = None if make is None else list(make(shape, field))
    if found is None:
        return None
    earlier: list[Plain] = []
    ordered = []
    numbers_only = False
    for one in found:
        numbers_only = numbers_only or one.numbers_only
        ordered.append(replace(one, given=(*one.given, *earlier), numbers_only=numbers_only))
        if not (one.of_type or one.of_item):  # that the type fits is in each guard already
            earlier.append(one.require)
    return ordered
