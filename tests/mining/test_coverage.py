"""Classes of effect sites: which count, which stand apart, which are out of reach, and whose rules cover what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from llem_rules.mining.coverage import CoveredSite, Witness, cover, grouped, judged
from llem_rules.mining.model import EffectSite, Finding
from llem_rules.reporting.coverage_report import document, html
from llem_rules.rules.config import Surroundings
from llem_rules.rules.parse import parse_predicate

RAISE = EffectSite("toy.A", "toy/a.py", 10, "A.__init__", "raise", "construct", "exception", exception="ValueError")
LOG = replace(RAISE, kind="log", channel="logger", exception=None, level="warning")
REWRITE = replace(RAISE, kind="rewrite", channel="none", exception=None, field="n")
HERE = Surroundings(env={}, platform={"device": "cpu"}, packages={"there": "1.0"})


def witness(native_type: str = "toy.A", line: int = 10) -> Witness:
    return Witness("r", native_type, "toy/a.py", "A.__init__", line, frozenset({"n"}), frozenset({"n"}), "error")


def covered(site: EffectSite, *witnesses: Witness, condition: dict[str, Any] | None = None) -> CoveredSite:
    finding = Finding(site, parse_predicate(condition or {"n": 1}))
    [one] = cover(grouped([finding], {"toy.Builder"}), witnesses, HERE, {"toy.Builder"})
    return one


CASES: list[tuple[EffectSite, list[Witness], str | None, bool, bool]] = [
    # site, witnesses, apart, reachable, covered
    (RAISE, [], None, True, False),
    (RAISE, [witness()], None, True, True),
    (RAISE, [witness(line=11)], None, True, False),
    (LOG, [], None, True, False),
    (replace(LOG, level="info"), [], "quiet", False, False),
    (replace(LOG, level="debug"), [], "quiet", False, False),
    (replace(LOG, level="info"), [witness()], "quiet", False, False),
    (replace(REWRITE, converts=True), [], "conversion", False, False),
    (replace(RAISE, exception="AssertionError"), [], "assertion", False, False),
    (replace(RAISE, exception="AssertionError"), [witness()], "assertion", False, False),
    (replace(RAISE, again=True), [], "passed on", False, False),
    # a warning on the way to the effect, which only the positive shows
    (replace(LOG, line=7), [witness()], None, True, False),
    (replace(LOG, line=7), [replace(witness(), beside=frozenset({("toy/a.py", 7)}))], None, True, True),
    (replace(RAISE, line=7), [replace(witness(), beside=frozenset({("toy/a.py", 7)}))], None, True, False),
    # a rule that was seen to rewrite says that it is more than a conversion
    (replace(REWRITE, converts=True), [witness()], "conversion", True, True),
    # the rule of a type whose build makes objects of others counts for their places, that of any other type does not
    (RAISE, [witness("toy.Builder")], None, True, True),
    (RAISE, [witness("toy.Other")], None, True, False),
]


@pytest.mark.parametrize(("site", "witnesses", "apart", "reachable", "triggered"), CASES)
def test_classes(
    site: EffectSite, witnesses: list[Witness], apart: str | None, reachable: bool, triggered: bool
) -> None:
    one = covered(site, *witnesses)
    assert (one.apart, one.reachable, one.covered) == (apart, reachable, triggered)


SURROUNDINGS = [
    ({"platform": {"device": "cuda"}}, "needs another platform: device"),
    ({"packages": {"gone": {"present": True}}}, "needs a package: gone"),
    ({"packages": {"there": {">=": "2"}}}, "needs another version of a package: there"),
    ({"env": {"SWITCH": "1"}}, "needs an environment variable: SWITCH"),
    ({"packages": {"there": {"present": True}}}, None),
]


@pytest.mark.parametrize(("part", "reason"), SURROUNDINGS)
def test_what_the_surroundings_lack(part: dict[str, Any], reason: str | None) -> None:
    one = covered(RAISE, condition={"n": 1, **part})
    assert (one.reachable, one.unreachable) == (reason is None, reason)


@pytest.mark.parametrize(
    ("witnesses", "reachable", "apart"),
    [([], False, None), ([witness()], True, None)],
)
def test_a_reason_counts_where_no_rule_shows_otherwise(
    witnesses: list[Witness], reachable: bool, apart: str | None
) -> None:
    one = covered(RAISE, *witnesses)
    [reasoned] = judged([one], {RAISE.key: "needs a package: x"}, {})
    assert (reasoned.reachable, reasoned.apart) == (reachable, apart)
    [foreign] = judged([one], {}, {"not of the config": {RAISE.key}})
    assert foreign.apart == (None if witnesses else "not of the config")


def test_a_place_belongs_to_the_type_whose_own_construction_leads_there() -> None:
    own, built = (
        Finding(RAISE, parse_predicate({"n": 1})),
        Finding(replace(RAISE, native_type="toy.Builder"), parse_predicate({})),
    )
    later = Finding(replace(RAISE, native_type="toy.Builder", line=20), parse_predicate({}))
    assert {key[0] for key in grouped([own, built], {"toy.Builder"})} == {"toy.A"}
    assert {(key[0], key[2]) for key in grouped([own, built, later], {"toy.Builder"})} == {
        ("toy.A", 10),
        ("toy.Builder", 20),
    }
    # two types that share a base class each have their own site
    assert len(grouped([own, built])) == 2


def test_counts_add_up() -> None:
    sites = [
        covered(RAISE, witness()),
        covered(replace(LOG, level="info", line=3)),
        judged([covered(replace(RAISE, line=4))], {replace(RAISE, line=4).key: "needs a package: x"}, {})[0],
        judged(
            [covered(replace(RAISE, line=5))],
            {replace(RAISE, line=5).key: "needs a model: self.kind == 'b' is False here"},
            {},
        )[0],
        covered(replace(RAISE, line=6)),
    ]
    summary = document("toy", sites)["summary"]
    counts = summary["native_types"]["toy.A"]
    assert counts["apart"] == {"quiet": 1}
    assert counts["unreachable"] == {"needs a model": 1, "needs a package: x": 1}
    assert counts["sites"] == sum(counts["apart"].values()) + sum(counts["unreachable"].values()) + counts["reachable"]
    assert (counts["reachable"], counts["covered"], counts["share"]) == (2, 1, 0.5)
    page = html("toy", sites)
    assert "needs a package: x" in page
    assert "quiet: said below warning level" in page
