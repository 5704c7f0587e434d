"""Whether the library changed, or only what is known of it: changes put to two versions that a table of answers stands for.

No library is imitated: a version is a predicate of what it refuses, silences or says, and the answers follow from it.
"""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.engines import Engine
from llem_rules.graph.comparison import Comparison
from llem_rules.graph.points import Point
from llem_rules.graph.sides import Side
from llem_rules.graph.tried import Versions
from llem_rules.graph.usage import Usage, UserConfig
from llem_rules.graph.version import Version
from llem_rules.reporting.diff_report import notes, seen
from llem_rules.rules import Config, compile_predicate, parse_predicate
from llem_rules.rules.observation import Observation, Refusal
from tests.graph.build import TYPE, Plain, compared, needs, rule, side, silent, told

FIELDS: Plain = {"n": {}, "p": {}}
ENGINE = Engine("e", "m", {})


def version(of: Side, refuses: Plain | None = None, silences: Plain | None = None, words: str = "no good") -> Version:
    """A version that refuses some configs, and drops ``p`` from some."""
    refused = compile_predicate(parse_predicate(refuses)) if refuses else lambda _: False
    silenced = compile_predicate(parse_predicate(silences)) if silences else lambda _: False

    def one(case: dict[str, Any]) -> Observation:
        config = Config.of(case["kwargs"])
        if refused(config) is True:
            return Observation(refusals=(Refusal(("ValueError",), words, None, None),))
        gone = silenced(config) is True and "p" in case["kwargs"]
        return Observation(effective={"p": {"$absent": True}} if gone else {})

    return Version(of, ENGINE, lambda cases: [one(case) for case in cases])


def asked(old: tuple[list[Plain], Plain], new: tuple[list[Plain], Plain]) -> Comparison:
    """Rules of both sides, and what their libraries do."""
    before, after = side(old[0], FIELDS), side(new[0], FIELDS, "2")
    versions = Versions(version(before, **old[1]), version(after, **new[1]))
    return compared(before, after, ask=versions.try_change)


def low(bound: int, **more: Any) -> Plain:
    """A refusal below a bound, with its pair."""
    return rule({"n": {"<": bound}}, kwargs_positive={"n": bound - 1}, kwargs_negative={"n": bound}, **more)


def drops(bound: int) -> Plain:
    """``p`` is dropped below a bound of ``n``."""
    pair: Plain = {"kwargs_positive": {"n": bound - 1, "p": 1}, "kwargs_negative": {"n": bound, "p": 1}}
    return silent({"n": {"<": bound}, "p": {"present": True}}, ["p"], **pair)


