"""Containers put together of several: of each kind that is there, and the same in every run."""

from __future__ import annotations

import random
from typing import Any

import pytest

from llem_rules.replay.mixing import mixed
from llem_rules.rules.values import decode


@pytest.mark.parametrize(
    ("values", "some"),
    [
        ([[128, 0]], [["a", 0], [128, "a"], [1.5, 0], [128, None]]),
        ([{"$tuple": [5]}], [{"$tuple": ["a"]}, {"$tuple": [-1]}]),
        ([{"$set": [1]}], [{"$set": ["a"]}]),
        ([1, "a", None, {"$native": "lib.T", "kwargs": {}}], []),
        ([[]], []),
        ([{}], []),
    ],
    ids=["a list", "a tuple", "a set", "no container", "an empty list", "an empty mapping"],
)
def test_some_of_what_is_made(values: list[Any], some: list[Any]) -> None:
    made = list(mixed(values, random.Random(1)))
    assert [one for one in some if one not in made] == []
    assert made == list(mixed(values, random.Random(1)))
    for one in made:
        decode(one)


@pytest.mark.parametrize("values", [[{"a": 1}], [{"$dict": [[{"$tuple": [1]}, 1.0]]}]], ids=["plain", "other keys"])
def test_mappings_get_keys_and_entries_of_others(values: list[Any]) -> None:
    made = [pair for one in mixed(values, random.Random(1)) for pair in one["$dict"]]
    assert len({str(key) for key, _ in made}) > 3
    assert len({str(entry) for _, entry in made}) > 3


def test_what_cannot_be_in_a_set_is_left_out() -> None:
    made = list(mixed([{"$set": [1]}], random.Random(1)))
    assert made
    assert not any(isinstance(item, list | dict) for one in made for item in one["$set"])
