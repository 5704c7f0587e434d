"""Planted faults: a rule that is made wrong must be caught on the live library, and the divergence named rightly.

Each mutant changes one numeric bound of a confirmed rule's predicate, or turns the predicate round. ``widen`` and
``narrow`` come twice: with the author's pair kept, and with a pair that the wrong predicate agrees with, as an author who
believes in it would write: then only the library can tell.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from llem_rules.replay.run import live_defaults, replay_rules
from llem_rules.rules import Config, rule_from, to_document
from llem_rules.rules.kinds import RuleBase
from tests.live import all_rules, live_session

WANTED = 20
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Bound:
    """One numeric bound in a rule's predicate, on a field that both of its kwargs give."""

    rule: RuleBase
    field: str
    path: Path

    @property
    def value(self) -> float:
        return float(_at(to_document(self.rule), self.path))

    def moved(self, by: float) -> dict[str, Any]:
        """The rule's document with the bound moved."""
        document = copy.deepcopy(to_document(self.rule))
        _at(document, self.path[:-1])[self.path[-1]] += by
        return document

    def flipped(self) -> dict[str, Any]:
        """The rule's document with the operator turned round."""
        document = copy.deepcopy(to_document(self.rule))
        condition, operator = _at(document, self.path[:-1]), str(self.path[-1])
        condition[FLIPPED[operator]] = condition.pop(operator)
        return document

    def candidates(self) -> list[dict[str, Any]]:
        """The rule's kwargs with the field at values around the bound."""
        whole = type(self.rule.kwargs_positive[self.field]) is int
        steps = range(-8, 9)
        values = [int(self.value) + s if whole else self.value + s / 2 for s in steps]
        pairs = itertools.product((self.rule.kwargs_positive, self.rule.kwargs_negative), values)
        return [{**kwargs, self.field: value} for kwargs, value in pairs]


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def bounds_of(rule: RuleBase) -> Iterator[Bound]:
    """The numeric bounds of an error rule that shows while the config is constructed.

    Later stages look at packages and models too, so a mutant's config may be refused for what is not installed here.
    """
    if rule.reach != "construct":
        return
    document = to_document(rule)
    for part in rule.predicate_parts:
        for field, path in _bounds_in(document[part], (part,)):
            given = rule.kwargs_positive.get(field), rule.kwargs_negative.get(field)
            if rule.expected.effect == "error" and all(type(value) in (int, float) for value in given):
                yield Bound(rule, field, path)


def _bounds_in(plain: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Path]]:
    for key, value in plain.items():
        if key in {"all_of", "any_of"}:
            for index, inner in enumerate(value):
                yield from _bounds_in(inner, (*path, key, index))
        elif key == "not":
            yield from _bounds_in(value, (*path, key))
        elif isinstance(value, dict) and "." not in key:
            for operator, bound in value.items():
                if operator in FLIPPED and type(bound) in (int, float) and FLIPPED[operator] not in value:
                    yield key, (*path, key, operator)


Fault = tuple[RuleBase, frozenset[str]]


class Planter:
    """Makes mutants of one engine's rules, knowing the library's defaults."""

    def __init__(self, rules: tuple[RuleBase, ...], defaults: Mapping[str, Mapping[str, Any]]) -> None:
        self._rules = rules
        self._defaults = defaults

    def _fires(self, rule: RuleBase, kwargs: Mapping[str, Any]) -> bool:
        return rule.fires(Config.of(kwargs, self._defaults.get(rule.native_type))) is True

    def _is_quiet(self, kwargs: Mapping[str, Any], native_type: str) -> bool:
        """Whether no rule of the type speaks of the config: the library accepts it."""
        return not any(self._fires(rule, kwargs) for rule in self._rules if rule.native_type == native_type)

    def faults(self, bound: Bound) -> list[Fault]:
        """All four faults of a bound, six mutants; empty where the bound has no room for one of them."""
        rule = bound.rule
        inverted = to_document(rule)
        main = "require" if "require" in inverted else "match"
        inverted = {**inverted, main: {"not": inverted[main]}}
        found: list[Fault] = [
            (_named(bound.flipped(), "flip"), frozenset({"predicate"})),
            (_named(inverted, "invert"), frozenset({"predicate"})),
        ]
        for by in (2, -2):
            made = self._moved(bound, by)
            if made is None:
                return []
            found += made
        names = {one.id.rpartition("-")[2] for one, _ in found}
        return found if {"widened", "narrowed", "overreach", "undercut"} <= names else []

    def _moved(self, bound: Bound, by: float) -> list[Fault] | None:
        rule, wrong = bound.rule, rule_from(bound.moved(by))
        points = bound.candidates()
        own = [(self._fires(rule, kwargs), self._fires(wrong, kwargs), kwargs) for kwargs in points]
        quiet = [kwargs for was, now, kwargs in own if not was and not now and self._is_quiet(kwargs, rule.native_type)]
        only_new = [kwargs for was, now, kwargs in own if now and not was and self._is_quiet(kwargs, rule.native_type)]
        only_old = [kwargs for was, now, kwargs in own if was and not now]
        both = [kwargs for was, now, kwargs in own if was and now]
        document = bound.moved(by)
        if only_new and quiet:
            believed = {**document, "kwargs_positive": only_new[0], "kwargs_negative": quiet[0]}
            kinds = frozenset({"predicate", "noisy"})
            return [(_named(document, "widened"), kinds), (_named(believed, "overreach"), frozenset({"missing"}))]
        if only_old and both:
            believed = {**document, "kwargs_positive": both[0], "kwargs_negative": only_old[0]}
            kinds = frozenset({"predicate", "missing"})
            return [(_named(document, "narrowed"), kinds), (_named(believed, "undercut"), frozenset({"noisy"}))]
        return None


def _named(document: dict[str, Any], name: str) -> RuleBase:
    return rule_from({**document, "id": f"{document['id']}-{name}"})


ENGINES = [
    pytest.param("transformers", 4, id="transformers"),
    pytest.param("vllm", WANTED, id="vllm", marks=[pytest.mark.slow, pytest.mark.xdist_group("vllm")]),
]


@pytest.mark.parametrize(("engine", "wanted"), ENGINES)
def test_every_planted_fault_is_caught_and_named(engine: str, wanted: int) -> None:
    session, rules = live_session(engine), all_rules(engine)
    types = sorted({rule.native_type for rule in rules})
    planter = Planter(rules, live_defaults(session, types))
    with_room = (
        (rule, found) for rule in rules if (found := next(filter(None, map(planter.faults, bounds_of(rule))), None))
    )
    originals, chosen = zip(*itertools.islice(with_room, WANTED), strict=True)
    assert len(chosen) >= wanted, f"the test needs {wanted} rules with room for all four faults, found {len(chosen)}"
    planted = [fault for faults in chosen for fault in faults]
    result = replay_rules(session, [rule for rule, _ in planted], lambda _done, _total: None)
    wrong = []
    for verdict, (rule, expected) in zip(result.verdicts, planted, strict=True):
        kinds = {divergence.kind for divergence in verdict.divergences}
        if verdict.outcome != "divergent" or not kinds & expected:
            wrong.append(f"{rule.id}: {verdict.outcome} {sorted(kinds)}, expected {sorted(expected)}")
    assert not wrong, "\n".join(wrong)
    # The control: what the mutants were made from is right.
    control = replay_rules(session, list(originals), lambda _done, _total: None)
    assert [verdict.rule.id for verdict in control.verdicts if verdict.outcome != "confirmed"] == []
