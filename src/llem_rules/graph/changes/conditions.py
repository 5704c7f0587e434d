"""Changes of the condition of a rule: widened, narrowed, shifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from llem_rules.graph.changes.model import shown
from llem_rules.graph.changes.rules import RuleChange, in_force
from llem_rules.graph.points import Point
from llem_rules.graph.relation import Relation
from llem_rules.rules.plain import to_plain


@dataclass(frozen=True, kw_only=True)
class PredicateChange(RuleChange):
    """The condition moved, as ``relation`` says."""

    relation: Relation

    @property
    def facet(self) -> str:
        if self.redundant or not in_force(self):
            return super().facet
        # Where nobody could prove on which side there is nothing, the worst is assumed.
        return self.rule.expected.effect if self.basis == "proved" else f"{self.rule.expected.effect}_sampled"

    @property
    def before(self) -> Any:
        return None if self.old is None else to_plain(self.old.rule.predicate)

    @property
    def after(self) -> Any:
        return None if self.new is None else to_plain(self.new.rule.predicate)

    @property
    def basis(self) -> str:
        return self.relation.basis

    @property
    def witnesses(self) -> dict[str, Point]:
        found = {"only_old": self.relation.only_old, "only_new": self.relation.only_new}
        return {name: point for name, point in found.items() if point is not None}

    @property
    def _speaks_of_what_fires(self) -> bool:
        return False

    def _told(self, words: str) -> str:
        sure = "" if self.basis == "proved" else " (as far as sampling shows; it could not be proved)"
        more = f"; {', '.join(self.redundant)} said or says the rest" if self.redundant else ""
        return f"{words}{sure}: {shown(self.before)} → {shown(self.after)}{self._shown_by()}{more}"

    def _shown_by(self) -> str:
        named = (("only_old", "no longer fires on"), ("only_new", "now fires on"))
        found = self.witnesses
        parts = [f"{words} {shown(found[name].to_plain()['kwargs'])}" for name, words in named if name in found]
        return "; " + ", ".join(parts) if parts else ""


@dataclass(frozen=True, kw_only=True)
class PredicateWidened(PredicateChange):
    """It fires wherever it fired, and on more."""

    kind: ClassVar[str] = "predicate_widened"
    mirror: ClassVar[str] = "predicate_narrowed"

    def explain(self) -> str:
        return self._told("fires on more")


@dataclass(frozen=True, kw_only=True)
class PredicateNarrowed(PredicateChange):
    """It fires only where it fired, and on less."""

    kind: ClassVar[str] = "predicate_narrowed"
    mirror: ClassVar[str] = "predicate_widened"

    def explain(self) -> str:
        return self._told("fires on less")


@dataclass(frozen=True, kw_only=True)
class PredicateShifted(PredicateChange):
    """It fires on some configs that it left alone, and leaves alone some on which it fired; or nobody can say."""

    kind: ClassVar[str] = "predicate_shifted"
    mirror: ClassVar[str] = "predicate_shifted"

    def explain(self) -> str:
        if self.relation.word == "undecided":
            return (
                "written differently; neither a proof that it means the same nor a config that shows a difference "
                f"was found: {shown(self.before)} → {shown(self.after)}"
            )
        return self._told("fires elsewhere")
