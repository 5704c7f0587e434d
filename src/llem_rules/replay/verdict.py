"""What replay found out about one rule, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from llem_rules.rules.kinds import Proof, RuleBase
from llem_rules.rules.observation import Observation

DivergenceKind = Literal["missing", "noisy", "wrong", "predicate", "unstable"]


@dataclass(frozen=True)
class Divergence:
    """How a rule and the library differ, on which kwargs."""

    kind: DivergenceKind
    where: Literal["positive", "negative", "point"]
    kwargs: Mapping[str, Any]
    detail: str


@dataclass
class Table:
    """The confusion table: predicted against observed, over every point that speaks about the rule.

    ``masked``: it fires, but another site refused first. ``unknown``: the surroundings leave it open. ``unchecked``: not seen.
    """

    true_positive: int = 0
    true_negative: int = 0
    false_positive: int = 0
    false_negative: int = 0
    masked: int = 0
    unknown: int = 0
    unchecked: int = 0


@dataclass
class Verdict:
    """What replay found out about one rule. ``…_also``: the other rules that fire on a case, and how that is explained."""

    rule: RuleBase
    positive: Observation
    negative: Observation
    positive_verdict: str = ""
    negative_verdict: str = ""
    divergences: list[Divergence] = field(default_factory=list)
    table: Table = field(default_factory=Table)
    proof: Proof | None = None
    unchecked: str | None = None
    positive_also: dict[str, str] = field(default_factory=dict)
    negative_also: dict[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Literal["confirmed", "divergent", "unchecked"]:
        """Divergent where anything differs; else unchecked where one of the pair could not be seen; else confirmed."""
        if self.divergences:
            return "divergent"
        return "unchecked" if self.unchecked else "confirmed"
