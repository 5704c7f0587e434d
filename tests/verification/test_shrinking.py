"""Delta debugging: what is left still disagrees, and nothing can be taken from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llem_rules.verification.shrinking import Trial, shrink
from llem_rules.verification.simpler import simpler, weight

Kwargs = Mapping[str, Any]


def _asking(holds: Callable[[Kwargs], bool]) -> Callable[[Sequence[Trial]], list[bool]]:
    return lambda trials: [holds(kwargs) for _, kwargs in trials]


CASES: list[tuple[str, Callable[[Kwargs], bool], Kwargs, Kwargs]] = [
    ("one field of five", lambda k: k.get("c") is not None, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, {"c": 0}),
    ("two that belong together", lambda k: {"a", "e"} <= k.keys(), {"a": 1, "b": 2, "c": 3, "d": 4, "e": 9},
     {"a": 0, "e": 0}),
    ("none at all", lambda _k: True, {"a": 1, "b": 2}, {}),
    ("a bound", lambda k: isinstance(k.get("n"), int) and k["n"] > 1, {"n": 1_000_000}, {"n": 2}),
    ("a short text", lambda k: "x" in str(k.get("s", "")), {"s": "abcxdef"}, {"s": "x"}),
    ("one item of a list", lambda k: "-5" in str(k), {"l": [3, 4, -5, 6]}, {"l": [-5]}),
    ("one key of a mapping", lambda k: "'q'" in str(k), {"m": {"p": 1, "q": 2}}, {"m": {"q": 2}}),
    ("an argument of an object", lambda k: "'x': 1" in str(k),
     {"o": {"$native": "lib.O", "kwargs": {"x": 1, "y": 2}}}, {"o": {"$native": "lib.O", "kwargs": {"x": 1}}}),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "kwargs", "smallest"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_smallest(holds: Callable[[Kwargs], bool], kwargs: Kwargs, smallest: Kwargs) -> None:
    assert shrink([kwargs], [{}], _asking(holds)) == [smallest]


def test_side_by_side_each_keeps_its_own() -> None:
    wanted = ["a", "c"]
    made = shrink(
        [dict.fromkeys("abc", 7)] * 2, [{}, {}], lambda trials: [wanted[index] in kwargs for index, kwargs in trials]
    )
    assert made == [{"a": 0}, {"c": 0}]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES, st.none() | st.integers())
def test_simpler_values_are_simpler(value: Any, default: Any) -> None:
    assert all(weight(one) < weight(value) for one in simpler(value, default))


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(-9, 9), min_size=1), st.data())
def test_what_is_left_disagrees_and_needs_every_field(kwargs: Kwargs, data: st.DataObject) -> None:
    needed = data.draw(st.sets(st.sampled_from(sorted(kwargs))))
    [made] = shrink([kwargs], [{}], _asking(lambda one: needed <= one.keys()))
    assert made.keys() == needed
