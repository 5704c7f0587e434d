"""Counts over many configs, and the shares that are made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from llem_rules.rules.kinds import SEVERITY, Effect
from llem_rules.verification.comparing import Comparison

DORMANT: tuple[Effect, ...] = ("dormant_announced", "dormant_silent")


@dataclass
class Score:
    """Claims of one effect: seen as claimed, claimed and not seen, seen and not claimed."""

    hit: int = 0
    false_alarm: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of claims that were seen; 1 where there was none."""
        return share(self.hit, self.hit + self.false_alarm)

    @property
    def recall(self) -> float:
        """The share of what was seen that was claimed; 1 where nothing was."""
        return share(self.hit, self.hit + self.missed)


def share(part: int, whole: int) -> float:
    """A share, to six digits; of nothing, all."""
    return round(part / whole, 6) if whole else 1.0


@dataclass
class Scores:
    """One native type's, or a sum of several. ``samples = accepted + refused + unchecked``."""

    samples: int = 0
    accepted: int = 0
    refused: int = 0
    unchecked: int = 0
    other_site: int = 0
    effective: int = 0
    exact: int = 0
    by_effect: dict[Effect, Score] = field(default_factory=lambda: {effect: Score() for effect in SEVERITY})

    def add(self, one: Comparison, *, refused: bool) -> None:
        """One more config that was checked."""
        self.samples += 1
        self.refused += refused
        self.accepted += not refused
        self.effective += one.effective
        self.exact += one.exact
        self.other_site += any(found.kind == "other_site" for found in one.disagreements)
        for effect, outcome in one.claims:
            score = self.by_effect[effect]
            setattr(score, outcome, getattr(score, outcome) + 1)

    def add_unchecked(self) -> None:
        """One more config that could not be seen."""
        self.samples += 1
        self.unchecked += 1

    @property
    def error(self) -> Score:
        """Refusals, counted by config."""
        return self.by_effect["error"]

    @property
    def dormant_recall(self) -> float:
        """Of fields ignored or rewritten, announced or not, the share that the corpus names."""
        scores = [self.by_effect[effect] for effect in DORMANT]
        hits = sum(one.hit for one in scores)
        return share(hits, hits + sum(one.missed for one in scores))

    @property
    def effective_exact(self) -> float:
        """Of effective values that the corpus names, the share that was seen."""
        return share(self.exact, self.effective)


def summed(scores: Iterable[Scores]) -> Scores:
    """All of them as one."""
    whole = Scores()
    for one in scores:
        for name in ("samples", "accepted", "refused", "unchecked", "other_site", "effective", "exact"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        for effect, score in one.by_effect.items():
            into = whole.by_effect[effect]
            into.hit += score.hit
            into.false_alarm += score.false_alarm
            into.missed += score.missed
    return whole
