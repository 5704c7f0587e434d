"""What was seen of one case, and which effect that is. The worker reports raw facts; this module names them.

Definitions: DESIGN section 2. A message announces only at warning level or above.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from llem_rules.rules.kinds import Channel, Effect, Proof

# What was seen of a given field while the config was used: nothing read it, the same came out without it, or something else.
Behaviour = Literal["unread", "no_difference", "differs"]
_LOUD = frozenset({"WARNING", "ERROR", "CRITICAL"})


@dataclass(frozen=True)
class Refusal:
    """One error: an exception, or one entry of a validation error that lists several."""

    exceptions: tuple[str, ...]
    message: str
    field: str | None
    site: Mapping[str, Any] | None


@dataclass(frozen=True)
class Message:
    """Something that the library said. ``usual``: it says the same of a config in which nothing was given."""

    channel: Channel
    level: str
    text: str
    site: Mapping[str, Any] | None
    usual: bool = False

    @property
    def loud(self) -> bool:
        """Whether it announces: warning level or above, and not what the library says of its surroundings anyway."""
        return self.level in _LOUD and not self.usual

    def names(self, field_name: str) -> bool:
        """Whether the text speaks of a field."""
        return re.search(rf"(?<![A-Za-z0-9_]){re.escape(field_name)}(?![A-Za-z0-9_])", self.text) is not None


@dataclass(frozen=True)
class Observation:
    """One case as seen. ``effective`` holds the declared fields whose value the library did not keep.

    ``behaviour``: of each given field that departs from its default, what was seen of it in the stage ``generate``;
    ``outcome`` stands for what came out.

    ``unchecked`` is ``(reason, detail)`` when the case could not be judged; then nothing else is meaningful.
    """

    stage: str = "construct"
    refusals: tuple[Refusal, ...] = ()
    messages: tuple[Message, ...] = ()
    effective: Mapping[str, Any] = field(default_factory=dict)
    unchecked: tuple[str, str] | None = None
    output: str | None = None
    exception: Mapping[str, Any] | None = None
    behaviour: Mapping[str, Behaviour] = field(default_factory=dict)
    outcome: str | None = None

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any], usual: Container[str] = frozenset()) -> Observation:
        """Read what the worker wrote. ``usual``: texts that are said of the empty config too (a kernel not installed)."""
        if "unchecked" in raw:
            return cls(unchecked=(str(raw["unchecked"]["reason"]), str(raw["unchecked"]["detail"])))
        exception, use = raw.get("exception"), raw.get("use", {})
        return cls(
            stage=str(raw.get("stage", "construct")),
            refusals=tuple(_refusals(exception)) if exception else (),
            messages=tuple(
                Message(m["channel"], m["level"], m["text"], m["site"], m["text"] in usual)
                for m in raw.get("messages", ())
            ),
            effective=dict(raw.get("effective", {})),
            output=raw.get("output"),
            exception=exception,
            behaviour={name: about["proof"] for name, about in use.get("fields", {}).items()},
            outcome=use.get("outcome"),
        )

    @property
    def loud(self) -> tuple[Message, ...]:
        """The messages that announce."""
        return tuple(message for message in self.messages if message.loud)

    @property
    def effect(self) -> Effect:
        """The worst effect seen. Only a message, and nothing proves a field dead: announced, with ``proof`` saying so."""
        if self.refusals:
            return "error"
        if any(self.is_silent(name) for name in self.dormant):
            return "dormant_silent"
        return "dormant_announced" if self.dormant or self.loud else "pass"

    @property
    def dormant(self) -> tuple[str, ...]:
        """The declared fields that are dormant beyond doubt: replaced, or never read.

        That one field made no difference may be chance, and what only makes things faster never does: that is for a
        rule to claim.
        """
        unread = [name for name, seen in self.behaviour.items() if seen == "unread" and name not in self.effective]
        return (*self.effective, *unread)

    def is_silent(self, field_name: str) -> bool:
        """Whether no message that announces speaks of the field."""
        return not any(message.names(field_name) for message in self.loud)

    @property
    def channel(self) -> Channel:
        """How the effect was said."""
        effect = self.effect
        if effect == "error":
            return "exception"
        return self.loud[0].channel if effect == "dormant_announced" and self.loud else "none"

    @property
    def proof(self) -> Proof | None:
        """What kind of proof there is that a field is dormant: ``state``, ``behaviour``, ``message`` or None."""
        if self.refusals or self.effect == "pass":
            return None
        return "state" if self.effective else "behaviour" if self.dormant else "message"

    @property
    def site(self) -> Mapping[str, Any] | None:
        """Where in the library the effect was raised or said."""
        if self.refusals:
            return self.refusals[0].site
        return self.loud[0].site if self.loud else None

    def fingerprint(self) -> object:
        """Everything that must be the same when the case is run again."""
        used = (sorted(self.behaviour.items()), self.outcome)
        return (self.stage, self.refusals, self.messages, repr(sorted(self.effective.items())), used, self.unchecked)


def texts_of(raw: Mapping[str, Any]) -> frozenset[str]:
    """All that was said in a raw observation: of an empty config, what is usual."""
    return frozenset(message["text"] for message in raw.get("messages", ()))


def _refusals(exception: Mapping[str, Any]) -> Iterator[Refusal]:
    outer = tuple(exception["mro"])
    for entry in exception.get("errors") or ():
        cause = (entry["exception"],) if entry.get("exception") else ()
        yield Refusal((*cause, *outer), entry["message"], entry["field"], entry["site"] or exception["site"])
    if not exception.get("errors"):
        yield Refusal(outer, exception["message"], exception["field"], exception["site"])
