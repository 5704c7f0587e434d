"""Sites that nothing given ever shows: proved from the conditions that could be said and from confirmed refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from llem_rules.mining.model import EffectSite, Finding, Opaque
from llem_rules.mining.shadow import Refusal, find_shadows
from llem_rules.rules.parse import parse_predicate

RAISE = EffectSite("toy.A", "toy/a.py", 10, "A.__init__", "raise", "construct", "exception", exception="ValueError")
REWRITE = replace(RAISE, kind="rewrite", channel="none", exception=None, field="n")
KNOWN = {"in": ["a", "b"]}
CASES: list[tuple[str, EffectSite, list[dict[str, Any]], dict[str, Any], dict[str, dict[str, Any]], str | None]] = [
    # name, site, conditions, defaults, refusals by id, what is found: None, "filling", or the reason
    ("nothing refuses it", RAISE, [{"x": {"not_in": ["a", "b"]}}], {}, {}, None),
    ("the declared values", RAISE, [{"x": {"not_in": ["a", "b"]}}], {}, {"r": {"not": {"x": KNOWN}}}, "never: refused by r"),
    ("fewer are refused", RAISE, [{"x": {"not_in": ["a", "b"]}}], {}, {"r": {"not": {"x": {"in": ["a", "b", "c"]}}}}, None),
    ("a bound", RAISE, [{"x": {"<=": 0}, "y": True}], {}, {"r": {"x": {"<": 1}}}, "never: refused by r"),
    ("a wider bound", RAISE, [{"x": {"<=": 0}}], {}, {"r": {"x": {"<": 0}}}, None),
    ("only where it was given", RAISE, [{"x": {"!=": None, "not_in": ["a"]}}], {"x": None},
     {"r": {"x": {"present": True, "not_in": ["a"]}}}, "never: refused by r"),
    ("a default is not given", RAISE, [{"x": {"!=": None, "not_in": ["a"]}}], {"x": "b"},
     {"r": {"x": {"present": True, "not_in": ["a"]}}}, None),
    ("two rules together", RAISE, [{"x": {"not_in": ["a", "b"]}}], {},
     {"r": {"x": {"not_in": ["a", "b"]}, "y": 1},
      "s": {"x": {"not_in": ["a", "b"]}, "y": {"!=": 1}}}, "never: refused by r, s"),
    ("every way", RAISE, [{"x": {"<": 0}}, {"x": {"<": -1}, "y": 1}], {}, {"r": {"x": {"<": 0}}}, "never: refused by r"),
    ("not every way", RAISE, [{"x": {"<": 0}}, {"y": 1}], {}, {"r": {"x": {"<": 0}}}, None),
    ("a rule of another field", RAISE, [{"x": {"<": 0}}], {}, {"r": {"y": {"<": 0}}}, None),
    ("it fills what is none", REWRITE, [{"n": None}], {"n": None}, {}, "filling"),
    ("it fills, and what is given is refused", REWRITE, [{"m": 1}], {"n": None}, {"r": {"n": {"!=": None}}}, "filling"),
    ("it replaces what was given", REWRITE, [{"m": 1}], {"n": None}, {}, None),
    ("none was given in place of a default", REWRITE, [{"n": None}], {"n": 3}, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("site", "conditions", "defaults", "refusals", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_shadows(
    site: EffectSite,
    conditions: list[dict[str, Any]],
    defaults: dict[str, Any],
    refusals: dict[str, dict[str, Any]],
    expected: str | None,
) -> None:
    known = {"toy.A": [Refusal(name, parse_predicate(one)) for name, one in refusals.items()]}
    # what could not be said only narrows a way
    findings = [Finding(site, parse_predicate(one), (Opaque("f(x)", "a call"),)) for one in conditions]
    shadows = find_shadows({site.key: findings}, known, {"toy.A": defaults})
    found = "filling" if site.key in shadows.filling else shadows.reasons.get(site.key)
    assert found == expected
