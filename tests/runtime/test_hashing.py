"""Config hashes: the same for the same config, however it is spelled and whatever Python asks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import llem_rules
from llem_rules.runtime import hash_of
from llem_rules.runtime.recording.hashing import canonical
from tests.inside.test_pythons import VERSIONS, interpreter

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 0}, {"a": -0.0}),
        ({"a": 10**20}, {"a": 1e20}),
        ({"a": [1, 2]}, {"a": (1.0, 2)}),
        ({"a": {"$tuple": [1]}}, {"a": [1]}),
        ({"a": {3, 1, 2}}, {"a": {"$set": [2, 3, 1]}}),
        ({1: "x", "b": 2}, {"b": 2, 1: "x"}),
        ({"a": float("nan")}, {"a": float("nan")}),
    ],
)
def test_one_config_has_one_hash(one: Any, other: Any) -> None:
    assert hash_of(one) == hash_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": "1"}),
        ({"a": None}, {}),
        ({"a": 0.1}, {"a": 0.1 + 1e-17 * 2}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": {"b": 1}}, {"a": {"b": 2}}),
        ({"a": float("nan")}, {"a": None}),
        ({"a": 2**53}, {"a": 2**53 + 1}),
        ({"a": float("inf")}, {"a": float("-inf")}),
    ],
)
def test_two_configs_have_two(one: Any, other: Any) -> None:
    assert (canonical(one) == canonical(other)) is (repr(one) == repr(other))


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=6))
def test_neither_order_nor_a_way_through_json_matters(config: dict[str, Any]) -> None:
    backwards = dict(reversed(list(config.items())))
    assert hash_of(config) == hash_of(backwards) == hash_of(json.loads(json.dumps(config)))


@given(st.dictionaries(st.text(max_size=5), st.integers(-(2**53), 2**53), max_size=6))
def test_a_whole_number_is_the_same_as_a_float(config: dict[str, Any]) -> None:
    assert hash_of(config) == hash_of({key: float(value) for key, value in config.items()})


@given(VALUES, VALUES)
def test_what_differs_in_text_differs_in_the_hash(one: Any, other: Any) -> None:
    assert (hash_of(one) == hash_of(other)) is (canonical(one) == canonical(other))


# Hashes lie in people's files: a change of one of these would part their studies in two.
PINNED: list[tuple[Any, str]] = [
    ({}, "44136fa355b3678a"),
    (
        {
            "vllm.SamplingParams": {
                "temperature": 0.7,
                "top_p": 1,
                "stop": ["é", "\n", "\U0001f600"],
                "seed": None,
                "n": 1e3,
            }
        },
        "2d7a17954f0b5f3e",
    ),
    ({"b": [0.1, 1e-7, 1e300, 2**70, -0.0, 5e-324], "a": {"z": True, "y": {"$set": [3, 1]}}}, "a9ee92c9c8443ffa"),
    ({"a": float("nan"), "b": float("inf"), "c": -float("inf")}, "3db4e32cb94204fa"),
    ({"a": {"$tuple": [1, [2.5]]}, "": 10**400}, "44a03473296577d2"),
]


@pytest.mark.parametrize(("config", "pinned"), PINNED, ids=[one[1] for one in PINNED])
def test_a_hash_stays_what_it_was(config: Any, pinned: str) -> None:
    assert hash_of(config) == pinned


@pytest.mark.parametrize("version", VERSIONS)
def test_every_python_gives_the_same(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    program = "import json, sys; from llem_rules.runtime import hash_of; print([hash_of(one) for one in json.load(sys.stdin)])"
    source = str(Path(llem_rules.__file__).parent.parent)
    done = subprocess.run(
        [python, "-c", program],
        input=json.dumps([config for config, _ in PINNED]),
        env={"PYTHONPATH": source, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str([pinned for _, pinned in PINNED])
