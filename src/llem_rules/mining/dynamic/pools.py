"""Which values are tried for a field: its default and what lies around it, constants of the source, one of each type."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from llem_rules.mining.dynamic.hints import Hints
from llem_rules.rules.values import decode

STRANGE = "zq-probe"  # a string that no library knows
_VARIANTS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 3, 4, 5, 7, 8, 16, 100, 1_000_000, -1_000_000),
    *(0.0, 0.5, 1.0, -1.0, -0.5, 1.5, 2.5, 1e6, -1e6, math.inf, -math.inf, math.nan),
    *("", STRANGE, "1", [], [1], ["a"], [1, 2], ["a", "b"], {}, {"a": 1}),
)
_QUOTED = re.compile(r"'([^'\n]{1,40})'|\"([^\"\n]{1,40})\"|`([^`\n]{1,40})`")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w])")
Value = Any


def distinct(values: Iterable[Value]) -> list[Value]:
    """Each value once, by type too."""
    return list({f"{type(value).__name__} {value!r}": value for value in values}.values())


def is_plain(value: Value) -> bool:
    """Whether a value can be written in kwargs as it is."""
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and not key.startswith("$") and is_plain(one) for key, one in value.items())
    return value is None or isinstance(value, bool | int | float | str)


def around(value: Value) -> list[Value]:
    """A value and its nearest neighbours in its own type."""
    if isinstance(value, bool) or value is None:
        return [value]
    if isinstance(value, int) and abs(value) < 2**60:
        return [value, value - 1, value + 1]
    if isinstance(value, float) and math.isfinite(value):
        return [value, math.nextafter(value, -math.inf), math.nextafter(value, math.inf)]
    if isinstance(value, str):
        return [value, *_altered(value)]
    return [value]


def _altered(text: str) -> list[str]:
    """Strings that are nearly the same: a pattern accepts some of them, a list of names none."""
    found = [text + "x", text + "1", "a" + text, text.upper(), text.title(), text.swapcase(), text[:-1]]
    digits = re.sub(r"\d", lambda match: str((int(match[0]) + 1) % 10), text)
    return [one for one in [*found, digits] if one != text]


class Pools:
    """The values of each field; grows with what messages quote."""

    def __init__(self, fields: Mapping[str, Any], hints: Hints) -> None:
        self._values = {
            name: distinct(
                [*self._first(default, hints.constants.get(name, ())), *filter(is_plain, hints.usual.get(name, ()))]
            )
            for name, default in fields.items()
        }
        self.constants: dict[str, list[Value]] = {
            name: distinct([*filter(is_plain, [default]), *hints.constants.get(name, ())])
            for name, default in fields.items()
        }

    @staticmethod
    def _first(default: Any, constants: Iterable[Value]) -> list[Value]:
        known = [value for value in (default, *constants) if is_plain(value)]
        near = [one for value in known for one in _related(value)]
        return distinct([*near, *_VARIANTS])

    def of(self, name: str) -> list[Value]:
        """Every value that is tried for a field."""
        return self._values[name]

    def learn(self, name: str, texts: Iterable[str]) -> list[Value]:
        """Take what messages quote and the numbers in them for values of the field; the ones that are new."""
        found: list[Value] = []
        for text in texts:
            found += [one for groups in _QUOTED.findall(text) for one in groups if one]
            found += [float(one) if re.search(r"[.eE]", one) else int(one) for one in _NUMBER.findall(text)[:8]]
        found = [one for one in found if one not in self._values]
        old = self._values[name]
        related = [
            one for value in distinct(found)[:40] for one in ([value] if isinstance(value, str) else around(value))
        ]
        self.constants[name] = distinct([*self.constants[name], *found])[:60]
        self._values[name] = distinct([*old, *related])[:120]
        return self._values[name][len(old) :]


def _related(value: Value) -> list[Value]:
    found = [value] if isinstance(value, str) else around(value)
    if isinstance(value, int) and not isinstance(value, bool):
        found += [2 * value, 3 * value, float(value), *around(float(value))[1:]]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        found += around(int(value))
    if isinstance(value, list) and value:
        found += [value[:1], [*value, value[-1]]]
    return found


def same(left: Value, right: Value) -> bool:
    """Whether two encoded values are the same, types included."""
    return f"{type(left).__name__} {decode(left)!r}" == f"{type(right).__name__} {decode(right)!r}"
