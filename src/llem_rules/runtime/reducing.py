"""What of a study is worth running: its invalid, dormant and equal members, before any of them has run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llem_rules.check import Corpus, Finding
from llem_rules.runtime.recording import hash_of
from llem_rules.runtime.resolved import resolved
from llem_rules.runtime.study import Member

Shelf = Callable[[str], Corpus]


@dataclass(frozen=True)
class Judged:
    """One member. ``refusals``: the rules that refuse it; ``dormant``: findings about fields that do nothing; ``same_as``:

    the number of the member that stands for it.
    """

    member: Member
    refusals: tuple[tuple[str, Finding], ...]
    dormant: tuple[tuple[str, Finding], ...]
    declared: str
    resolved: str
    same_as: int | None = None

    @property
    def kept(self) -> bool:
        """Whether it is to be run."""
        return not self.refusals and self.same_as is None


@dataclass(frozen=True)
class Reduced:
    """A study judged."""

    members: tuple[Judged, ...]

    @property
    def kept(self) -> tuple[Judged, ...]:
        """The representatives."""
        return tuple(one for one in self.members if one.kept)

    @property
    def invalid(self) -> int:
        """Members that the engine refuses."""
        return sum(bool(one.refusals) for one in self.members)

    @property
    def duplicates(self) -> int:
        """Members that another one stands for."""
        return sum(one.same_as is not None for one in self.members)

    @property
    def saved(self) -> float:
        """The share of runs that need not be made."""
        return 1 - len(self.kept) / len(self.members) if self.members else 0.0


def reduced(members: Sequence[Member], shelf: Shelf) -> Reduced:
    """Judge every member; of each class of equal ones the plainest stands for the others.

    Raises:
        Failure: no corpus knows a native type.
    """
    judged = [_judge(member, shelf) for member in members]
    standing: dict[str, Judged] = {}
    for one in judged:
        if not one.refusals:
            known = standing.get(one.resolved)
            if known is None or len(one.dormant) < len(known.dormant):
                standing[one.resolved] = one
    return Reduced(tuple(_placed(one, standing) for one in judged))


def _placed(one: Judged, standing: dict[str, Judged]) -> Judged:
    stands = one if one.refusals else standing[one.resolved]
    if stands is one:
        return one
    return Judged(one.member, one.refusals, one.dormant, one.declared, one.resolved, stands.member.number)


def _judge(member: Member, shelf: Shelf) -> Judged:
    refusals: list[tuple[str, Finding]] = []
    dormant: list[tuple[str, Finding]] = []
    plain = {}
    for name, kwargs in member.sections.items():
        corpus = shelf(name)
        for finding in corpus.judge(name, kwargs).telling:
            if finding.effect == "error":
                refusals.append((name, finding))
            elif finding.rule.dormant_fields and finding.effect != "pass":
                dormant.append((name, finding))
        plain[name] = resolved(name, kwargs, corpus)
    return Judged(member, tuple(refusals), tuple(dormant), hash_of(member.sections), hash_of(plain))
