"""Candidates on their way through the merge: each with those that say the same, and what its pair should keep clear of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from llem_rules.mining.blames import Blames
from llem_rules.mining.compare import place_of, same_site
from llem_rules.mining.ground import Blame, Ground
from llem_rules.mining.model import Candidate
from llem_rules.rules.kinds import AddedBy, RuleBase


@dataclass
class Entry:
    """A candidate as a rule (its pair still to be found), with those that say the same.

    ``rivals`` say the same of another place: what is declared of a field and a statement cannot both be what refuses it, and
    which of them it is only a replay can tell.
    """

    candidate: Candidate
    rule: RuleBase
    same: list[Candidate]
    rivals: list[Entry] = field(default_factory=list)

    @property
    def miners(self) -> set[AddedBy]:
        """All that came to the same."""
        return miners_of([self.candidate, *self.same, *(one.candidate for one in self.rivals)])

    @property
    def shown(self) -> list[Mapping[str, Any]]:
        """Where its effect was seen, if that is all that speaks for it."""
        all_of_it = [self.candidate, *self.same, *(one.candidate for one in self.rivals)]
        return [kwargs for one in all_of_it for kwargs in one.shown] if all(one.shown for one in all_of_it) else []

    @property
    def declared(self) -> bool:
        """Whether no statement refuses, but what a class declares of its field."""
        return any(site.kind == "constraint" for site in self.candidate.sites)


class Beside:
    """All rules of one native type that a pair should keep clear of: people's, and those that are proposed."""

    def __init__(self, authored: Sequence[RuleBase], entries: Sequence[Entry], ground: Ground) -> None:
        self.entries = entries
        self._rules = [*authored, *(one.rule for one in entries)]
        self._blames = Blames(self._rules, ground)
        self._near: dict[Hashable, list[int]] = defaultdict(list)
        for at, rule in enumerate(self._rules):
            self._near[place_of(rule)].append(at)

    def blame(self, entry: Entry) -> Blame:
        """What else a config is refused or changed for, the entry's own site apart."""
        places = self._near[place_of(entry.rule)]
        own = {at for at in places if (one := self._rules[at]) is entry.rule or same_site(one, entry.rule)}
        return self._blames.without(own)


def miners_of(candidates: Iterable[Candidate]) -> set[AddedBy]:
    """The miners of some candidates."""
    return {miner for one in candidates for miner in (*one.found_by, one.added_by)}
