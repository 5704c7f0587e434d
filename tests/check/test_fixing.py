"""The way out of a finding: the nearest value that the library was seen to take, or less said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llem_rules.check import load_compiled
from llem_rules.check.fixing import smallest_fix
from llem_rules.check.taken import Taken, taken_form
from llem_rules.engines import engine_for_type

SAMPLING, ARGS, GENERATION = "vllm.SamplingParams", "vllm.EngineArgs", "transformers.GenerationConfig"
FIXES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (SAMPLING, {"n": 0}, {"n": 1}),
    (SAMPLING, {"temperature": 2.5}, {"temperature": 2.0}),
    (SAMPLING, {"top_p": 1.5}, {"top_p": 1.0}),
    (SAMPLING, {"min_tokens": 5, "max_tokens": 4}, {"min_tokens": 4, "max_tokens": 4}),
    (GENERATION, {"max_new_tokens": -1}, {"max_new_tokens": 1}),
    (ARGS, {"gpu_memory_utilization": 1.5}, {"gpu_memory_utilization": 1.0}),
    (ARGS, {"data_parallel_rank": 0}, {"data_parallel_rank": None}),  # -1 is refused for another reason, which no rule knows
    (ARGS, {"nnodes": 2, "data_parallel_size": 4, "data_parallel_external_lb": True}, {"nnodes": 2, "data_parallel_size": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("native_type", "kwargs", "fixed"), FIXES)
def test_the_smallest(native_type: str, kwargs: dict[str, Any], fixed: dict[str, Any]) -> None:
    engine = engine_for_type(native_type)
    assert engine is not None
    corpus = load_compiled(engine.name)
    seen = corpus.judge(native_type, kwargs)
    fix = smallest_fix(corpus, native_type, kwargs, seen.findings[0])
    assert fix is not None
    assert fix.applied(kwargs) == fixed
    assert corpus.judge(native_type, fixed).effect != "error"


# What an option holds, and what the file says after the fix of its first finding.
INSIDE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # Alone in its option, and the library does not take the option without it: the option goes.
    ({"speculative_config": {"attention_backend": "a"}, "seed": 1}, {"seed": 1}),
    ({"speculative_config": {"draft_load_config": {"device": 1}}, "seed": 1}, {"seed": 1}),
    ({"speculative_config": {"method": "ngram", "num_speculative_tokens": 2, "attention_backend": 1}},
     {"speculative_config": {"method": "ngram", "num_speculative_tokens": 2, "attention_backend": None}}),
    # This one is taken with nothing in it.
    ({"compilation_config": {"mode": 9, "backend": ""}}, {"compilation_config": {"mode": 3, "backend": ""}}),
]  # fmt: skip


@pytest.mark.parametrize(("kwargs", "fixed"), INSIDE)
def test_inside_an_option(kwargs: dict[str, Any], fixed: dict[str, Any], tmp_path: Path) -> None:
    from llem_rules.cli.app import run

    path = tmp_path / "config.json"
    path.write_text(json.dumps({ARGS: kwargs}))
    run(["check", str(path), "--fix"])
    assert json.loads(path.read_text()) == {ARGS: fixed}


CASES: list[tuple[str, dict[str, Any]]] = [
    ("lib.T", {"a": 1, "o": {"x": 1, "y": 2}}),
    ("lib.T", {"a": 3, "b": "s", "o": {"x": 1}}),
    ("lib.U", {"z": 1}),
]
TAKEN = Taken(**taken_form(CASES, {"lib.T": {"o": "lib.O", "u": "lib.U"}}, {"lib.U": ["needed"]}))


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [("a", 1, True), ("a", 2, True), ("a", 2.5, True), ("a", 4, False), ("a", "1", False), ("a", True, False), ("b", "s", True),
     ("b", "t", False), ("c", 1, False)],
)  # fmt: skip
def test_values_that_were_taken(field: str, value: object, taken: bool) -> None:
    assert TAKEN.value("lib.T", field, value) is taken


@pytest.mark.parametrize(
    ("field", "around", "names", "taken"),
    [
        ("o", {"a"}, {"x", "y"}, True),
        ("o", {"a"}, {"x"}, False),  # only beside b
        ("o", {"a", "b"}, {"x"}, True),
        ("o", {"a", "b"}, set(), False),
        ("u", set(), {"z", "needed"}, True),  # never seen in the field: then as the type by itself, with what it needs
        ("u", set(), {"z"}, False),
        ("v", set(), set(), True),  # nothing is known to be needed
    ],
)
def test_what_has_to_be_given_together(field: str, around: set[str], names: set[str], taken: bool) -> None:
    assert TAKEN.inside("lib.T", field, around, names) is taken
