"""Mutants by how they ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.mutants import Mutant
from llem_rules.verification.scores import share

End = Literal["killed", "equivalent", "masked", "alike", "survived"]
ENDS: tuple[End, ...] = ("killed", "equivalent", "masked", "alike", "survived")


@dataclass(frozen=True)
class Ended:
    """A mutant of a rule, and what became of it."""

    rule: RuleBase
    mutant: Mutant
    end: End


@dataclass
class Tally:
    """Mutants by how they ended, of some rules or of some kind of change."""

    rules: int = 0
    ends: Counter[End] = field(default_factory=Counter)

    @property
    def mutants(self) -> int:
        """All of them."""
        return sum(self.ends.values())

    @property
    def score(self) -> float:
        """The share of killed ones among those that some config could tell from the rule; 1 where there are none."""
        return share(self.ends["killed"], self.ends["killed"] + self.ends["survived"])

    @property
    def least(self) -> float:
        """The score if all that are alike counted as survived: what is shown of the rule by its own evidence alone."""
        return share(self.ends["killed"], self.mutants - self.ends["equivalent"] - self.ends["masked"])


def tallies(ended: Sequence[Ended]) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Counts by native type and by kind of change, sorted."""
    by_type: dict[str, Tally] = {}
    by_change: dict[str, Tally] = {}
    rules: set[str] = set()
    for one in ended:
        own = by_type.setdefault(one.rule.native_type, Tally())
        own.rules += one.rule.id not in rules
        rules.add(one.rule.id)
        for tally in (own, by_change.setdefault(one.mutant.change, Tally())):
            tally.ends[one.end] += 1
    return dict(sorted(by_type.items())), dict(sorted(by_change.items()))


def whole(ended: Sequence[Ended]) -> Tally:
    """All of them as one."""
    return Tally(len({one.rule.id for one in ended}), Counter(one.end for one in ended))
