"""Predicted against observed, claim by claim: who is right, which class it counts for, and what is the cause."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.rules.config import Config
from llem_rules.rules.observation import Observation
from llem_rules.verification.comparing import compare
from llem_rules.verification.scores import Scores, summed
from tests.verification.made import DEFAULTS, TYPE, corpus, seen

AT = "lib/t.py:T.check:7"

# kwargs, what the library did, claims with their ends, disagreements as (kind, effect, cause)
CASES: list[tuple[str, dict[str, Any], Observation, list[tuple[str, str]], list[tuple[str, str, str]]]] = [
    ("nothing said, nothing seen", {"n": 2}, seen(), [], []),
    ("refused as said", {"n": 0}, seen(raised="n must be at least 1, got 0"), [("error", "hit")], []),
    ("not refused", {"n": 0}, seen(), [("error", "false_alarm")],
     [("false_alarm", "error", f"{TYPE}.n-below-one")]),
    ("refused, nothing said", {"n": 2}, seen(raised="n is even"), [("error", "missed")], [("missed", "error", AT)]),
    ("refused for another reason", {"n": 0}, seen(raised="n is even"), [("error", "hit")],
     [("other_site", "error", AT)]),
    ("a refusal hides the rest", {"n": 0, "t": 0.0, "p": 0.5}, seen(raised="n must be at least 1, got 0"),
     [("error", "hit")], []),
    ("rewritten as said", {"t": 0.0, "p": 0.5}, seen(effective={"p": 1.0}), [("dormant_silent", "hit")], []),
    ("not rewritten", {"t": 0.0, "p": 0.5}, seen(), [("dormant_silent", "false_alarm")],
     [("false_alarm", "dormant_silent", f"{TYPE}.p-when-greedy"),
      ("inexact", "dormant_silent", f"{TYPE}.p-when-greedy")]),
    ("rewritten to something else", {"t": 0.0, "p": 0.5}, seen(effective={"p": 0.9}), [("dormant_silent", "hit")],
     [("inexact", "dormant_silent", f"{TYPE}.p-when-greedy")]),
    ("rewritten, nothing said of it", {"mode": "c"}, seen(effective={"mode": "a"}), [("dormant_silent", "missed")],
     [("missed", "dormant_silent", "rewrite of mode")]),
    ("a list that became a set", {"stop": ["a", "b"]}, seen(effective={"stop": {"$set": ["b", "a"]}}), [], []),
    ("a list that lost an item", {"stop": ["a", "b"]}, seen(effective={"stop": {"$set": ["a"]}}),
     [("dormant_silent", "missed")], [("missed", "dormant_silent", "rewrite of stop")]),
    ("announced as said", {"mode": "b", "stop": "x"}, seen(said="stop is not used"), [("dormant_announced", "hit")],
     []),
    ("announced, nothing said of it", {"stop": "x"}, seen(said="stop is not used"), [("dormant_announced", "missed")],
     [("missed", "dormant_announced", f"{AT} (stop)")]),
    ("said at info level only", {"mode": "b", "stop": "x"}, seen(said="stop is not used", level="INFO"),
     [("dormant_announced", "false_alarm")], [("false_alarm", "dormant_announced", f"{TYPE}.stop-unused")]),
    ("warned as said", {"t": 9.0}, seen(said="t=9.0 is odd"), [("warn", "hit")], []),
    ("warned of one thing twice", {"t": 9.0}, seen(said=("t=9.0 is odd", "still, t=9.0 is odd")), [("warn", "hit")], []),
    ("another warning", {"t": 9.0}, seen(said="t is hot"), [("warn", "false_alarm"), ("dormant_announced", "missed")],
     [("false_alarm", "warn", f"{TYPE}.t-odd"), ("missed", "dormant_announced", f"{AT} (t)")]),
    ("off, and nothing shows", {"n": 100}, seen(), [("pass", "hit")], []),
    ("off, and changed", {"n": 100}, seen(effective={"n": 1}),
     [("pass", "false_alarm"), ("dormant_silent", "missed")],
     [("false_alarm", "pass", f"{TYPE}.n-off"), ("missed", "dormant_silent", "rewrite of n")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kwargs", "observed", "claims", "wrong"), [row[1:] for row in CASES], ids=[c[0] for c in CASES]
)
def test_claims(
    kwargs: dict[str, Any], observed: Observation, claims: list[tuple[str, str]], wrong: list[tuple[str, str, str]]
) -> None:
    found = compare(corpus().judge(TYPE, kwargs), observed, Config.of(kwargs, DEFAULTS))
    assert found.claims == claims
    assert [one.key for one in found.disagreements] == wrong


@pytest.mark.parametrize(("value", "exact"), [(1.0, 1), (0.9, 0)])
def test_effective_values_are_counted(value: float, exact: int) -> None:
    kwargs = {"t": 0.0, "p": 0.5}
    found = compare(corpus().judge(TYPE, kwargs), seen(effective={"p": value}), Config.of(kwargs, DEFAULTS))
    assert (found.exact, found.effective) == (exact, 1)


def test_scores_add_up() -> None:
    one, other = Scores(), Scores()
    for kwargs, observed in [row[1:3] for row in CASES]:
        comparison = compare(corpus().judge(TYPE, kwargs), observed, Config.of(kwargs, DEFAULTS))
        one.add(comparison, refused=bool(observed.refusals))
    other.add_unchecked()
    both = summed([one, other])
    assert (both.samples, both.accepted + both.refused + both.unchecked) == (len(CASES) + 1, len(CASES) + 1)
    assert (both.error.hit, both.error.false_alarm, both.error.missed, both.other_site) == (3, 1, 1, 1)
    assert both.error.recall == 0.75
    assert both.error.precision == 0.75
    assert both.dormant_recall == round(3 / 8, 6)
    assert both.effective_exact == round(1 / 3, 6)


def test_of_nothing_everything_is_recalled() -> None:
    assert (Scores().error.recall, Scores().dormant_recall, Scores().effective_exact) == (1.0, 1.0, 1.0)
