"""What pydantic makes of a value before a class's own code sees it.

In lax mode ``"off"`` becomes False for a field of type bool, and ``"7"`` becomes 7 for one of type int. The source tests what
the value became; a rule tests what was given (see ``spelled``). Facts: ``rules/numerals.py``, held against the live
validators by the lift.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from llem_rules.mining.lift.branches import branches_of
from llem_rules.rules import numerals

_SPELLED = {"bool": numerals.BOOLEAN, "int": numerals.INTEGER, "float": numerals.NUMBER}


@dataclass(frozen=True)
class Coercion:
    """``kind``: the one type that a field's value has once the class holds it, None where there are several. ``none``: or None.

    ``spelled``: whether strings are spoken of. ``unset``: of a path into a field, what a mapping without the key gets there.
    """

    kind: Literal["bool", "int", "float"] | None
    none: bool
    spelled: bool = True
    unset: tuple[Any, ...] = ()


def coercions(
    declared: Mapping[str, Any], held: Callable[[str], Mapping[str, Any] | None] = lambda _: None
) -> dict[str, Coercion]:
    """The fields that are read so, of what a class declares (see ``inside/lifting.py``): lax, and of one type.

    Code that runs before the type may read more: then the live validator has accepted a value of the grid that the type
    does not. ``held``: what a class declares that a field holds; a mapping becomes an object of it.
    """
    found = _read(declared)
    for about in declared["fields"]:
        leaves = branches_of(about["shape"]).leaves
        inner = held(str(leaves[0]["class"])) if len(leaves) == 1 and "class" in leaves[0] else None
        for part in () if inner is None else inner["fields"]:
            name = str(part["given_as"])
            if inner is not None and name in inner["defaults"]:
                none = any(one["value"] is None and one.get("errors") == [] for one in part["tried"])
                own = _read(inner).get(name, Coercion(None, none))
                found[f"{about['given_as']}.{name}"] = replace(own, unset=(inner["defaults"][name],))
    return found


def _read(declared: Mapping[str, Any]) -> dict[str, Coercion]:
    found: dict[str, Coercion] = {}
    for about in declared["fields"]:
        branches = branches_of(about["shape"])
        tried = about["tried"]
        if len(branches.leaves) != 1 or not tried:
            continue
        [leaf] = branches.leaves
        accepted = [one["value"] for one in tried if one.get("errors") == []]
        none = None in accepted or declared["defaults"].get(about["given_as"]) is None
        reads = leaf["type"] in _SPELLED and all(_reads(leaf["type"], value) for value in accepted if value is not None)
        if reads and not leaf.get("strict"):
            found[str(about["given_as"])] = Coercion(leaf["type"], none)
    return found


def _reads(kind: str, value: Any) -> bool:
    if isinstance(value, str):
        return re.search(_SPELLED[kind], value) is not None
    return isinstance(value, int | float) and (kind == "float" or float(value).is_integer())
