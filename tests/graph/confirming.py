"""Putting a change of a report to both versions of the library, as ``try`` does, and reading off the answers if it is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.cli.trying import Asker
from llem_rules.environments import Library
from llem_rules.graph.changes import Change, RuleChange, SchemaChange
from llem_rules.rules.kinds import REACHES, RuleBase
from llem_rules.rules.values import Opaque, decode, equal

Kwargs = Mapping[str, Any]
Answer = dict[str, Any]
NOBODY_DECLARES_IT = "a_keyword_that_nothing_declares"


@dataclass
class Live:
    """One version of the library."""

    version: str
    session: Library
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._asker = Asker(self.session)

    def ask(self, native_type: str, kwargs: Kwargs, reach: str) -> Answer:
        """What ``try`` answers."""
        about = self.session.engine.native_types.get(native_type)
        known = about.reaches if about else ("construct",)
        case = {"native_type": native_type, "kwargs": dict(kwargs), "reach": reach if reach in known else known[-1]}
        return self._asker.ask([case])[0]

    def fields(self, native_type: str) -> dict[str, Any]:
        """What the live type declares, by name: each with its default, where that is known."""
        if native_type not in self.known:
            [raw] = self.session.run([{"op": "describe", "native_type": native_type, "kwargs": {}}])
            self.known[native_type] = raw.get("described", {}).get("fields", {})
        return self.known[native_type]


def shows(rule: RuleBase, answer: Answer) -> bool:
    """Whether an answer shows the effect of a rule, in whatever words."""
    if "unchecked" in answer:
        return False
    if rule.expected.effect == "error":
        return bool(answer["effect"] == "error")
    if answer["effect"] == "error":
        return False
    said = [one for one in answer["messages"] if not one["usual"] and one["level"] in {"WARNING", "ERROR", "CRITICAL"}]
    match rule.expected.effect:
        case "dormant_silent":
            return idle(rule, answer)
        case "dormant_announced" | "warn":
            return bool(said)
    return bool(answer["effect"] == "pass" or not idle(rule, answer))


def idle(rule: RuleBase, answer: Answer) -> bool:
    """Whether a dormant field of a rule was replaced, or nothing came of it."""
    unused = {name for name, seen in answer["behaviour"].items() if seen in {"unread", "no_difference"}}
    return bool((set(answer["effective"]) | unused) & set(rule.dormant_fields))


def spared(rule: RuleBase, answer: Answer) -> bool:
    """Whether a config can be used, and what a rule says did not become of it, said or unsaid."""
    return works(answer) and (rule.expected.effect == "pass" or not (shows(rule, answer) or idle(rule, answer)))


def works(answer: Answer) -> bool:
    """Whether a config can be used."""
    return "unchecked" not in answer and answer["effect"] != "error"


def told(answer: Answer) -> tuple[str, ...]:
    """All that was said, less what is said of any config, and the exception with its class."""
    exception = answer["exception"] or {"type": "", "message": ""}
    return (exception["type"], exception["message"], *(one["text"] for one in answer["messages"] if not one["usual"]))


@dataclass(frozen=True)
class Both:
    """The two versions. ``problems`` names what the answers refute; nothing, where a change is so."""

    old: Live
    new: Live

    def problems(self, change: Change, tried: Mapping[str, Any] | None) -> list[str]:
        """``tried``: what the report says that both versions did."""
        if isinstance(change, SchemaChange):
            return list(SCHEMAS[change.kind](self, change))
        assert isinstance(change, RuleChange)
        if tried is None:
            return list(self._claims_nothing(change))
        if not tried["library_changed"]:
            return list(self._not_seen(change, tried))
        return [*self._seen(change, tried), *self._missed(change, tried)]

    # ---------------------------------------------------------------- the library changed

    def _seen(self, change: RuleChange, tried: Mapping[str, Any]) -> Iterator[str]:
        if change.kind in DIFFERENCES:
            assert change.new is not None
            before, after = self._asked(change.new.rule, tried["came"], change)
            if not DIFFERENCES[change.kind](before, after):
                yield f"{tried['came']}: the same on both: {before} and {after}"
            return
        for name, entry in (("came", change.new), ("went", change.old)):
            if tried[name] is not None and entry is not None:
                before, after = self._asked(entry.rule, tried[name], change)
                here, there = (after, before) if name == "came" else (before, after)
                if not shows(entry.rule, here):
                    yield f"{name} {tried[name]}: not shown: {here}"
                if not spared(entry.rule, there):
                    yield f"{name} {tried[name]}: shown on the other too: {there}"

    def _missed(self, change: RuleChange, tried: Mapping[str, Any]) -> Iterator[str]:
        if tried["missed"] is not None:
            assert change.old is not None
            answer = self.new.ask(change.native_type, tried["missed"], change.old.rule.reach)
            if not shows(change.old.rule, answer):
                yield f"missed {tried['missed']}: no longer done: {answer}"

    def _asked(self, rule: RuleBase, kwargs: Kwargs, change: RuleChange) -> tuple[Answer, Answer]:
        reach = rule.reach
        if change.kind == "reach_moved":
            reach = min((change.before, change.after), key=REACHES.index)
        return self.old.ask(change.native_type, kwargs, reach), self.new.ask(change.native_type, kwargs, reach)

    # ---------------------------------------------------------------- it did not, or nothing is claimed of it

    def _not_seen(self, change: RuleChange, tried: Mapping[str, Any]) -> Iterator[str]:
        """Each side's rule is right on its own example, and no example of either tells the versions apart as the kind says."""
        yield from self._right(change)
        yield from self._missed(change, tried)
        entry = change.new or change.old
        assert entry is not None
        before, after = self._asked(entry.rule, entry.rule.kwargs_positive, change)
        lacks, has = (before, after) if entry is change.new else (after, before)
        one_way = change.kind in {"rule_added", "rule_removed", "verdict_changed"}
        if one_way and entry.rule.expected.effect != "pass" and spared(entry.rule, lacks) and shows(entry.rule, has):
            yield f"{entry.rule.kwargs_positive}: {lacks} and {has}"

    def _claims_nothing(self, change: RuleChange) -> Iterator[str]:
        if change.lacking:
            entry, other = (
                (change.new, self.old) if change.new is not None and change.new.in_force else (change.old, self.new)
            )
            assert entry is not None
            answer = other.ask(change.native_type, entry.rule.kwargs_positive, entry.rule.reach)
            if works(answer):
                yield f"{', '.join(change.lacking)} is not lacking: {answer}"
            return
        yield from self._right(change)
        if change.kind in {"rule_added", "rule_removed"} and change.redundant:
            entry, other = (change.new, self.old) if change.new is not None else (change.old, self.new)
            assert entry is not None
            answer = other.ask(change.native_type, entry.rule.kwargs_positive, entry.rule.reach)
            if spared(entry.rule, answer) and entry.rule.expected.effect != "pass":
                yield f"no other rule can say so: {answer}"

    def _right(self, change: RuleChange) -> Iterator[str]:
        for live, entry in ((self.old, change.old), (self.new, change.new)):
            if entry is not None and entry.in_force:
                answer = live.ask(change.native_type, entry.rule.kwargs_positive, entry.rule.reach)
                if not shows(entry.rule, answer):
                    yield f"{live.version} does not show {entry.rule.id} on its own example: {answer}"


