"""What replay found out about one rule, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from llem_rules.rules.kinds import Proof, RuleBase
from llem_rules.rules.observation import Observation

DivergenceKind = Literal["missing", "noisy", "wrong", "predicate", "unstable"]
PlatformOutcome = Literal["confirmed", "silent", "divergent", "unchecked"]


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
    """What replay found out about one rule. ``…_also``: the other rules that fire on a case, and how that is explained.

    ``elsewhere``: its predicate speaks of another platform than this one. ``others``: the verdicts of other platforms.
    """

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
    elsewhere: bool = False
    others: dict[str, Verdict] = field(default_factory=dict)

    @property
    def here(self) -> PlatformOutcome:
        """Of this platform alone. ``silent``: the rule says that nothing happens here, and nothing does."""
        if self.divergences:
            return "divergent"
        if self.unchecked:
            return "unchecked"
        return "silent" if self.elsewhere else "confirmed"

    @property
    def outcome(self) -> Literal["confirmed", "divergent", "unchecked"]:
        """Divergent where anything differs on any platform; confirmed where its effect was seen, be it on another."""
        told = {self.here, *(one.here for one in self.others.values())}
        if "divergent" in told:
            return "divergent"
        seen = self.here == "confirmed" or (self.here == "silent" and "confirmed" in told)
        return "confirmed" if seen else "unchecked"

    @property
    def why_unchecked(self) -> str | None:
        """Why nothing is known, where that is so."""
        if self.here == "silent" and self.outcome == "unchecked":
            return "platform: it speaks of another one, and no evidence was brought from there"
        return self.unchecked

    def holds_on(self, device: str) -> list[str]:
        """The platforms that its effect was seen on; ``device``: this one."""
        return sorted(name for name, one in {device: self, **self.others}.items() if one.here == "confirmed")
