"""Message templates: ``{field}`` is a value as the library prints it, ``{*}`` any text, ``{{`` and ``}}`` braces."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_PLACEHOLDER = re.compile(r"\*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


@dataclass(frozen=True)
class Template:
    """A parsed message template: texts and placeholders in turn."""

    parts: tuple[tuple[str, bool], ...]

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Field paths that the template prints, without the wildcards."""
        return tuple(dict.fromkeys(text for text, is_field in self.parts if is_field and text != "*"))

    def pattern(self, value_of: Callable[[str], Any]) -> re.Pattern[str]:
        """A pattern that finds the message of a config; ``value_of`` maps a field path to its value."""
        pieces = [self._piece(text, value_of) if is_field else _loose(text) for text, is_field in self.parts]
        return re.compile("".join(pieces), re.DOTALL)

    def may_be(self, text: str) -> bool:
        """Whether the longest word of the template's own texts is in a message: without it, no pattern finds it."""
        return self._longest in text

    @cached_property
    def _longest(self) -> str:
        words = [word for own, is_field in self.parts if not is_field for word in own.split()]
        return max(words, key=len, default="")

    @staticmethod
    def _piece(name: str, value_of: Callable[[str], Any]) -> str:
        if name == "*":
            return ".*?"
        value = value_of(name)
        if value is not None and not isinstance(value, str | int | float | bool):
            return ".*?"  # containers and objects print as the library likes
        try:
            printed = (str(value), repr(value))
        except Exception:  # noqa: BLE001 - foreign classes, and whole numbers of thousands of digits
            return ".*?"
        return "(?:" + "|".join(dict.fromkeys(map(_loose, printed))) + ")"


@lru_cache(maxsize=4096)
def _loose(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in re.split(r"\s+", text))


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Template:
    """Parse a template.

    Raises:
        ValueError: a brace without its partner, or a placeholder that is no field path.
    """
    parts: list[tuple[str, bool]] = []
    position = 0
    for match in _TOKEN.finditer(text):
        parts.append((text[position : match.start()], False))
        position = match.end()
        if match[0] in ("{{", "}}"):
            parts.append((match[0][0], False))
        elif match[1] is None:
            raise ValueError(f"a single {match[0]!r} in the message: write {match[0] * 2!r} for the character itself")
        elif not _PLACEHOLDER.fullmatch(match[1]):
            raise ValueError(f"{match[0]!r} is not a field: write {{field}}, or {{*}} for any text")
        else:
            parts.append((match[1], True))
    parts.append((text[position:], False))
    return Template(tuple(part for part in parts if part[0]))
