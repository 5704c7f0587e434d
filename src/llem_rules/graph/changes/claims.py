"""Changes of what a rule says of the configs on which it fires: effect, channel, effective value, message, reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from llem_rules.graph.changes.model import shown
from llem_rules.graph.changes.rules import DOES, RuleChange, dormancies
from llem_rules.graph.sides import Entry
from llem_rules.rules.kinds import REACHES
from llem_rules.rules.plain import to_plain


@dataclass(frozen=True, kw_only=True)
class ClaimChange(RuleChange):
    """One part of a rule's claim is another. ``was`` and ``now`` are plain values."""

    was: Any
    now: Any

    @property
    def before(self) -> Any:
        return self.was

    @property
    def after(self) -> Any:
        return self.now


@dataclass(frozen=True, kw_only=True)
class EffectEscalated(ClaimChange):
    """The library does something worse than before."""

    kind: ClassVar[str] = "effect_escalated"
    mirror: ClassVar[str] = "effect_relaxed"

    def explain(self) -> str:
        return f"a config that {DOES[self.was]} now {DOES[self.now]}"


@dataclass(frozen=True, kw_only=True)
class EffectRelaxed(ClaimChange):
    """The library does something milder than before. The facet is the old effect: it says what is no longer done."""

    kind: ClassVar[str] = "effect_relaxed"
    mirror: ClassVar[str] = "effect_escalated"

    @property
    def facet(self) -> str:
        found = super().facet
        return found if found in {"redundant", "unproved"} else f"{self.was}_to_{self.now}"

    def explain(self) -> str:
        return f"a config that {DOES[self.was]} now only {DOES[self.now]}"


@dataclass(frozen=True, kw_only=True)
class ChannelPromoted(ClaimChange):
    """It is said in a way that is harder to overlook."""

    kind: ClassVar[str] = "channel_promoted"
    mirror: ClassVar[str] = "channel_demoted"

    def explain(self) -> str:
        return f"said by {self.now}, where it was {self.was}"


@dataclass(frozen=True, kw_only=True)
class ChannelDemoted(ClaimChange):
    """It is said in a way that is easier to overlook."""

    kind: ClassVar[str] = "channel_demoted"
    mirror: ClassVar[str] = "channel_promoted"

    def explain(self) -> str:
        return f"said only by {self.now}, where it was {self.was}"


@dataclass(frozen=True, kw_only=True)
class EffectiveValueChanged(ClaimChange):
    """Fields that lose their effect, or what they become, are others."""

    kind: ClassVar[str] = "effective_value_changed"
    mirror: ClassVar[str] = "effective_value_changed"

    @classmethod
    def of(cls, old: Entry, new: Entry) -> EffectiveValueChanged:
        """From both sides of a rule."""
        was, now = dormancies(old.rule), dormancies(new.rule)
        return cls(native_type=new.rule.native_type, old=old, new=new, was=was, now=now)

    @property
    def facet(self) -> str:
        found = super().facet
        if found in {"redundant", "unproved"}:
            return found
        if set(self.now) - set(self.was):
            return "gained_and_lost" if set(self.was) - set(self.now) else "gained"
        return "lost" if set(self.was) - set(self.now) else "value"

    def explain(self) -> str:
        names = sorted(name for name in {**self.was, **self.now} if self.was.get(name) != self.now.get(name))
        parts = [f"{name}: {_becomes(self.was.get(name))} → {_becomes(self.now.get(name))}" for name in names]
        return "; ".join(parts)


def _becomes(about: Any) -> str:
    if about is None:
        return "acts"
    return f"becomes {shown(about['effective'])}" if "effective" in about else "has no effect"


@dataclass(frozen=True, kw_only=True)
class MessageChanged(ClaimChange):
    """Other words, or another exception class."""

    kind: ClassVar[str] = "message_changed"
    mirror: ClassVar[str] = "message_changed"

    @property
    def facet(self) -> str:
        return "exception" if self.was.get("exception") != self.now.get("exception") else "words"

    def explain(self) -> str:
        names = [name for name in ("exception", "message") if self.was.get(name) != self.now.get(name)]
        return "; ".join(f"{name}: {shown(self.was.get(name))} → {shown(self.now.get(name))}" for name in names)


@dataclass(frozen=True, kw_only=True)
class ReachMoved(ClaimChange):
    """It shows at another stage."""

    kind: ClassVar[str] = "reach_moved"
    mirror: ClassVar[str] = "reach_moved"

    @property
    def facet(self) -> str:
        return "later" if REACHES.index(self.now) > REACHES.index(self.was) else "earlier"

    def explain(self) -> str:
        return f"shows at {self.now}, where it was {self.was}"


@dataclass(frozen=True, kw_only=True)
class KindChanged(ClaimChange):
    """Another kind of rule."""

    kind: ClassVar[str] = "kind_changed"
    mirror: ClassVar[str] = "kind_changed"

    @property
    def facet(self) -> str:
        return "any"

    def explain(self) -> str:
        return f"{self.now}, where it was {self.was}"


@dataclass(frozen=True, kw_only=True)
class VerdictChanged(ClaimChange):
    """Replay came to another verdict: the rule comes into force, or goes out of it."""

    kind: ClassVar[str] = "verdict_changed"
    mirror: ClassVar[str] = "verdict_changed"

    @property
    def facet(self) -> str:
        if self.redundant:
            return "redundant"
        before, after = (entry is not None and entry.in_force for entry in (self.old, self.new))
        if before == after:
            return "other"
        if self.lacking:
            return "of_what_is_new_or_gone"
        return f"{'gained' if after else 'lost'}_{self.rule.expected.effect}"

    @property
    def _speaks_of_what_fires(self) -> bool:
        return False

    def explain(self) -> str:
        turn = f"{self.now or 'without a verdict'}, where it was {self.was or 'without one'}"
        return f"{turn}: where {shown(to_plain(self.rule.predicate))}, a config {DOES[self.rule.expected.effect]}"


@dataclass(frozen=True, kw_only=True)
class AppliesToChanged(ClaimChange):
    """It is claimed of other versions of the library."""

    kind: ClassVar[str] = "applies_to_changed"
    mirror: ClassVar[str] = "applies_to_changed"

    @property
    def facet(self) -> str:
        return "any"

    def explain(self) -> str:
        return f"claimed of {self.now or 'every version'}, where it was {self.was or 'every version'}"


@dataclass(frozen=True, kw_only=True)
class PlatformsChanged(ClaimChange):
    """Its effect was seen on another set of the platforms that were asked for both sides."""

    kind: ClassVar[str] = "platforms_changed"
    mirror: ClassVar[str] = "platforms_changed"

    @property
    def facet(self) -> str:
        if set(self.was) <= set(self.now):
            return "gained"
        return "lost" if set(self.now) <= set(self.was) else "moved"

    def explain(self) -> str:
        return f"seen on {' and '.join(self.now) or 'no platform'}, where it was {' and '.join(self.was) or 'none'}"
