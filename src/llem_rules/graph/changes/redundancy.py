"""Whether a change of a rule changes anything: other rules may have said the same before, or still say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from llem_rules.graph.changes.claims import VerdictChanged
from llem_rules.graph.changes.conditions import PredicateChange
from llem_rules.graph.changes.rules import RuleAdded, RuleChange, RuleRemoved, about, dormancies
from llem_rules.graph.lacking import lacking
from llem_rules.graph.sides import Entry, Side
from llem_rules.mining.tidy import implies
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import AllOf, AnyOf, Not, Predicate

_MOST = 6


class Redundancy:
    """Knows the rules of both sides, and what either takes."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old = old
        self._new = new

    def noted(self, change: RuleChange) -> RuleChange:
        """The change, with the rules that make it empty, where there are any."""
        directions = list(self._directions(change))
        found: list[str] = []
        for rule, where, side in directions:
            covering = _covering(rule, where, side, (change.old, change.new))
            if covering is None:
                return change
            found += covering
        return replace(change, redundant=tuple(dict.fromkeys(found))) if found else change

    def with_lacking(self, change: RuleChange) -> RuleChange:
        """The change, with what the side has not got that would have to know a rule that came or went."""
        comes = isinstance(change, RuleAdded) or (isinstance(change, VerdictChanged) and _in_force(change.new))
        goes = isinstance(change, RuleRemoved) or (isinstance(change, VerdictChanged) and _in_force(change.old))
        entry, own, other = (change.new, self._new, self._old) if comes else (change.old, self._old, self._new)
        if comes == goes or entry is None:
            return change
        return replace(change, lacking=lacking(other, entry.rule, own.defaults(entry.rule.native_type)))

    def _directions(self, change: RuleChange) -> Iterator[tuple[RuleBase, Predicate, Side]]:
        """Where something is said newly, and where it is said no longer, with the side that would have to say it."""
        old, new = change.old, change.new
        if isinstance(change, RuleAdded) and new is not None and new.in_force:
            yield new.rule, new.rule.predicate, self._old
        elif isinstance(change, RuleRemoved) and old is not None and old.in_force:
            yield old.rule, old.rule.predicate, self._new
        elif old is None or new is None:
            return
        elif isinstance(change, VerdictChanged) and old.in_force != new.in_force:
            entry, side = (new, self._old) if new.in_force else (old, self._new)
            yield entry.rule, entry.rule.predicate, side
        elif isinstance(change, PredicateChange) and old.in_force and new.in_force and _settled(change):
            if change.relation.word != "narrowed":
                yield new.rule, AllOf((new.rule.predicate, Not(old.rule.predicate))), self._old
            if change.relation.word != "widened":
                yield old.rule, AllOf((old.rule.predicate, Not(new.rule.predicate))), self._new


def _in_force(entry: Entry | None) -> bool:
    return entry is not None and entry.in_force


def _settled(change: PredicateChange) -> bool:
    return change.basis == "proved"


def _covering(rule: RuleBase, where: Predicate, side: Side, but: Sequence[Entry | None]) -> list[str] | None:
    """Ids of rules of a side that together say of every such config what the rule says, or refuse it anyway."""
    fields = set(about(rule))
    others = [
        entry.rule
        for entry in side.by_type.get(rule.native_type, ())
        if entry.in_force and entry not in but and says_as_much(entry.rule, rule) and fields & set(about(entry.rule))
    ]
    for other in others:
        if implies(where, other.predicate):
            return [other.id]
    near = [other for other in others if set(about(other)) <= fields][:_MOST]
    if len(near) > 1 and implies(where, AnyOf(tuple(other.predicate for other in near))):
        return [other.id for other in near]
    return None


def says_as_much(other: RuleBase, rule: RuleBase) -> bool:
    """Whether one rule, where it fires, says at least what another does: the same of the same fields, or a refusal."""
    if other.expected.effect == "error":
        return True
    return other.expected.effect == rule.expected.effect and dormancies(other) == dormancies(rule)
