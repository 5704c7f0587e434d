"""In which order dormancies apply, what they make moot, what hangs on what, and what to replay."""

from __future__ import annotations

import subprocess
import sys
from itertools import permutations

import pytest

from llem_rules.graph.impact import find_subject, impact_of, replay_set
from llem_rules.graph.network import build, plain, reached
from llem_rules.graph.order import CircleError, applications, moot, ordered
from llem_rules.graph.usage import Parameter, Usage, UserConfig
from llem_rules.rules import Config, rule_from
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import RuleBase
from tests.graph.build import TYPE, Plain, rule, schema, side, silent


def _rules(*plains: Plain) -> list[RuleBase]:
    return [rule_from(one) for one in plains]


def _names(rules: list[RuleBase]) -> list[str]:
    return [one.id.rpartition(".")[2] for one in rules]


# z sets a, which m asks for; m silences b, which c asks for.
CHAIN = _rules(
    silent({"x": 1, "a": {"!=": 0}}, {"a": {"effective": 0}}, name="z"),
    silent({"a": {">": 0}, "b": {"present": True}}, ["b"], name="m"),
    silent({"b": 1, "c": {"present": True}}, ["c"], name="c"),
)
CIRCLE = _rules(
    silent({"a": 1, "b": {"present": True}}, ["b"], name="p"),
    silent({"b": 1, "a": {"present": True}}, ["a"], name="q"),
)


@pytest.mark.parametrize("given", list(permutations(CHAIN)))
def test_each_after_those_that_change_what_it_asks(given: tuple[RuleBase, ...]) -> None:
    assert _names(ordered(given)) == ["z", "m", "c"]


def test_a_circle_is_shown() -> None:
    with pytest.raises(CircleError) as caught:
        ordered(CIRCLE)
    assert {name.rpartition(".")[2] for name in caught.value.circle} == {"p", "q"}
    assert caught.value.circle[0] == caught.value.circle[-1]


NO_ORDER = {
    "of two that never meet": [
        silent({"a": 1, "b": {"present": True}}, ["b"], name="p"),
        silent({"b": 1, "a": 2}, {"a": {"effective": 0}}, name="q"),
    ],
    "of two on one field": [
        silent({"a": {"!=": 0}, "x": 1}, {"a": {"effective": 0}}, name="p"),
        silent({"a": {"!=": 0}, "y": 1}, {"a": {"effective": 0}}, name="q"),
    ],
    "where the new value is what is asked for": [
        silent({"b": {"!=": 1}, "x": 1}, {"b": {"effective": 1}}, name="p"),
        silent({"b": {">": 0}, "c": 1}, ["c"], name="q"),
    ],
}


@pytest.mark.parametrize("case", NO_ORDER)
def test_no_order(case: str) -> None:
    rules = _rules(*NO_ORDER[case])
    assert ordered(rules) == ordered(rules[::-1]) == rules


APPLIED: dict[str, tuple[Plain, list[tuple[str, str | None]]]] = {
    "nothing": ({"a": 0}, []),
    "one": ({"x": 1, "a": 5}, [("z", None)]),
    "the first takes away what the second asks": ({"x": 1, "a": 5, "b": 1}, [("z", None), ("m", "z")]),
    "without the first": ({"a": 5, "b": 1}, [("m", None)]),
    "the second is moot, so the third is not": (
        {"x": 1, "a": 5, "b": 1, "c": 2}, [("z", None), ("m", "z"), ("c", None)]),
    "the third is moot": ({"a": 5, "b": 1, "c": 2}, [("m", None), ("c", "m")]),
}  # fmt: skip


@pytest.mark.parametrize("case", APPLIED)
def test_applications(case: str) -> None:
    kwargs, expected = APPLIED[case]
    found = applications(CHAIN, Config.of(kwargs))
    short = [(one.rule.id.rpartition(".")[2], one.moot_by and one.moot_by.rpartition(".")[2]) for one in found]
    assert short == expected


def test_moot() -> None:
    rules = _rules(
        silent({"t": 0, "p": {"present": True}}, ["p"], name="greedy"),
        rule({"p": {"<": 0.1}}, "warn", "tiny"),
        rule({"p": {">": 1}}, name="refused"),
        silent({"p": 1.0}, ["p"], "pass", name="off"),
        rule({"p": {"<": 0.1}, "k": 1}, "warn", "both"),
    )
    assert moot(rules) == {f"{TYPE}.greedy": [f"{TYPE}.tiny", f"{TYPE}.off"], f"{TYPE}.off": [f"{TYPE}.greedy"]}


# ---------------------------------------------------------------- the graph

RULES = _rules(
    rule({"a": {"<": 1}}, name="refuses-a"),
    silent({"a": 3, "b": {"present": True}}, ["b"], name="silences-b"),
    rule({"b": {"<": 1}}, "warn", "warns-b"),
    silent({"c": 1}, {"c": {"effective": "@b"}}, name="sets-c"),
    rule({"d": {">": f"@{TYPE}.a"}}, name="reads-d"),
)
USAGE = Usage(
    (Parameter("Curated.b", TYPE, "b"), Parameter("Curated.c", TYPE, "c", ("x",))),
    (UserConfig("u.yaml", TYPE, {"a": 1}),),
)
GRAPH = build(RULES, schema({"a": {}, "b": {}, "c": {}, "d": {}, "e": {}}), USAGE)


