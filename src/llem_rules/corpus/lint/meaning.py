"""Checks on what predicates mean: never true, always true, the same as another rule's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from llem_rules.corpus.findings import Finding, Location
from llem_rules.corpus.lint.subject import Subject
from llem_rules.rules.config import Config
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.reason import always, equivalent, never


def predicate_can_be_true(subject: Subject) -> Iterator[Finding]:
    """L031: the rule can never fire, or a branch of it can never be true."""
    found = False
    for part, predicate in subject.parts.items():
        why = subject.never_fires if part == "match" else never(predicate)
        if why is not None:
            found = True
            yield subject.finding("L031", (part,), _because("this predicate can never be true", why))
        else:
            for location, branch in _alternatives(subject.plain[part], (part,)):
                why = never(parse_predicate(branch))
                if why is not None:
                    yield subject.finding("L031", location, _because("this branch can never be true", why))
    if not found and "require" in subject.parts:
        why = subject.never_fires
        if why is not None:
            message = "this invariant can never be violated"
            yield subject.finding("L031", ("require",), _because(message, why), hint="given rules out every violation")


def _because(message: str, why: str) -> str:
    return f"{message}: {why}" if why else message


def _alternatives(plain: Any, location: Location) -> Iterator[tuple[Location, Any]]:
    """Every item of an ``any_of`` anywhere in a predicate."""
    for key, value in plain.items():
        here = (*location, key)
        if key in {"any_of", "all_of"}:
            for index, item in enumerate(value):
                if key == "any_of":
                    yield (*here, index), item
                yield from _alternatives(item, (*here, index))
        elif key == "not":
            yield from _alternatives(value, here)


def predicate_can_be_false(subject: Subject) -> Iterator[Finding]:
    """L032: the rule would fire on every config, or a guard says nothing."""
    if subject.always_fires:
        yield subject.finding("L032", (subject.rule.predicate_parts[-1],), "this predicate is true of every config")
    elif "given" in subject.parts and always(subject.parts["given"]):
        yield subject.finding("L032", ("given",), "this guard is true of every config: leave it out")


CHECKS = (predicate_can_be_true, predicate_can_be_false)


def duplicate_ids(subjects: Iterable[Subject]) -> Iterator[Finding]:
    """L021: an id is taken once, in all files together."""
    first: dict[str, Subject] = {}
    for subject in subjects:
        other = first.setdefault(subject.rule.id, subject)
        if other is not subject:
            yield subject.finding("L021", ("id",), f"this id is taken by {other.located.place()}")


def duplicate_predicates(subjects: Iterable[Subject]) -> Iterator[Finding]:
    """L022: two rules of one native type that fire on the same configs with the same effect."""
    groups: dict[Any, list[Subject]] = defaultdict(list)
    for subject in subjects:
        rule = subject.rule
        fields = frozenset(fields_of(rule.predicate))
        effect = (rule.expected.effect, rule.reach, frozenset(rule.dormant_fields))
        claim = (rule.native_type, *effect, rule.applies_to, fields)
        for other in groups[claim]:
            if other.rule.id == rule.id or _told_apart(subject, other):
                continue
            if equivalent(rule.predicate, other.rule.predicate):
                message = f"fires on the same configs as {other.rule.id}, with the same effect"
                yield subject.finding("L022", (rule.predicate_parts[-1],), message, hint=other.located.place())
                break
        groups[claim].append(subject)


def _told_apart(one: Subject, other: Subject) -> bool:
    """Whether the examples of the two rules already show that they differ; most pairs end here."""
    examples = [kwargs for rule in (one.rule, other.rule) for kwargs in (rule.kwargs_positive, rule.kwargs_negative)]
    configs = [Config.of(kwargs) for kwargs in examples]
    return any(one.rule.fires(config) is not other.rule.fires(config) for config in configs)
