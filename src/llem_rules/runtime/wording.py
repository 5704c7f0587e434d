"""Requirements that a message says in words: an interval, a bound, a type. They propose conditions; only the runs decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_N = r"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
_INTERVAL = re.compile(rf"([\[(\]])\s*{_N}\s*,\s*{_N}\s*([\])\[])")
_BOUNDS = (
    (
        re.compile(rf"(?:at least|>=|not (?:be )?(?:less|smaller|lower) than|greater than or equal to)\s*{_N}", re.I),
        ">=",
    ),
    (re.compile(rf"(?:at most|<=|not (?:be )?(?:more|greater|larger) than|less than or equal to)\s*{_N}", re.I), "<="),
    (re.compile(rf"(?:greater|larger|more|higher) than\s*{_N}|(?<![<>=-])>\s*{_N}", re.I), ">"),
    (re.compile(rf"(?:less|smaller|fewer|lower) than\s*{_N}|(?<![<>=])<\s*{_N}", re.I), "<"),
)
_SIGNS = ((re.compile(r"non-?\s?negative", re.I), ">="), (re.compile(r"(?<!non-)\bpositive", re.I), ">"))
_TYPES = (
    (re.compile(r"\bint(?:eger)?s?\b", re.I), "int"),
    (re.compile(r"\bfloats?\b", re.I), "float"),
    (re.compile(r"\bstr(?:ing)?s?\b", re.I), "str"),
    (re.compile(r"\bbool(?:ean)?s?\b", re.I), "bool"),
    (re.compile(r"\blists?\b", re.I), "list"),
    (re.compile(r"\bdict(?:ionary|ionaries)?s?\b", re.I), "dict"),
)
_SIZES = (
    (
        re.compile(
            r"(?:at least|no fewer than|no less than)\s*(\d+)\s*(?:items?|elements?|entries|characters?)\b", re.I
        ),
        ">=",
    ),
    (re.compile(r"(?:at most|no more than)\s*(\d+)\s*(?:items?|elements?|entries|characters?)\b", re.I), "<="),
)
# A set of values: listed in brackets, or in words ("either 'a' or 'b'", "2, 3, or 4"), or the only one there is.
_ITEM = r"(?:'[^']*'|\"[^\"]*\"|`[^`]*`|(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w))"
_LISTED = re.compile(rf"[\[{{(]\s*({_ITEM}(?:\s*,\s*{_ITEM})+)\s*,?\s*[\])}}]")
_TOLD = re.compile(rf"({_ITEM}(?:\s*,\s*{_ITEM})*\s*,?\s*(?:or|and)\s*{_ITEM})")
_ONLY = re.compile(
    rf"\b(?:only|must|should|has to|have to)\b[^.;:]*?(?:(?<![<>!=])==?|\bbe|\bis)\s*({_ITEM})(?!\s*(?:,|or\b|and\b))",
    re.I,
)
# What follows says how it is, not how it should be.
_FOUND = re.compile(r"\b(?:but (?:is|got|found|was)|got|found|is of type|instead|received)\b", re.I)


def requirements(texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Conditions (operators of one field) that messages of one effect all ask for."""
    asked = [_wanted(text) for text in texts]
    common = [one for one in asked[0] if all(one in other for other in asked[1:])] if asked else []
    yield from common
    kinds = [one["type_is"] for one in common if "type_is" in one and isinstance(one["type_is"], str)]
    bounds = [one for one in common if not {"type_is", "in", "length"} & one.keys()]
    for kind in kinds:
        for bound in bounds:
            yield {"type_is": kind, **bound}


def _wanted(text: str) -> list[dict[str, Any]]:
    said = _FOUND.split(text, maxsplit=1)[0]
    found: list[dict[str, Any]] = []
    for opens, low, high, closes in _INTERVAL.findall(said):
        found.append({">=" if opens == "[" else ">": _number(low), "<=" if closes == "]" else "<": _number(high)})
    for pattern, operator in _BOUNDS:
        found += [{operator: _number(next(one for one in match.groups() if one))} for match in pattern.finditer(said)]
    found += [{operator: 0} for pattern, operator in _SIGNS if pattern.search(said)]
    found += [{"length": {operator: int(size)}} for pattern, operator in _SIZES for size in pattern.findall(said)]
    found += [{"in": values} for values in _sets(said)]
    found += [{"type_is": name} for pattern, name in _TYPES if pattern.search(said)]
    return list({repr(one): one for one in found}.values())


def _sets(said: str) -> Iterator[list[Any]]:
    """Values that are said to be the only ones. Two bare numbers in brackets are an interval."""
    for pattern in (_LISTED, _TOLD, _ONLY):
        for match in pattern.finditer(said):
            values = [_value(item) for item in re.findall(_ITEM, match[1])]
            numbers = sum(not isinstance(one, str) for one in values)
            if numbers in (0, len(values)) and not (pattern is _LISTED and numbers == 2 and match[0][0] != "{"):
                yield values


def _value(item: str) -> Any:
    return item[1:-1] if item[0] in "'\"`" else _number(item)


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value == int(value) and not re.search(r"[.eE]", text) else value