def test_edges() -> None:
    edges = {(one["from"]["name"], one["edge"], one["to"]["name"]) for one in plain(GRAPH)["edges"]}
    assert edges >= {
        (TYPE, "declares", f"{TYPE}.e"),
        (f"{TYPE}.refuses-a", "reads", f"{TYPE}.a"),
        (f"{TYPE}.silences-b", "silences", f"{TYPE}.b"),
        (f"{TYPE}.sets-c", "sets", f"{TYPE}.c"),
        (f"{TYPE}.reads-d", "reads", f"{TYPE}.a"),
        ("Curated.b", "exposes", f"{TYPE}.b"),
        ("Curated.c", "narrows", f"{TYPE}.c"),
        ("u.yaml", "sets", f"{TYPE}.a"),
    }


REACHED = {
    "refuses-a": ("rule", {"config u.yaml"}, set()),
    "silences-b": ("rule", {"config u.yaml", "parameter Curated.b"}, {"warns-b"}),
    "warns-b": ("rule", {"parameter Curated.b"}, set()),
    "a": ("field", {"config u.yaml", "parameter Curated.b"}, {"refuses-a", "silences-b", "reads-d", "warns-b"}),
    "c": ("field", {"parameter Curated.c"}, {"sets-c"}),
    "e": ("field", set(), set()),
}


@pytest.mark.parametrize("name", REACHED)
def test_reached(name: str) -> None:
    kind, users, rules = REACHED[name]
    subject = find_subject(f"{TYPE}.{name}", RULES, GRAPH)
    assert subject[0] == kind
    ways = reached(GRAPH, subject)
    assert {f"{one[0]} {one[1]}" for one in ways if one[0] in {"config", "parameter"}} == users
    assert {one[1].rpartition(".")[2] for one in ways if one[0] == "rule"} == rules
    assert all(way[0] == subject and way[-1] == end for end, way in ways.items())


def test_a_field_may_be_named_by_its_end() -> None:
    assert find_subject("Thing.a", RULES, GRAPH) == ("field", f"{TYPE}.a")
    with pytest.raises(Failure, match="neither a rule nor a field"):
        find_subject("Thing.zzz", RULES, GRAPH)


def test_what_to_replay_for_one() -> None:
    assert impact_of(("rule", f"{TYPE}.refuses-a"), RULES, GRAPH).replay == (f"{TYPE}.refuses-a",)
    assert impact_of(("field", f"{TYPE}.b"), RULES, GRAPH).replay == (f"{TYPE}.silences-b", f"{TYPE}.warns-b")


LOW, WARNED, OTHER = rule({"n": {"<": 1}}), rule({"n": {"<": 0}}, "warn", "w"), rule({"m": 1}, name="o")
HIGH = rule({"n": {">": 9}}, "warn", "h")
REPLAYED: dict[str, tuple[list[Plain], list[Plain], set[str]]] = {
    "nothing": ([LOW, OTHER], [LOW, OTHER], set()),
    "a summary": ([LOW, OTHER], [{**LOW, "summary": "S."}, OTHER], set()),
    "a new name": ([LOW, OTHER], [{**LOW, "id": f"{TYPE}.x"}, OTHER], set()),
    "another pair": ([LOW, OTHER], [{**LOW, "kwargs_positive": {"n": -3}}, OTHER], {"r"}),
    "a warning changed": ([LOW, WARNED, OTHER], [LOW, {**WARNED, "message_template": "x"}, OTHER], {"w"}),
    "a refusal changed: what it masks, too": (
        [LOW, WARNED, HIGH, OTHER], [rule({"n": {"<": 2}}), WARNED, HIGH, OTHER], {"r", "w"}),
    "a refusal is gone": ([LOW, WARNED, HIGH], [WARNED, HIGH], {"w"}),
    "a refusal came": ([WARNED, HIGH], [LOW, WARNED, HIGH], {"r", "w"}),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLAYED)
def test_what_to_replay(case: str) -> None:
    old, new, expected = REPLAYED[case]
    found, why = replay_set(side(old), side(new))
    assert {name.rpartition(".")[2] for name in found} == expected
    assert "still" in why


def test_another_version_replays_all() -> None:
    assert len(replay_set(side([LOW, OTHER]), side([LOW, OTHER], version="2"))[0]) == 2


def test_another_default_replays_its_readers() -> None:
    old, new = (side([LOW, OTHER], {"n": {"default": default}, "m": {}}) for default in (1, 2))
    assert replay_set(old, new)[0] == [f"{TYPE}.r"]


def test_the_graph_library_loads_only_where_it_is_used() -> None:
    code = "import sys, llem_rules.cli.comparing, llem_rules.cli.digesting; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
