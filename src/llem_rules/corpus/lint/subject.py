"""What a check is given: one rule with its place, and what is known about its native type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from llem_rules.corpus.documents import AnyRule, LocatedRule
from llem_rules.corpus.findings import Finding, Location
from llem_rules.corpus.lint.known import Known
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import Predicate
from llem_rules.rules.reason import always, never


@dataclass(frozen=True)
class Subject:
    """A rule under lint."""

    located: LocatedRule
    known: Known

    @property
    def rule(self) -> AnyRule:
        """The rule."""
        return self.located.rule

    @property
    def plain(self) -> dict[str, Any]:
        """The mapping that was written."""
        written: dict[str, Any] = self.located.document.data[self.located.index]
        return written

    @cached_property
    def parts(self) -> dict[str, Predicate]:
        """The predicates of the rule by key: ``match``, or ``given`` and ``require``."""
        return {part: parse_predicate(self.plain[part]) for part in self.rule.predicate_parts}

    def finding(self, code: str, location: Location, message: str, **more: Any) -> Finding:
        """A finding about something in the rule; ``on_key=True`` points at the key."""
        return self.located.finding(code, location, message, **more)

    @cached_property
    def never_fires(self) -> str | None:
        """Why the rule can never fire, where that is proved."""
        return never(self.rule.predicate)

    @cached_property
    def always_fires(self) -> bool:
        """Whether the rule is proved to fire on every config."""
        return always(self.rule.predicate)


Check = Callable[[Subject], Iterator[Finding]]
