"""Whatever config was accepted and is refused now: some author-breaking change reaches it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llem_rules.check import Corpus
from llem_rules.graph.comparison import Comparison
from llem_rules.graph.sides import Side
from llem_rules.graph.usage import Usage, UserConfig
from tests.graph.build import TYPE, Plain, compared, rule, side, silent
from tests.graph.test_relation import VALUES, predicates

VERDICTS = ("confirmed", "confirmed", "confirmed", "divergent", "unchecked")
EFFECTS = ("error", "error", "warn", "dormant_silent")


@st.composite
def rules(draw: st.DrawFn, name: str) -> Plain:
    """A rule of any effect and verdict over two fields."""
    effect = draw(st.sampled_from(EFFECTS))
    match, words = draw(predicates), draw(st.sampled_from(("no good", "bad", f"about {name}")))
    more = {"name": name, "message_template": words, "verdict": draw(st.sampled_from(VERDICTS))}
    return silent(match, ["a"], **more) if effect == "dormant_silent" else rule(match, effect, **more)


@st.composite
def sides(draw: st.DrawFn, version: str) -> Side:
    """A corpus of a few rules, whose names recur, with defaults for both fields."""
    names = draw(st.lists(st.sampled_from("pqrs"), max_size=3, unique=True))
    defaults = {name: {"default": draw(st.sampled_from((None, 0, 1, "a")))} for name in ("a", "b")}
    return side([draw(rules(name)) for name in names], defaults, version)


def refused(one: Side, kwargs: Plain) -> bool:
    """What ``check`` says with the rules that are in force."""
    in_force = [entry.rule for entry in one.entries or () if entry.in_force]
    corpus = Corpus("e", str(one.version), in_force, {TYPE: one.defaults(TYPE)})
    # check asks only rules that read a given field, as no rule fires on defaults alone; here some may.
    return any(entry.fires(UserConfig("f", TYPE, kwargs).point.config(one.defaults(TYPE))) is True
               for entry in corpus.rules if entry.expected.effect == "error")  # fmt: skip


def _holds(old: Side, new: Side, kwargs: Plain, *, told_of_it: bool) -> None:
    if refused(old, kwargs) or not refused(new, kwargs):
        return
    # The config itself is given only half of the time: what is found must not hang on that.
    given_configs = (UserConfig("mine.yaml", TYPE, kwargs),)
    comparison: Comparison = compared(old, new, usage=Usage(None, given_configs if told_of_it else ()))
    before, after = (given_configs[0].point.config(one.defaults(TYPE)) for one in (old, new))
    guilty = [
        item
        for item in comparison.items
        if item.verdicts.authors == "breaking" and item.change.touches(before, after) and item.reach.anything
    ]
    assert guilty, [(item.change.kind, item.verdicts, item.change.explain()) for item in comparison.items]


configs = st.dictionaries(st.sampled_from(("a", "b")), st.sampled_from(VALUES))


@given(sides("1"), sides("2"), configs, st.booleans())
@settings(max_examples=300)
def test_what_is_refused_now_is_told(old: Side, new: Side, kwargs: Any, told_of_it: bool) -> None:
    _holds(old, new, kwargs, told_of_it=told_of_it)


@pytest.mark.slow
@given(sides("1"), sides("2"), configs, st.booleans())
@settings(max_examples=5000)
def test_what_is_refused_now_is_told_often(old: Side, new: Side, kwargs: Any, told_of_it: bool) -> None:
    _holds(old, new, kwargs, told_of_it=told_of_it)


def test_a_config_that_is_not_touched_is_left_alone() -> None:
    old, new = side([rule({"n": {"<": 1}})]), side([rule({"n": {"<": 2}})], version="2")
    for kwargs, severity in (({"n": 5}, "notable"), ({"n": 1}, "breaking"), ({"n": 0}, "notable")):
        [item] = compared(old, new, usage=Usage(None, (UserConfig("mine.yaml", TYPE, kwargs),))).items
        assert item.verdicts.authors == severity
        assert item.reach.paths == (
            (("rule m.Thing.r", "field m.Thing.n", "config mine.yaml"),) if severity == "breaking" else ()
        )