ONE, TWO = {"n": {"<": 1}}, {"n": {"<": 2}}
Side_ = tuple[list[Plain], Plain]
# Rules and what the library refuses or silences, before and now; what is told; whether the library changed, and what is missed.
CASES: dict[str, tuple[Side_, Side_, str, bool, Plain | None]] = {
    "refused only now": (([], {}), ([low(1)], {"refuses": ONE}), "rule_added breaking/safe", True, None),
    "refused before as well": (
        ([], {"refuses": ONE}), ([low(1)], {"refuses": ONE}), "rule_added notable/safe", False, None),
    "no longer refused": (([low(1)], {"refuses": ONE}), ([], {}), "rule_removed safe/notable", True, None),
    "still refused, and nobody says so": (
        ([low(1)], {"refuses": ONE}), ([], {"refuses": ONE}), "rule_removed safe/breaking", False, {"n": 0}),
    "more is refused": (
        ([low(1)], {"refuses": ONE}), ([low(2)], {"refuses": TWO}), "predicate_widened breaking/safe", True, None),
    "as much as before": (
        ([low(1)], {"refuses": TWO}), ([low(2)], {"refuses": TWO}), "predicate_widened notable/safe", False, None),
    "less is refused": (
        ([low(2)], {"refuses": TWO}), ([low(1)], {"refuses": ONE}), "predicate_narrowed safe/notable", True, None),
    "less is known to be refused": (
        ([low(2)], {"refuses": TWO}), ([low(1)], {"refuses": TWO}), "predicate_narrowed safe/breaking", False, {"n": 1}),
    "dropped only now": (([], {}), ([drops(1)], {"silences": ONE}), "rule_added breaking/safe", True, None),
    "dropped before as well": (
        ([], {"silences": ONE}), ([drops(1)], {"silences": ONE}), "rule_added notable/safe", False, None),
    "dropped, and refused before": (
        ([], {"refuses": ONE}), ([drops(1)], {"silences": ONE}), "rule_added notable/safe", False, None),
    "proved now, and so before too": (
        ([{**low(1), "verdict": "divergent"}], {"refuses": ONE}), ([low(1)], {"refuses": ONE}),
        "verdict_changed notable/safe", False, None),
    "proved, and new": (
        ([{**low(1), "verdict": "divergent"}], {}), ([low(1)], {"refuses": ONE}), "verdict_changed breaking/safe", True, None),
    "other words": (
        ([low(1)], {"refuses": ONE}),
        ([low(1, message_template="bad")], {"refuses": ONE, "words": "bad"}), "message_changed safe/safe", True, None),
    "other words in the rule, the same in the library": (
        ([low(1)], {"refuses": ONE, "words": "no good, bad"}),
        ([low(1, message_template="bad")], {"refuses": ONE, "words": "no good, bad"}), "message_changed safe/safe", False,
        None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_the_library_did(case: str) -> None:
    old, new, expected, changed, missed = CASES[case]
    comparison = asked(old, new)
    assert told(comparison) == [expected]
    [item] = comparison.items
    assert item.tried is not None
    assert item.tried.library_changed is changed
    assert (item.tried.missed and item.tried.missed.kwargs) == missed
    assert any(("not seen" in line) is not (changed or missed is not None) for line in seen(item.tried))
    assert f"{int(changed)} of them" in notes(comparison)[0]


NOT_ASKED: dict[str, tuple[list[Plain], list[Plain]]] = {
    "a new name": ([low(1)], [low(1, name="s")]),
    "another kind": ([low(1)], [needs({"not": {"n": {"<": 1}}}, kwargs_positive={"n": 0}, kwargs_negative={"n": 1})]),
    "one that was said before": ([low(2)], [low(2), low(1, name="s", message_template="lower")]),
    "one that is not proved": ([], [{**low(1), "verdict": "divergent"}]),
    "surroundings of which nothing is known": (
        [], [rule({"n": 1, "env": {"X": "1"}}, kwargs_positive={"n": 1}, kwargs_negative={"n": 2})]),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_ASKED)
def test_what_says_nothing_of_the_library_is_not_asked(case: str) -> None:
    old, new = NOT_ASKED[case]
    comparison = asked((old, {"refuses": TWO}), (new, {"refuses": TWO}))
    assert comparison.items
    assert [item.tried for item in comparison.items] == [None] * len(comparison.items)


def test_configs_in_use_are_asked_first() -> None:
    before, after = side([], FIELDS), side([low(1)], FIELDS, "2")
    mine = Point({"n": -7, "p": 1})
    versions = Versions(version(before), version(after, refuses=ONE), {TYPE: [mine]})
    [item] = compared(before, after, ask=versions.try_change).items
    assert item.tried is not None
    assert item.tried.came == mine


def test_a_config_in_use_that_fares_as_before_is_not_reached() -> None:
    """The rule is new and right of both configs; the library refused one of them before as well."""
    before, after = side([], FIELDS), side([low(2)], FIELDS, "2")
    configs = tuple(UserConfig(f"{n}.yaml", TYPE, {"n": n}) for n in (0, 1))
    usage = Usage(None, configs)
    versions = Versions(version(before, refuses=ONE), version(after, refuses=TWO), usage.samples)
    [item] = compared(before, after, usage=usage, ask=versions.try_change).items
    assert item.reach.paths == (("rule m.Thing.r", "field m.Thing.n", "config 1.yaml"),)
    assert item.verdicts.authors == "breaking"
    only = Usage(None, configs[:1])
    versions = Versions(version(before, refuses=ONE), version(after, refuses=TWO), only.samples)
    [item] = compared(before, after, usage=only, ask=versions.try_change).items
    assert (item.reach.paths, item.verdicts.authors) == ((), "notable")
