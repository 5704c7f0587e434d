"""Changes of rules. Each class says what its kind means; ``compare_rules`` finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from llem_rules.graph.changes.model import Change, shown
from llem_rules.graph.sides import Entry
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.plain import to_plain
from llem_rules.rules.predicates import fields_of

DOES = {
    "error": "is refused",
    "warn": "is warned of",
    "dormant_announced": "is ignored or replaced, and the library says so",
    "dormant_silent": "is ignored or replaced, and nothing is said",
    "pass": 'is taken as "off"',
}


@dataclass(frozen=True, kw_only=True)
class RuleChange(Change):
    """A change of one rule. ``redundant``: ids of rules of the other side that already said (or still say) the same

    of every config in question, so that nothing comes of it. ``lacking``: what a rule needs that comes or goes, and the
    other side has not got: a native type, or fields.
    """

    old: Entry | None = None
    new: Entry | None = None
    redundant: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def rule(self) -> RuleBase:
        """The rule as the head has it, else as the base had it."""
        entry = self.new or self.old
        if entry is None:
            raise TypeError("a change of a rule has a rule on some side")
        return entry.rule

    @property
    def subject(self) -> str:
        return self.rule.id

    @property
    def fields(self) -> tuple[str, ...]:
        rules = [entry.rule for entry in (self.old, self.new) if entry is not None]
        return tuple(dict.fromkeys(name for rule in rules for name in about(rule)))

    @property
    def facet(self) -> str:
        if self.redundant:
            return "redundant"
        if not in_force(self):
            return "unproved"
        return "of_what_is_new_or_gone" if self.lacking else self.rule.expected.effect

    def touches(self, old: Config, new: Config) -> bool:
        before = self.old is not None and self.old.in_force and self.old.rule.fires(old) is True
        after = self.new is not None and self.new.in_force and self.new.rule.fires(new) is True
        return before != after or (before and after and self._speaks_of_what_fires)

    @property
    def _speaks_of_what_fires(self) -> bool:
        """Whether it matters to a config on which both sides fire."""
        return True


def in_force(change: RuleChange) -> bool:
    return any(entry is not None and entry.in_force for entry in (change.old, change.new))


def about(rule: RuleBase) -> tuple[str, ...]:
    """The fields that a rule reads or makes dormant."""
    return tuple(dict.fromkeys((*fields_of(rule.predicate), *rule.dormant_fields)))


def claim(entry: Entry | None) -> Any:
    """What a rule says, as plain values, without its name, pair and provenance."""
    if entry is None:
        return None
    rule = entry.rule
    plain: dict[str, Any] = {"fires_when": to_plain(rule.predicate), "effect": rule.expected.effect}
    if rule.dormant_fields:
        plain["dormant"] = dormancies(rule)
    return plain


def dormancies(rule: RuleBase) -> dict[str, Any]:
    """What becomes of each dormant field."""
    return {name: {"effective": one.effective} if one.replaced else {} for name, one in rule.dormant_fields.items()}


@dataclass(frozen=True, kw_only=True)
class RuleAdded(RuleChange):
    """The head has a rule that the base had not."""

    kind: ClassVar[str] = "rule_added"
    mirror: ClassVar[str] = "rule_removed"

    @property
    def after(self) -> Any:
        return claim(self.new)

    def explain(self) -> str:
        known = f"; {', '.join(self.redundant)} said so before" if self.redundant else ""
        known += f"; {', '.join(self.lacking)} was not there before" if self.lacking else ""
        return f"new: where {shown(to_plain(self.rule.predicate))}, a config {DOES[self.rule.expected.effect]}{known}"


@dataclass(frozen=True, kw_only=True)
class RuleRemoved(RuleChange):
    """The base had a rule that the head has not."""

    kind: ClassVar[str] = "rule_removed"
    mirror: ClassVar[str] = "rule_added"

    @property
    def before(self) -> Any:
        return claim(self.old)

    def explain(self) -> str:
        kept = f"; {', '.join(self.redundant)} still says so" if self.redundant else ""
        kept += f"; {', '.join(self.lacking)} is not there any more" if self.lacking else ""
        return f"gone: where {shown(to_plain(self.rule.predicate))}, a config {DOES[self.rule.expected.effect]}{kept}"


@dataclass(frozen=True, kw_only=True)
class RuleRenamed(RuleChange):
    """The same rule under another id."""

    kind: ClassVar[str] = "rule_renamed"
    mirror: ClassVar[str] = "rule_renamed"

    @property
    def facet(self) -> str:
        return "any"

    @property
    def before(self) -> Any:
        return None if self.old is None else self.old.rule.id

    @property
    def after(self) -> Any:
        return None if self.new is None else self.new.rule.id

    def explain(self) -> str:
        return f"was called {self.before}"

    @property
    def _speaks_of_what_fires(self) -> bool:
        return False
