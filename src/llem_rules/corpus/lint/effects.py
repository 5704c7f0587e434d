"""Checks on what is expected: effect, channel, exception, dormant fields and message have to fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from llem_rules.corpus.findings import Finding, near
from llem_rules.corpus.lint.subject import Subject
from llem_rules.rules.messages import parse_template
from llem_rules.rules.predicates import fields_of

_CHANNELS: dict[str, tuple[str, ...]] = {
    "error": ("exception",),
    "warn": ("warnings", "logger"),
    "dormant_announced": ("warnings", "logger"),
    "dormant_silent": ("none",),
    "pass": ("none",),
}
_EFFECTS: dict[str, tuple[str, ...]] = {
    "invalidity": ("error", "warn"),
    "invariant": ("error", "warn"),
    "dormancy": ("dormant_silent", "dormant_announced", "pass"),
}
_SAYING = {"error": "raises", "warn": "says something", "dormant_announced": "says something"}


def channel_fits_effect(subject: Subject) -> Iterator[Finding]:
    """L041."""
    expected = subject.rule.expected
    fitting = _CHANNELS[expected.effect]
    if expected.channel not in fitting:
        what = _SAYING.get(expected.effect, "says nothing")
        message = f"the effect {expected.effect} {what}: its channel is {' or '.join(fitting)}, not {expected.channel}"
        yield subject.finding("L041", ("expected", "channel"), message)


def effect_fits_kind(subject: Subject) -> Iterator[Finding]:
    """L042."""
    rule = subject.rule
    fitting = _EFFECTS[rule.kind]
    if rule.expected.effect not in fitting:
        article = "a" if rule.kind == "dormancy" else "an"
        message = f"{article} {rule.kind} has the effect {' or '.join(fitting)}, not {rule.expected.effect}"
        yield subject.finding("L042", ("expected", "effect"), message)


def exception_goes_with_error(subject: Subject) -> Iterator[Finding]:
    """L043."""
    expected = subject.rule.expected
    if expected.effect == "error" and expected.exception is None:
        message = "an error needs the name of its exception"
        yield subject.finding("L043", ("expected",), message, hint="such as exception: ValueError")
    elif expected.effect != "error" and expected.exception is not None:
        message = f"an exception is named, but the effect is {expected.effect}"
        yield subject.finding("L043", ("expected", "exception"), message, on_key=True)


def dormancy_names_fields(subject: Subject) -> Iterator[Finding]:
    """L044."""
    if subject.rule.kind == "dormancy" and not subject.rule.dormant_fields:
        yield subject.finding("L044", ("dormant",), "a dormancy names the fields that have no effect")


def pass_replaces_nothing(subject: Subject) -> Iterator[Finding]:
    """L045."""
    if subject.rule.expected.effect != "pass":
        return
    for name, about in subject.rule.dormant_fields.items():
        if about.replaced:
            message = f"where the effect is pass nothing changes, but {name} is said to be replaced"
            yield subject.finding("L045", ("dormant", name), message)


def announcement_has_words(subject: Subject) -> Iterator[Finding]:
    """L046: what is said aloud is quoted."""
    rule = subject.rule
    if rule.expected.effect in {"error", "warn", "dormant_announced"} and not rule.message_template:
        message = f"the effect is {rule.expected.effect}, and message_template does not say what the library says"
        yield subject.finding("L046", ("expected", "effect"), message, hint="quote it, with {field} for values")


def template_is_filled(subject: Subject) -> Iterator[Finding]:
    """L019: braces are paired, and every placeholder is a field."""
    rule = subject.rule
    if rule.message_template is None:
        return
    where = ("message_template",)
    try:
        placeholders = parse_template(rule.message_template).placeholders
    except ValueError as error:
        yield subject.finding("L019", where, str(error))
        return
    # An exception may come without words (a bare assert); an announcement is words.
    if rule.expected.effect != "error" and not rule.message_template.replace("{*}", "").strip():
        yield subject.finding("L019", where, "a message of nothing but {*} says nothing")
    known = subject.known.fields(rule.native_type)
    named = {*fields_of(rule.predicate), *rule.dormant_fields, *rule.kwargs_positive, *rule.kwargs_negative}
    for placeholder in placeholders:
        field = placeholder.partition(".")[0]
        if field in named or field in known:
            continue
        # Where the fields are not known, only what is nearly a field of this rule is surely a slip.
        meant = near(field, (*named, *known), 0.6 if known else 0.8)
        if known or meant:
            yield subject.finding("L019", where, f"no field fills {{{placeholder}}}", suggestion=meant)


CHECKS = (
    channel_fits_effect,
    effect_fits_kind,
    exception_goes_with_error,
    dormancy_names_fields,
    pass_replaces_nothing,
    announcement_has_words,
    template_is_filled,
)
