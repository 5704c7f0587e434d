"""How every candidate ended, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from llem_rules.mining.model import Candidate
from llem_rules.rules.kinds import RuleBase

Outcome = Literal["proposed", "merged", "rejected"]
OUTCOMES: tuple[Outcome, ...] = ("proposed", "merged", "rejected")


@dataclass(frozen=True)
class End:
    """The end of one candidate. ``rule``: the id it is proposed under, or of the rule that it joined."""

    native_type: str
    name: str
    added_by: str
    outcome: Outcome
    reason: str
    rule: str | None = None
    site: str | None = None

    @classmethod
    def of(cls, candidate: Candidate, outcome: Outcome, reason: str, rule: str | None = None) -> End:
        """The end of a candidate."""
        first = candidate.sites[0] if candidate.sites else None
        site = None if first is None else f"{first.file}:{first.line}"
        return cls(candidate.native_type, candidate.name, candidate.added_by, outcome, reason, rule, site)

    def to_plain(self) -> dict[str, Any]:
        """The end as JSON has it; without what is not known."""
        plain = {
            "native_type": self.native_type,
            "name": self.name,
            "added_by": self.added_by,
            "outcome": self.outcome,
            "reason": self.reason,
            "rule": self.rule,
            "site": self.site,
        }
        return {key: value for key, value in plain.items() if value is not None}


@dataclass(frozen=True)
class MergeReport:
    """All ends, sorted; one for each candidate that came in."""

    ends: tuple[End, ...]

    @classmethod
    def of(cls, ends: Iterable[End]) -> MergeReport:
        """The report of some ends, in an order that does not depend on theirs."""
        return cls(tuple(sorted(ends, key=lambda end: (end.native_type, end.name, end.added_by, repr(end)))))

    @property
    def counts(self) -> Mapping[str, int]:
        """How many ended how."""
        found = Counter(end.outcome for end in self.ends)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    def with_rejected(self, reasons: Mapping[str, str]) -> MergeReport:
        """The report after a replay: the proposed rules of these ids are rejected, and what had joined them with them."""
        return MergeReport.of(
            End(end.native_type, end.name, end.added_by, "rejected", reasons[end.rule], end.rule, end.site)
            if end.rule is not None and end.rule in reasons
            else end
            for end in self.ends
        )

    def to_plain(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "summary": {"candidates": len(self.ends), **self.counts},
            "items": [end.to_plain() for end in self.ends],
        }

    def to_text(self) -> str:
        """The report for people: counts, then every candidate that was not proposed, with its reason."""
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self.counts.items())
        lines = [f"{len(self.ends)} candidates: {counts}"]
        for end in self.ends:
            if end.outcome != "proposed":
                where = f" ({end.site})" if end.site else ""
                lines.append(f"  {end.outcome} {end.native_type}.{end.name}{where}: {end.reason}")
        return "\n".join(lines) + "\n"


def after_replay(
    rules: Iterable[RuleBase], verdicts: Iterable[tuple[str, str, str]]
) -> tuple[tuple[RuleBase, ...], dict[str, str]]:
    """Rules that stay after a replay, and the reasons for those that do not, by id.

    ``verdicts``: id, outcome (``confirmed``, ``divergent``, ``unchecked``), detail. What people wrote always stays.
    """
    divergent = {name: detail for name, outcome, detail in verdicts if outcome == "divergent"}
    reasons: dict[str, str] = {}
    kept = []
    for rule in rules:
        if rule.added_by != "authored" and rule.id in divergent:
            reasons[rule.id] = f"replay: {divergent[rule.id]}"
        else:
            kept.append(rule)
    return tuple(kept), reasons
