"""Planted conditions of every shape: each is inferred exactly, or it is said why not."""

from __future__ import annotations

import math
from functools import cache
from itertools import product
from typing import Any

import pytest

from llem_rules.mining.dynamic import Hints, Probed, probe
from llem_rules.mining.model import Candidate
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase, rule_from
from llem_rules.rules.messages import parse_template
from llem_rules.rules.values import equal
from tests.mining.dynamic import toys
from tests.mining.dynamic.fake import FakeLibrary, Toy, observe

_NUMBERS = [-3, -1, 0, 1, 2, 3, 4, 7, 8, 9, 11, 16, 17, 33, 37, 38, 64, 65, 100, 101, 16777216, 16777217]
_FLOATS = [
    -0.1,
    0.0,
    1e-6,
    1e-5,
    0.5,
    0.6,
    math.nextafter(0.9, 0),
    0.9,
    0.125,
    0.126,
    1.0,
    1.1,
    2.5,
    37.5,
    7.5,
    math.inf,
]
_OTHERS = [None, True, False, math.nan, "", "auto", "slow", "old", "left", "other", [], [1], ["a", "b"], {}, {"a": 1}]
_FEW = [-1, 0, 1, 2, 5, 8, 9, 16, 17, 33, 0.25, 0.75, True, False, "slow", None]


def probed(toy: type[Toy], seed: int = 0) -> Probed:
    """What probing a toy gives, once a process."""
    return _probed(toy.__name__, seed)


@cache
def _probed(name: str, seed: int) -> Probed:
    return probe_anew(getattr(toys, name), seed)


def probe_anew(toy: type[Toy], seed: int = 0) -> Probed:
    """What probing a toy gives."""
    hints = Hints(toys.HINTS.get(toy.__name__, {}))
    return probe(FakeLibrary([toy]), f"toy.{toy.__name__}", toy.defaults, hints, budget=6000, seed=seed)


def each(listed: list[type[Toy]]) -> list[Any]:
    """One parameter a toy; all tests of a toy run in one process, which probes it once."""
    return [pytest.param(toy, id=toy.__name__, marks=pytest.mark.xdist_group(toy.__name__)) for toy in listed]


def rule(candidate: Candidate) -> RuleBase:
    """The candidate as a rule."""
    known = {"id": f"{candidate.native_type}.{candidate.name}", "native_type": candidate.native_type}
    return rule_from({**known, **candidate.plain})


def grid(toy: type[Toy]) -> list[dict[str, Any]]:
    """Each value of every field alone, and all pairs and triples of a few."""
    names = list(toy.defaults)
    alone = [{name: value} for name in names for value in (*_NUMBERS, *_FLOATS, *_OTHERS)]
    together = product(*[_FEW if len(names) < 3 else _FEW[1:6] + _FEW[10:] for _ in names]) if len(names) > 1 else []
    return [*alone, *(dict(zip(names, values, strict=True)) for values in together)]


def is_odd(toy: type[Toy], point: dict[str, Any]) -> bool:
    """Whether two fields hold what is not their own type: Python compares two strings, and no rule speaks of them."""
    own = {name: (int, float) if isinstance(value, int | float) else object for name, value in toy.defaults.items()}
    return sum(not isinstance(value, own[name]) for name, value in point.items()) > 1


def shows(candidate: Candidate, raw: dict[str, Any]) -> bool | None:
    """Whether the candidate's effect is in a raw observation; None where something else came first."""
    [site] = candidate.sites
    expected = candidate.plain["expected"]
    if "exception" in raw:
        place, names = raw["exception"]["site"]["line"], raw["exception"]["mro"]
        return True if place == site.line and expected.get("exception") in names else None
    if site.kind == "rewrite":
        return site.field in raw["effective"]
    return any(message["site"]["line"] == site.line for message in raw["messages"])


def assert_examples(toy: type[Toy]) -> None:
    """Every candidate brings a pair that is one, and its template finds the message."""
    for candidate in probed(toy).candidates:
        own = rule(candidate)
        positive = Config.of(candidate.plain["kwargs_positive"], toy.defaults)
        assert own.fires(positive) is True
        assert own.fires(Config.of(candidate.plain["kwargs_negative"], toy.defaults)) is False
        raw = observe(toy, candidate.plain["kwargs_positive"])
        assert shows(candidate, raw)
        if own.message_template is not None:
            said = [message["text"] for message in raw["messages"]]
            said += [raw["exception"]["message"]] if "exception" in raw else []
            pattern = parse_template(own.message_template).pattern(positive.value)
            assert any(pattern.search(text) for text in said)


