"""The value that a program's parser makes of the text of an option."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kKmMgGtT])")
_UNIT = re.compile(r"\b\d+(?:\.\d+)?[kKmMgGtT]\b")
_UNITS = {**{unit: 1000**i for i, unit in enumerate("kmgt", 1)}, **{unit: 1024**i for i, unit in enumerate("KMGT", 1)}}

_KINDS = {"json_sized": "JSON", "json": "JSON", "json_or_str": "JSON", "size_or_auto": "size"}


class UnreadableError(ValueError):
    """A value that the program's own parser refuses."""


def read_value(about: Mapping[str, Any], text: str) -> Any:
    """The value of an option. ``about``: its entry in the table of options.

    Raises:
        UnreadableError: the program refuses the text.
    """
    kind = about["kind"]
    if about.get("none") and text in ("", "None"):
        return None
    try:
        if kind == "int":
            return int(text)
        if kind == "commas":
            return [int(one) if one.isdigit() else one for one in map(str.strip, text.split(","))]
        if kind == "float":
            return float(text)
        if kind == "json_sized":
            return _object("".join(_sized(text)))
        if kind == "json" or (kind == "json_or_str" and re.fullmatch(r"\s*\{.*\}\s*", text, re.DOTALL)):
            return json.loads(text)
        if kind in ("size", "size_or_auto"):
            return -1 if kind == "size_or_auto" and text.strip().lower() in ("auto", "-1") else read_size(text)
    except UnreadableError:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"invalid {_KINDS.get(kind, kind)} value: {text!r}") from error
    return text


def _sized(text: str) -> Iterator[str]:
    """JSON in which numbers may have units: outside of its strings they are written out."""
    for part in re.split(r'("(?:[^"\\]|\\.)*")', text):
        yield part if part.startswith('"') else _UNIT.sub(lambda found: str(read_size(found[0])), part)


def _object(text: str) -> Mapping[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise UnreadableError(f"wants an object, not {text}")
    return value


def read_key_value(text: str) -> Any:
    """The value that is given to a key inside an option: JSON where it is some, a size, else the text."""
    for read in (json.loads, read_size):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def read_size(text: str) -> int:
    """A whole number, or one with a unit: ``25.6k`` is 25,600, ``1K`` is 1,024.

    Raises:
        ValueError: it is neither.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return int(text)
    number, unit = found.groups()
    return int(float(number) * _UNITS[unit]) if unit.islower() else int(number) * _UNITS[unit]
