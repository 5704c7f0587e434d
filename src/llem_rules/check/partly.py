"""A config of which only some fields are known: what a rule says of it, it says whatever the others hold."""

from __future__ import annotations

from typing import Any

from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.expressions import UNKNOWN


class PartlyKnown:
    """A config of which some fields are unknown. The others are given, or hold their defaults."""

    __slots__ = ("_inner", "_unknown", "sections", "surroundings")

    def __init__(self, known: Config, unknown: frozenset[str], surroundings: Surroundings = NOWHERE) -> None:
        self._inner = known
        self._unknown = unknown
        self.surroundings = surroundings
        self.sections = None

    def value(self, path: str) -> Any:
        """The value of a path, UNKNOWN of one into an unknown field."""
        return UNKNOWN if path.partition(".")[0] in self._unknown else self._inner.value(path)

    def present(self, path: str) -> bool | None:
        """Whether a path is given; None of one into an unknown field."""
        return None if path.partition(".")[0] in self._unknown else self._inner.present(path)

    def stands(self, path: str) -> bool | None:
        """Whether a path is given at all; None of one into an unknown field."""
        return None if path.partition(".")[0] in self._unknown else self._inner.stands(path)

    def section(self, _native_type: str, _path: str) -> Any:
        """Other sections are unknown."""
        return UNKNOWN