@pytest.mark.parametrize("toy", each(toys.EXACT))
def test_each_shape_is_inferred_exactly(toy: type[Toy]) -> None:
    found = probed(toy)
    assert found.untold == ()
    assert min(found.tested) >= 100
    rules = [(candidate, rule(candidate)) for candidate in found.candidates]
    shown = 0
    lines = {site.line for candidate in found.candidates for site in candidate.sites}
    for point in grid(toy):
        if is_odd(toy, point):
            continue
        raw = observe(toy, point)
        assert "exception" not in raw or raw["exception"]["site"]["line"] in lines, point
        config = Config.of(point, toy.defaults)
        for candidate, own in rules:
            expected = shows(candidate, raw)
            if expected is not None:
                assert own.fires(config) is expected, (candidate.name, candidate.plain, point)
                shown += expected
    assert shown
    assert_examples(toy)


@pytest.mark.parametrize("toy", each(toys.UNTELLABLE))
def test_what_the_language_cannot_infer_is_said(toy: type[Toy]) -> None:
    found = probed(toy)
    [untold] = found.untold
    assert "ValueError" in untold.about
    assert untold.why
    assert untold.examples
    assert_examples(toy)
    assert all(candidate.plain["expected"]["exception"] == "TypeError" for candidate in found.candidates)


PLAIN: dict[type[Toy], dict[str, Any]] = {
    toys.IntAtLeast: {"match": {"size": {"<": 3}}, "message_template": "size must be at least 3, got {size}"},
    toys.IntTooLarge: {"match": {"size": {">": 16777216}}},
    toys.FloatClosed: {"match": {"ratio": {">=": 0.9}}},
    toys.RangeClosed: {"given": {"ratio": {"type_is": ["int", "float"]}}, "require": {"ratio": {">=": 0, "<=": 1}}},
    toys.RangeInside: {"match": {"size": {">=": 3, "<": 8}}},
    toys.Choice: {"match": {"mode": {"not_in": ["auto", "fast", "slow"]}}},
    toys.ChoiceOfInts: {"match": {"bits": {"not_in": [2, 3, 4, 8]}}},
    toys.OptionalType: {"match": {"size": {"type_is_not": ["none", "int"]}}},
    toys.Divisible: {"match": {"block": {"not_multiple_of": 8}}},
    toys.GuardedThreshold: {"match": {"beams": 1, "returns": {">": 1}}},
    toys.GuardedByName: {"match": {"mode": "slow", "size": {">": 32}}},
    toys.Clamp: {"match": {"size": {">": 100}}, "dormant": {"size": {"effective": 100}}},
    toys.ReplacedBySibling: {"dormant": {"least": {"effective": "@most"}}},
    toys.Ignored: {"dormant": ["heat"], "message_template": "`heat` is set, but sample is off: it will be ignored"},
    toys.TwoFields: {"message_template": "low must not be above high={high}, got {low}."},
}


@pytest.mark.parametrize("toy", each(list(PLAIN)))
def test_the_simplest_predicate_is_preferred(toy: type[Toy]) -> None:
    plains = [candidate.plain for candidate in probed(toy).candidates]
    assert any(all(equal(plain.get(key), value) for key, value in PLAIN[toy].items()) for plain in plains), plains


def test_the_same_seed_gives_the_same_candidates() -> None:
    for toy in (toys.GuardedByName, toys.RangeClosed, toys.Clamp):
        assert repr(probe_anew(toy)) == repr(probe_anew(toy))


@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("toy", each([toys.IntAtLeast, toys.Choice, toys.GuardedByName]))
def test_another_seed_gives_the_same_predicates(toy: type[Toy], seed: int) -> None:
    def predicates(found: Probed) -> list[str]:
        return sorted(repr(sorted(candidate.plain.get("match", {}).items())) for candidate in found.candidates)

    assert predicates(probed(toy, seed)) == predicates(probed(toy))


@pytest.mark.parametrize("budget", [0, 1, 30, 150, 400])
def test_the_budget_is_kept(budget: int) -> None:
    library = FakeLibrary([toys.TwoFields])
    found = probe(library, "toy.TwoFields", toys.TwoFields.defaults, budget=budget)
    assert library.cases == found.cases <= budget
    assert any("budget" in one.why for one in found.untold)


def test_only_wanted_sites_are_inferred() -> None:
    sites = [
        site
        for candidate in probed(toys.Masked).candidates
        for site in candidate.sites
        if site.exception == "ValueError"
    ]
    wanted = sites[:1]
    found = probe(FakeLibrary([toys.Masked]), "toy.Masked", toys.Masked.defaults, targets=wanted, budget=4000)
    assert [candidate.sites[0].line for candidate in found.candidates] == [wanted[0].line]
    assert found.cases < probed(toys.Masked).cases
