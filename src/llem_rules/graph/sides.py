"""One side of a comparison: the rules and the discovered schema of one engine, as some commit or file has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from llem_rules.corpus.discovered import Discovered
from llem_rules.rules.evidence import Outcome
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.reading import Declared


@dataclass(frozen=True)
class Entry:
    """A rule with its verdict; None where the document holds no verdicts.

    ``seen_on``: of each platform that was asked, whether the effect was seen there; empty where only one was.
    """

    rule: RuleBase
    verdict: Outcome | None = None
    seen_on: Mapping[str, bool] = field(default_factory=dict)

    @property
    def in_force(self) -> bool:
        """Whether configs are judged by it: only what was confirmed counts, where that is known."""
        return self.verdict in {None, "confirmed"}


@dataclass(frozen=True)
class Side:
    """What one side holds. None for a concern: that side has no document of it.

    ``name`` is what a person calls the side: a git ref, a file, or the working tree. ``base_kwargs`` are the arguments that
    a native type cannot do without, by type; they count as defaults. ``single``: it is one file, so that what it lacks was
    not asked about.
    """

    name: str
    entries: tuple[Entry, ...] | None = None
    schema: Discovered | None = None
    version: str | None = None
    base_kwargs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    single: bool = False

    @property
    def unchecked(self) -> int:
        """Rules about which the last replay could say nothing."""
        return sum(entry.verdict == "unchecked" for entry in self.entries or ())

    @property
    def divergent(self) -> int:
        """Rules that the library was seen to contradict."""
        return sum(entry.verdict == "divergent" for entry in self.entries or ())

    def defaults(self, native_type: str) -> Mapping[str, Any]:
        """Decoded defaults of a native type; empty where they are not known."""
        if native_type not in self._defaults:
            known = self.schema.defaults(native_type) if self.schema is not None else Declared({})
            self._defaults[native_type] = known.beside(self.base_kwargs.get(native_type, {}))
        return self._defaults[native_type]

    @cached_property
    def _defaults(self) -> dict[str, Declared]:
        return {}

    @cached_property
    def by_type(self) -> dict[str, tuple[Entry, ...]]:
        """The rules of each native type."""
        grouped: dict[str, list[Entry]] = {}
        for entry in self.entries or ():
            grouped.setdefault(entry.rule.native_type, []).append(entry)
        return {name: tuple(group) for name, group in grouped.items()}
