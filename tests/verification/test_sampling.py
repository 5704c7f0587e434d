"""Sampled configs: the same for a seed, each once, mostly near-legal."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest

from llem_rules.rules.config import NOWHERE
from llem_rules.verification.pools import Pools, key_of
from llem_rules.verification.sampling import Sampler, shares
from tests.verification.made import DEFAULTS, TYPE, corpus


def pools(values: Mapping[str, list[Any]] | None = None) -> Pools:
    own = values or {name: [] for name in DEFAULTS}
    return Pools(TYPE, corpus(), NOWHERE, DEFAULTS, own, {}, random.Random("0"))


def drawn(seed: int, count: int = 400, *, legal: bool = False) -> list[dict[str, Any]]:
    return list(Sampler(pools(), seed).draw(count, legal=legal))


def test_the_same_seed_gives_the_same_configs() -> None:
    assert [key_of(one) for one in drawn(1)] == [key_of(one) for one in drawn(1)]
    assert [key_of(one) for one in drawn(1)] != [key_of(one) for one in drawn(2)]


def test_each_config_once_and_the_default_first() -> None:
    configs = drawn(0)
    assert configs[0] == {}
    assert len({key_of(one) for one in configs}) == len(configs) == 400


def test_most_are_near_legal() -> None:
    refused = [one for one in drawn(0) if corpus().judge(TYPE, one).effect == "error"]
    assert 0.01 < len(refused) / 400 < 0.3


def test_every_two_fields_are_set_together() -> None:
    configs = drawn(0)
    assert all(any({one, two} <= kwargs.keys() for kwargs in configs) for one, two in combinations(DEFAULTS, 2))


def test_a_legal_value_is_one_that_the_corpus_accepts_alone() -> None:
    made = pools({"n": [0, 1, 2], "gone": [None]})
    assert 0 not in made.of("n").plausible
    assert 0 in made.of("n").wild
    assert None not in made.of("gone").plausible  # of a field that is not declared it says nothing


@pytest.mark.parametrize(("fields", "most"), [(["n"], 60), ([], 1)])
def test_a_small_type_runs_out(fields: list[str], most: int) -> None:
    sampler = Sampler(Pools(TYPE, corpus([]), NOWHERE, {}, {name: [1] for name in fields}, {}, random.Random("0")), 0)
    assert 1 <= len(list(sampler.draw(10_000))) <= most


@pytest.mark.parametrize(
    ("sizes", "samples", "expected"),
    [
        ({"a": 1}, 100, {"a": 100}),
        ({"a": 3, "b": 1}, 480, {"a": 340, "b": 140}),
        ({"a": 3, "b": 1}, 10, {"a": 5, "b": 5}),
        ({"a": 0, "b": 0}, 11, {"a": 6, "b": 5}),
    ],
)
def test_shares(sizes: dict[str, int], samples: int, expected: dict[str, int]) -> None:
    assert shares(sizes, samples) == expected
