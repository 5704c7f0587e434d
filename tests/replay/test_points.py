"""Which points are looked at: each side of every boundary, and each point once."""

from __future__ import annotations

import math
from typing import Any

import pytest

from llem_rules.replay.plan import Point, make_plan
from llem_rules.replay.points import Near, Siblings, boundary_points, points_of
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
    found = boundary_points(one, {})
    assert all(point in found for point in wanted)
    assert all(point in wanted for point in found)


ABOVE = rule({"x": {">": 3}, "y": {"in": ["a", "b"]}}, {"x": 5, "y": "a"}, {"x": 2, "y": "a"})
LISTED = rule({"x": {"length": {">": 2}}}, {"x": [1, 2, 3]}, {"x": [1]})
FLOAT = rule({"x": {">=": 0.5}}, {"x": 0.75}, {"x": 0.25})
SIBLING = rule({"z": 1}, {"z": 1, "x": 40}, {"z": 7}, id="a.B.sibling")
KINDS: list[tuple[str, RuleBase, dict[str, Any]]] = [
    ("one below the bound", ABOVE, {"x": 2, "y": "a"}),
    ("the bound", ABOVE, {"x": 3, "y": "a"}),
    ("one above the bound", ABOVE, {"x": 4, "y": "a"}),
    ("the next float below", FLOAT, {"x": math.nextafter(0.5, 0)}),
    ("the next float above", FLOAT, {"x": math.nextafter(0.5, 1)}),
    ("1", ABOVE, {"x": 1, "y": "a"}),
    ("1.0", ABOVE, {"x": 1.0, "y": "a"}),
    ("True", ABOVE, {"x": True, "y": "a"}),
    ("a number spelled", ABOVE, {"x": "1", "y": "a"}),
    ("None", ABOVE, {"x": None, "y": "a"}),
    ("NaN", ABOVE, {"x": math.nan, "y": "a"}),
    ("infinity", ABOVE, {"x": math.inf, "y": "a"}),
    ("another case", ABOVE, {"x": 5, "y": "A"}),
    ("an empty list", LISTED, {"x": []}),
    ("one item", LISTED, {"x": [1]}),
    ("an empty text", ABOVE, {"x": 5, "y": ""}),
    ("one atom flipped alone: the bound", ABOVE, {"x": 2, "y": "a"}),
    ("one atom flipped alone: the set", ABOVE, {"x": 5}),
    ("the other member", ABOVE, {"x": 5, "y": "b"}),
    ("a sibling's value of the field", ABOVE, {"x": 40, "y": "a"}),
    ("another field, as a sibling gives it", ABOVE, {"x": 5, "y": "a", "z": 7}),
    ("the default, given", ABOVE, {"x": 17, "y": "a"}),
]


@pytest.mark.parametrize(("one", "wanted"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_every_kind_of_point_is_there(one: RuleBase, wanted: dict[str, Any]) -> None:
    points = points_of(one, {"x": 17}, Siblings.of([one, SIBLING]))
    pair = (one.kwargs_positive, one.kwargs_negative)
    assert repr(wanted) in {repr(kwargs) for kwargs in (*pair, *(point.kwargs for point in points))}


def test_a_path_into_a_value_has_points_too() -> None:
    deep = rule({"x.y": {"<": 3}}, {"x": {"y": 1}}, {"x": {"y": 3}})
    assert Near("telling", {"x": {"y": 2}}) in points_of(deep, {})


def test_a_point_that_tells_nothing_new_is_left_out() -> None:
    """Every point beyond the bounds and the plain variants parts some mutant from the rule."""
    points = points_of(ABOVE, {}, Siblings())
    assert len(points) == len({repr(point.kwargs) for point in points})
    assert len(points) < 80


def test_no_rule_has_more_than_its_share() -> None:
    fields = {f"f{number}": {"<": number} for number in range(30)}
    assert len(boundary_points(rule(fields, dict.fromkeys(fields, -1), dict.fromkeys(fields, 99)), {})) == 40


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
