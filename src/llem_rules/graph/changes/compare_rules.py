"""What changed between the rules of two sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from llem_rules.graph.changes.claims import (
    AppliesToChanged,
    ChannelDemoted,
    ChannelPromoted,
    EffectEscalated,
    EffectiveValueChanged,
    EffectRelaxed,
    KindChanged,
    MessageChanged,
    PlatformsChanged,
    ReachMoved,
    VerdictChanged,
)
from llem_rules.graph.changes.conditions import PredicateChange, PredicateNarrowed, PredicateShifted, PredicateWidened
from llem_rules.graph.changes.redundancy import Redundancy
from llem_rules.graph.changes.rules import RuleAdded, RuleChange, RuleRemoved, RuleRenamed, dormancies
from llem_rules.graph.lacking import lacking
from llem_rules.graph.matching import match
from llem_rules.graph.points import Point
from llem_rules.graph.relation import relate
from llem_rules.graph.sides import Entry, Side
from llem_rules.mining.ground import Ground, with_examples
from llem_rules.rules.kinds import SEVERITY, RuleBase
from llem_rules.rules.values import decode, equal

_LOUDER = ("none", "logger", "warnings", "exception")
_MOVED: dict[str, type[PredicateChange]] = {
    "widened": PredicateWidened,
    "narrowed": PredicateNarrowed,
    "shifted": PredicateShifted,
    "undecided": PredicateShifted,
}
Samples = Mapping[str, Sequence[Point]]


def rule_changes(old: Side, new: Side, samples: Samples | None = None) -> list[RuleChange]:
    """All changes of rules, by native type, rule and kind.

    ``samples``: configs by native type at which conditions are looked at first, such as those of users.
    """
    compare = _Comparison(old, new, samples or {})
    return sorted(compare.run(), key=lambda change: (change.native_type, change.subject, change.kind))


class _Comparison:
    def __init__(self, old: Side, new: Side, samples: Samples) -> None:
        self._old = old
        self._new = new
        self._samples = samples
        self._grounds: dict[str, Ground] = {}
        self._redundancy = Redundancy(old, new)

    def run(self) -> Iterator[RuleChange]:
        matching = match(_possible(self._old), _possible(self._new))
        found: list[RuleChange] = [
            change for old, new in matching.pairs if old is not new for change in self._pair(old, new)
        ]
        found += [RuleRemoved(native_type=entry.rule.native_type, old=entry) for entry in matching.removed]
        found += [RuleAdded(native_type=entry.rule.native_type, new=entry) for entry in matching.added]
        for change in found:
            yield self._redundancy.with_lacking(self._redundancy.noted(change))

    def _pair(self, old: Entry, new: Entry) -> Iterator[RuleChange]:
        if old.rule == new.rule and old.verdict == new.verdict and old.seen_on == new.seen_on:
            return
        if old.rule.id != new.rule.id:
            yield RuleRenamed(native_type=new.rule.native_type, old=old, new=new)
        yield from self._moved(old, new)
        yield from claim_changes(old, new)

    def _moved(self, old: Entry, new: Entry) -> Iterator[RuleChange]:
        one, two = old.rule.predicate, new.rule.predicate
        if one == two:
            return
        relation = relate(one, two, self._ground(new.rule.native_type), list(self._first_tried(old, new)))
        kind = _MOVED.get(relation.word)
        if kind is not None:
            yield kind(native_type=new.rule.native_type, old=old, new=new, relation=relation)

    def _first_tried(self, old: Entry, new: Entry) -> Iterator[Point]:
        for rule in (new.rule, old.rule):
            yield Point(rule.kwargs_positive)
            yield Point(rule.kwargs_negative)
        yield from self._samples.get(new.rule.native_type, ())

    def _ground(self, native_type: str) -> Ground:
        if native_type not in self._grounds:
            defaults = self._new.defaults(native_type) or self._old.defaults(native_type)
            rules = [entry.rule for side in (self._old, self._new) for entry in side.by_type.get(native_type, ())]
            self._grounds[native_type] = with_examples(Ground(defaults), rules)
        return self._grounds[native_type]


def _possible(side: Side) -> list[Entry]:
    """The rules of a side, but for those that do not hold there because what they speak of is not there at all."""
    return [
        entry
        for entry in side.entries or ()
        if entry.in_force or not lacking(side, entry.rule, side.defaults(entry.rule.native_type))
    ]


def claim_changes(old: Entry, new: Entry) -> Iterator[RuleChange]:
    """What a rule says otherwise of the configs on which it fires."""
    one, two = old.rule, new.rule

    def make(kind: Callable[..., RuleChange], was: Any, now: Any) -> RuleChange:
        return kind(native_type=two.native_type, old=old, new=new, was=was, now=now)

    effects = (one.expected.effect, two.expected.effect)
    if effects[0] != effects[1]:
        worse = SEVERITY.index(effects[1]) < SEVERITY.index(effects[0])
        yield make(EffectEscalated if worse else EffectRelaxed, *effects)
    channels = (one.expected.channel, two.expected.channel)
    if channels[0] != channels[1] and not _follows(effects, channels):
        louder = _LOUDER.index(channels[1]) > _LOUDER.index(channels[0])
        yield make(ChannelPromoted if louder else ChannelDemoted, *channels)
    if not _same_dormancies(one, two):
        yield EffectiveValueChanged.of(old, new)
    said = (_said(one), _said(two))
    if said[0] != said[1] and not (effects[0] != effects[1] and _comes_with_the_effect(*said)):
        yield make(MessageChanged, *said)
    for kind, name in ((ReachMoved, "reach"), (AppliesToChanged, "applies_to")):
        if getattr(one, name) != getattr(two, name):
            yield make(kind, getattr(one, name), getattr(two, name))
    kinds = [getattr(rule, "kind", None) for rule in (one, two)]
    if kinds[0] != kinds[1]:
        yield make(KindChanged, *kinds)
    if old.in_force != new.in_force or (None not in {old.verdict, new.verdict} and old.verdict != new.verdict):
        yield make(VerdictChanged, old.verdict, new.verdict)
    asked = sorted(old.seen_on.keys() & new.seen_on.keys())
    if any(old.seen_on[one] != new.seen_on[one] for one in asked):
        yield make(PlatformsChanged, *([one for one in asked if side.seen_on[one]] for side in (old, new)))


def _follows(effects: tuple[str, str], channels: tuple[str, str]) -> bool:
    """Whether the channel had to change because the effect did: an error is an exception, silence has no channel."""
    return effects[0] != effects[1] and bool({"exception", "none"} & set(channels))


def _same_dormancies(one: RuleBase, two: RuleBase) -> bool:
    was, now = dormancies(one), dormancies(two)
    return was.keys() == now.keys() and all(
        was[name].keys() == now[name].keys()
        and (repr(was[name]) == repr(now[name]) or equal(decode(was[name]), decode(now[name])))
        for name in was
    )


def _said(rule: RuleBase) -> dict[str, Any]:
    message = rule.message_template
    words = {} if message is None else {"message": " ".join(message.split())}
    return words if rule.expected.exception is None else {"exception": rule.expected.exception, **words}


def _comes_with_the_effect(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether only what another effect brings with it differs: an exception, or a message where there was none."""
    left, right = was.get("message"), now.get("message")
    return left == right or left is None or right is None
