"""Dormancies whose order cannot be told: each changes a field on which another one depends, round in a circle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from llem_rules.corpus.findings import Finding
from llem_rules.corpus.lint.subject import Subject
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import AllOf, Predicate, fields_of
from llem_rules.rules.reason import never


def asked_by(rule: RuleBase) -> set[str]:
    """Fields on which it depends whether a dormancy fires, without those that it makes dormant itself."""
    return set(fields_of(rule.predicate)) - set(rule.dormant_fields)


def precedences(dormancies: Sequence[RuleBase]) -> dict[str, list[str]]:
    """For each dormancy of one native type the ids of those that depend on what it does: it applies before them.

    Two that can never fire on one config have no order, and neither have two of which the first leaves true what the
    second asks.
    """
    found: dict[str, list[str]] = {}
    for one in dormancies:
        changed = set(one.dormant_fields)
        found[one.id] = [
            other.id
            for other in dormancies
            if other is not one and changed & asked_by(other) and _can_matter(one, other)
        ]
    return found


def _can_matter(one: RuleBase, other: RuleBase) -> bool:
    """Whether the second can stop firing because the first applied: it asks for what is ignored now, or is another value."""
    both = AllOf((one.predicate, other.predicate))
    if never(both) is not None:
        return False
    replaced = {name: about.effective for name, about in one.dormant_fields.items() if about.replaced}
    shared = set(one.dormant_fields) & asked_by(other)
    if not shared <= replaced.keys():
        return True
    after = [_equals(name, replaced[name]) for name in sorted(shared)]
    return None in after or never(AllOf((*(part for part in after if part is not None), other.predicate))) is not None


def _equals(name: str, value: object) -> Predicate | None:
    """That a field has an effective value; None where the value is a reference, or says that the field is dropped."""
    if isinstance(value, str) and value.startswith("@") and not value.startswith("@@"):
        return None
    if isinstance(value, Mapping):
        return None
    return parse_predicate({"fields": {name: {"==": value}}})


def circles(dormancies: Iterable[RuleBase]) -> list[tuple[str, ...]]:
    """Circles of ids, each once, starting at the id that sorts first."""
    by_type: dict[str, list[RuleBase]] = defaultdict(list)
    for rule in dormancies:
        if rule.dormant_fields:
            by_type[rule.native_type].append(rule)
    found: dict[tuple[str, ...], None] = {}
    for rules in by_type.values():
        after = precedences(rules)
        for start in sorted(after):
            circle = _way_back(start, after)
            if circle is not None and min(circle) == start:
                found[circle] = None
    return list(found)


def _way_back(start: str, after: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
    """The shortest way from an id to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for following in sorted(after.get(way[-1], ())):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return None


def dormancies_in_circles(subjects: Iterable[Subject]) -> Iterator[Finding]:
    """L037: the order in which dormancies apply has to be clear."""
    by_id = {subject.rule.id: subject for subject in subjects}
    for circle in circles(subject.rule for subject in by_id.values()):
        shown = " → ".join((*circle, circle[0]))
        message = f"each of these dormancies undoes what the next one asks, round in a circle: {shown}"
        yield by_id[circle[0]].finding("L037", ("dormant",), message, on_key=True)
