"""What a field's JSON Schema accepts, as a list of alternatives, and which of them another list covers.

An alternative is ``{"const": value}``, or one type with its constraints. Understood are types, choices, bounds, items and
``$ref``; of anything else it is only known whether it is the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from llem_rules.rules.values import decode, equal

Alternative = Mapping[str, Any]
_SAYS_NOTHING = frozenset({"title", "description", "default", "deprecated", "examples", "$comment", "readOnly"})
_LOW = {"minimum": False, "exclusiveMinimum": True}
_HIGH = {"maximum": False, "exclusiveMaximum": True}
_SIZES = {"minLength": 1, "minItems": 1, "minProperties": 1, "maxLength": -1, "maxItems": -1, "maxProperties": -1}
_UNDERSTOOD = frozenset({"type", "const", "$ref", "items", *_LOW, *_HIGH, *_SIZES})


def alternatives(about: Mapping[str, Any]) -> tuple[Alternative, ...] | None:
    """What a field accepts, in one order; None where the schema does not say."""
    rest = {key: one for key, one in about.items() if key not in _SAYS_NOTHING and not key.startswith("x-")}
    for word in ("anyOf", "oneOf"):
        if word in rest:
            inner = [alternatives({**{k: v for k, v in rest.items() if k != word}, **one}) for one in rest[word]]
            known = [one for some in inner if some is not None for one in some]
            return None if None in inner else _sorted(known)
    if "enum" in rest:
        return _sorted([{"const": value} for value in rest["enum"]])
    if "const" in rest:
        return ({"const": rest["const"]},)
    kinds = rest.get("type")
    if kinds is None:
        return (rest,) if rest else None
    if isinstance(kinds, str):
        return (rest,)
    return _sorted([_of_type(rest, kind) for kind in kinds])


def _of_type(about: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The constraints that speak of a type."""
    sizes = {"string": "Length", "array": "Items", "object": "Properties"}
    found = {}
    for key, one in about.items():
        if key in {*_LOW, *_HIGH, "multipleOf"} and kind not in {"number", "integer"}:
            continue
        if key in _SIZES and not key.endswith(sizes.get(kind, "-")):
            continue
        if key == "items" and kind != "array":
            continue
        found[key] = one
    return {**found, "type": kind}


def _sorted(found: Sequence[Alternative]) -> tuple[Alternative, ...]:
    by_text = {json.dumps(one, sort_keys=True, default=repr): one for one in found}
    return tuple(by_text[text] for text in sorted(by_text))


def not_covered(these: Sequence[Alternative], those: Sequence[Alternative]) -> list[Alternative]:
    """Which of these hold values that none of those holds."""
    return [one for one in these if not any(_covers(other, one) for other in those)]


def sure(these: Sequence[Alternative], those: Sequence[Alternative]) -> bool:
    """Whether all that stands in either list is understood, or stands in the other word for word."""
    return all(
        set(one) <= _UNDERSTOOD or one in others for own, others in ((these, those), (those, these)) for one in own
    )


def _covers(wide: Alternative, narrow: Alternative) -> bool:
    if wide == narrow:
        return True
    if "const" in narrow:
        value = narrow["const"]
        return equal(decode(wide["const"]), decode(value)) if "const" in wide else _holds(wide, value)
    if "const" in wide:
        return False
    kinds = (wide.get("type"), narrow.get("type"))
    if kinds[0] is not None and kinds[0] != kinds[1] and kinds != ("number", "integer"):
        return False
    others = {key for key in wide if key not in _UNDERSTOOD or key == "$ref"}
    if any(wide[key] != narrow.get(key) for key in others):
        return False
    return _bounds_cover(wide, narrow) and _items_cover(wide, narrow)


def _items_cover(wide: Alternative, narrow: Alternative) -> bool:
    if "items" not in wide or wide.get("items") == narrow.get("items"):
        return True
    if not isinstance(wide["items"], Mapping) or not isinstance(narrow.get("items"), Mapping):
        return False
    own, other = alternatives(wide["items"]), alternatives(narrow["items"])
    return own is None or (other is not None and not not_covered(other, own))


def _bounds_cover(wide: Alternative, narrow: Alternative) -> bool:
    sizes = all(key in narrow and (narrow[key] - wide[key]) * sign >= 0 for key, sign in _SIZES.items() if key in wide)
    return sizes and _low(wide) <= _low(narrow) and _high(wide) <= _high(narrow)


def _low(about: Alternative) -> tuple[float, bool]:
    return max(((about[key], beyond) for key, beyond in _LOW.items() if key in about), default=(-math.inf, False))


def _high(about: Alternative) -> tuple[float, bool]:
    """The upper bound, mirrored: what is less covers more."""
    return max(((-about[key], beyond) for key, beyond in _HIGH.items() if key in about), default=(-math.inf, False))


def _holds(wide: Alternative, value: Any) -> bool:
    """Whether one value lies in a type with its constraints."""
    import jsonschema

    plain = {key: one for key, one in wide.items() if key in _UNDERSTOOD and key != "$ref"}
    return set(wide) <= _UNDERSTOOD and "$ref" not in wide and jsonschema.Draft202012Validator(plain).is_valid(value)
