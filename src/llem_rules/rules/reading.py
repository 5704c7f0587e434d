"""How a validated field reads a string: ``"off"`` is False for one that declares a truth, ``"7"`` is 7 for a whole number.

Rules speak of what the library makes of a value, so the evaluator reads strings as the field's own validator does. What a
validator cannot read stays a string. Facts: ``rules/numerals.py``, held against the live validators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from llem_rules.rules import numerals

Kind = Literal["bool", "int", "float"]
_SPELLED: Mapping[str, str] = {"bool": numerals.BOOLEAN, "int": numerals.INTEGER, "float": numerals.NUMBER}
_INNER = ("lax_schema", "python_schema", "schema")
_AROUND = (
    "default",
    "nullable",
    "lax-or-strict",
    "json-or-python",
    "definitions",
    "function-after",
    "function-before",
    "function-wrap",
)


class Declared(dict[str, Any]):
    """A native type's defaults by field, and how its fields read strings (``readings``, by field). Not to be changed."""

    def __init__(self, defaults: Mapping[str, Any], readings: Mapping[str, Kind] | None = None) -> None:
        super().__init__(defaults)
        self.readings: Mapping[str, Kind] = dict(readings or {})
        self._made: Declared | None = None

    def once(self, decoded: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Declared:
        """The same, decoded: a config is made from it for every point of every rule."""
        if self._made is None:
            self._made = Declared(decoded(self), self.readings)
            self._made._made = self._made
        return self._made

    def beside(self, more: Mapping[str, Any]) -> Declared:
        """The same with other defaults on top."""
        return Declared({**self, **more}, self.readings)


def readings_in(defaults: Mapping[str, Any] | None) -> Mapping[str, Kind]:
    """The readings that come with defaults; none where they are a plain mapping."""
    return defaults.readings if isinstance(defaults, Declared) else {}


def read_as(kind: Kind, text: str) -> bool | int | float | str:
    """What a field of this kind makes of a string; the string itself where it refuses it."""
    if re.search(_SPELLED[kind], text) is None:
        return text
    if kind == "bool":
        return text.lower() in numerals.TRUE
    plain = text.strip().replace("_", "")
    return float(plain) if kind == "float" else int(plain.partition(".")[0])


def readings_of(declared: Mapping[str, Any]) -> dict[str, Kind]:
    """The readings of a class, from what it declares (see ``inside/lifting.py``): fields of one type, in lax mode.

    Code around the type may read more: then the live validator has accepted a string of the grid that the type does not.
    """
    found: dict[str, Kind] = {}
    for about in declared["fields"]:
        leaf = _leaf(about["shape"])
        kind: Kind | None = next((one for one in ("bool", "int", "float") if leaf and leaf["type"] == one), None)
        texts = {one["value"]: one.get("errors") == [] for one in about["tried"] if isinstance(one["value"], str)}
        if kind is None or not texts or leaf is None or leaf.get("strict"):
            continue
        if all(accepted is False or re.search(_SPELLED[kind], text) for text, accepted in texts.items()):
            found[str(about["given_as"])] = kind
    return dict(sorted(found.items()))


def _leaf(shape: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The one type that a shape comes down to, beside None."""
    inner = next((shape[key] for key in _INNER if key in shape), None)
    if shape["type"] in _AROUND and inner is not None:
        return _leaf(inner)
    if shape["type"] == "union":
        leaves = [leaf for choice in shape.get("choices", ()) if (leaf := _leaf(choice)) and leaf["type"] != "none"]
        return leaves[0] if len(leaves) == 1 else None
    return shape