def _effective(answer: Answer) -> Any:
    return sorted((name, repr(value)) for name, value in answer["effective"].items())


DIFFERENCES: dict[str, Callable[[Answer, Answer], bool]] = {
    "effect_escalated": lambda one, two: one["effect"] != two["effect"] or told(one) != told(two),
    "effect_relaxed": lambda one, two: one["effect"] != two["effect"] or told(one) != told(two),
    "channel_promoted": lambda one, two: one["channel"] != two["channel"],
    "channel_demoted": lambda one, two: one["channel"] != two["channel"],
    "effective_value_changed": lambda one, two: (
        (one["effect"], _effective(one), one["behaviour"]) != (two["effect"], _effective(two), two["behaviour"])
    ),
    "message_changed": lambda one, two: told(one) != told(two),
    "reach_moved": lambda one, two: one["effect"] != two["effect"],
}


def _field(both: Both, change: SchemaChange) -> Iterator[str]:
    has, lacks = (both.new, both.old) if change.kind == "field_added" else (both.old, both.new)
    for live, wanted in ((has, True), (lacks, False)):
        if change.field is None:
            there = "unchecked" not in live.ask(change.native_type, {}, "construct")
        else:
            there = change.field in live.fields(change.native_type)
        if there is not wanted:
            yield f"{live.version} {'has not' if wanted else 'has'} {change.subject}"
    if change.field is not None and change.facet == "refused":
        answer = lacks.ask(change.native_type, {change.field: None}, "construct")
        if works(answer):
            yield f"{lacks.version} takes {change.field}: {answer}"


def _default(both: Both, change: SchemaChange) -> Iterator[str]:
    for live, wanted in ((both.old, change.was), (both.new, change.now)):
        about = live.fields(change.native_type)[str(change.field)]
        seen = {"default": about["default"]} if "default" in about else {}
        if not isinstance(decode(seen.get("default")), Opaque) and not equal(decode(seen), decode(wanted)):
            yield f"{live.version} has {seen} as default of {change.subject}, not {wanted}"


def _choice(both: Both, change: SchemaChange) -> Iterator[str]:
    added = change.kind == "choice_added"
    for live, wanted in ((both.new, added), (both.old, not added)):
        answer = live.ask(change.native_type, {str(change.field): change.now if added else change.was}, "validate")
        # Refused for what other fields lack, the choice itself was taken.
        taken = works(answer) or (wanted and (answer["exception"] or {}).get("field", change.field) != change.field)
        if taken is not wanted:
            yield f"{live.version} {'refuses' if wanted else 'takes'} it: {answer}"


def _type(both: Both, change: SchemaChange) -> Iterator[str]:
    """Unknown keywords are put to both; of a described type it is asked whether the live type is described so."""
    for live, plain in ((both.old, change.was), (both.new, change.now)):
        if change.field is None:
            answer = live.ask(change.native_type, {NOBODY_DECLARES_IT: 1}, "construct")
            if works(answer) is not plain["additionalProperties"]:
                yield f"{live.version}: {answer}"
        elif change.field not in live.fields(change.native_type):
            yield f"{live.version} has no {change.subject}"


SCHEMAS: dict[str, Callable[[Both, SchemaChange], Iterator[str]]] = {
    "field_added": _field,
    "field_removed": _field,
    "default_changed": _default,
    "choice_added": _choice,
    "choice_removed": _choice,
    "type_widened": _type,
    "type_narrowed": _type,
    "deprecated": _type,
}
