"""Which points are looked at: each side of every boundary, and each point once."""

from __future__ import annotations

import math
from typing import Any

import pytest

from llem_rules.replay.plan import Point, make_plan
from llem_rules.replay.points import points_of
from llem_rules.rules import rule_from
from llem_rules.rules.kinds import RuleBase


def rule(match: dict[str, Any], positive: dict[str, Any], negative: dict[str, Any], **more: Any) -> RuleBase:
    return rule_from(
        {
            "id": "a.B.row",
            "kind": "invalidity",
            "native_type": "a.B",
            "match": match,
            "expected": {"effect": "error", "channel": "exception"},
            "kwargs_positive": positive,
            "kwargs_negative": negative,
            **more,
        }
    )


GONE: dict[str, Any] = {}
TABLE: list[tuple[str, RuleBase, list[dict[str, Any]]]] = [
    ("whole numbers by one", rule({"x": {"<": 3}}, {"x": 0}, {"x": 3}), [{"x": 3}, {"x": 2}, {"x": 4}, GONE]),
    (
        "floats by the next float",
        rule({"x": {">": 1.0}}, {"x": 2.0}, {"x": 1.0}),
        [{"x": 1.0}, {"x": math.nextafter(1.0, 0)}, {"x": math.nextafter(1.0, 2)}, GONE],
    ),
    ("infinity has no neighbours", rule({"x": math.inf}, {"x": math.inf}, {"x": 1.0}), [GONE]),
    ("the other truth", rule({"x": True}, {"x": True}, {"x": False}), [{"x": True}, {"x": False}, GONE]),
    ("strings", rule({"x": "a"}, {"x": "a"}, {"x": "b"}), [{"x": "a"}, GONE]),
    ("members", rule({"x": {"not_in": [1, "b"]}}, {"x": 2}, {"x": 1}), [{"x": 1}, {"x": "b"}, GONE]),
    ("multiples", rule({"x": {"not_multiple_of": 8}}, {"x": 9}, {"x": 8}), [{"x": 8}, {"x": 16}, {"x": 9}, GONE]),
    (
        "references are computed",
        rule({"x": {">": "@y"}}, {"x": 5, "y": 4}, {"x": 4, "y": 4}),
        [{"x": 4, "y": 4}, {"x": 3, "y": 4}, {"x": 5, "y": 4}, {"y": 4}],
    ),
    ("a reference to nothing", rule({"x": {">": "@y"}}, {"x": 5}, {"x": 4}), [{"x": None}, GONE]),
    (
        "surroundings are not points",
        rule({"x": 1, "env": {"A": "b"}}, {"x": 1}, {"x": 3}),
        [{"x": 1}, {"x": 0}, {"x": 2}, GONE],
    ),
    ("paths are left alone", rule({"x.y": {"<": 3}}, {"x": {"y": 1}}, {"x": {"y": 3}}), []),
    ("a quoted at", rule({"x": "@@a"}, {"x": "@a"}, {"x": "b"}), [{"x": "@a"}, GONE]),
]


@pytest.mark.parametrize(("one", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_points_around_a_predicate(one: RuleBase, wanted: list[dict[str, Any]]) -> None:
    found = points_of(one, {})
    assert all(point in found for point in wanted)
    assert all(point in wanted for point in found)


def test_no_rule_has_more_than_its_share() -> None:
    fields = {f"f{number}": {"<": number} for number in range(30)}
    assert len(points_of(rule(fields, dict.fromkeys(fields, -1), dict.fromkeys(fields, 99)), {})) == 40


def test_each_point_once_whatever_the_order_of_its_kwargs() -> None:
    first = rule({"x": 1}, {"x": 1, "y": 2}, {"x": 2})
    second = rule({"y": 2}, {"y": 2, "x": 1}, {"x": 2}, id="a.B.other")
    plan = make_plan([first, second], {})
    assert plan.pairs["a.B.row"] == plan.pairs["a.B.other"]
    assert plan.again == [0, 1]
    assert len({point.key for point in plan.points}) == len(plan.points)


def test_the_default_config_is_always_a_point_of_every_stage() -> None:
    plan = make_plan(
        [rule({"x": 1}, {"x": 1}, {"x": 2}), rule({"x": 1}, {"x": 1}, {"x": 2}, id="a.B.v", reach="validate")], {}
    )
    assert [(point.reach) for point in plan.points if point.kwargs == {}] == ["construct", "validate"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"x": 1, "y": 2}, {"y": 2, "x": 1}, True),
        ({"x": 1}, {"x": True}, False),
        ({"x": 1}, {"x": 1.0}, False),
        ({"x": "1"}, {"x": 1}, False),
        ({"x": {1: 2}}, {"x": {"1": 2}}, False),
        ({"x": {1: 2, "a": 3}}, {"x": {1: 2, "a": 3}}, True),
        ({"x": math.nan}, {"x": math.nan}, True),
    ],
)
def test_when_two_points_are_one(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert (Point("a.B", one, "construct").key == Point("a.B", other, "construct").key) is same
