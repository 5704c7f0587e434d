"""Judging configs in code: functions, a block, and the fixture that other projects get."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules import InvalidConfig, assert_valid_config, check, checked, effective_config, explain

pytest_plugins = ["pytester"]
SAMPLING = "vllm.SamplingParams"


@pytest.mark.parametrize(
    ("kwargs", "effect"),
    [
        ({"n": 0}, "error"),
        ({"n": 1}, "pass"),
        ({"temperature": 0.0, "top_p": 0.5}, "dormant_silent"),
        ({"temprature": 0.0, "top_p": 0.5}, "error"),  # the library takes no name that it does not declare
    ],
)
def test_check(kwargs: dict[str, Any], effect: str) -> None:
    assert check(SAMPLING, kwargs).effect == effect


def test_it_stays_a_function_when_the_package_is_imported() -> None:
    import llem_rules
    import llem_rules.check.corpus

    assert llem_rules.check(SAMPLING, {"n": 0}).effect == "error"


def test_what_will_run() -> None:
    assert effective_config(SAMPLING, {"temperature": 0.0, "top_p": 0.5, "n": 1}) == {
        "temperature": 0.0,
        "top_p": 1.0,
        "n": 1,
    }
    rows = {row.field: row for row in explain(SAMPLING, {"temperature": 0.0, "top_p": 0.5})}
    assert (rows["top_p"].declared, rows["top_p"].effective, rows["temperature"].rule) == (0.5, 1.0, None)
    with pytest.raises(InvalidConfig, match="n must be at least 1"):
        effective_config(SAMPLING, {"n": 0})


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(InvalidConfig, match="did you mean temperature"):
        assert_valid_config(SAMPLING, {"temprature": 0.5})
    held = {"compilation_config": {"mode": 3, "backnd": ""}}
    with pytest.raises(InvalidConfig, match="did you mean backend"):
        effective_config("vllm.EngineArgs", held)
    rows = {row.field: (row.effect, row.effective) for row in explain("vllm.EngineArgs", held)}
    assert rows == {"compilation_config.mode": ("pass", 3), "compilation_config.backnd": ("error", {"$absent": True})}
    assert check("transformers.GenerationConfig", {"temprature": 0.5}).effect == "pass"  # takes any name


@pytest.mark.parametrize(
    ("native_type", "kwargs", "lines"),
    [
        (SAMPLING, {"n": 0}, ["1 finding", "error: n must be at least 1, got 0."]),
        (
            "vllm.EngineArgs",
            {"compilation_config": {"mode": 9}},
            ["1 finding", "error: compilation_config.mode: Input"],
        ),
        (
            SAMPLING,
            {"n": 0, "no_such": 1},
            ["2 findings", "error: n must be", "error: no_such: there is no such field"],
        ),
    ],
)
def test_each_thing_is_said_once(native_type: str, kwargs: dict[str, Any], lines: list[str]) -> None:
    with pytest.raises(InvalidConfig) as refused:
        assert_valid_config(native_type, kwargs)
    told = str(refused.value).splitlines()
    assert len(told) == len(lines)
    assert all(line in said for line, said in zip(lines, told, strict=True)), told


def test_a_block() -> None:
    with checked(SAMPLING) as kwargs:
        kwargs["n"] = 1
    with pytest.raises(InvalidConfig), checked(SAMPLING) as kwargs:
        kwargs["n"] = 0
    with pytest.raises(InvalidConfig), checked(SAMPLING, strict=True) as kwargs:
        kwargs.update(temperature=0.0, top_p=0.5)
    assert_valid_config(SAMPLING, {"temperature": 0.0, "top_p": 0.5})


def test_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_good(assert_valid_config):
            assert_valid_config("vllm.SamplingParams", {"n": 1})

        def test_bad(assert_valid_config):
            assert_valid_config("vllm.SamplingParams", {"n": 0})

        def test_strict(assert_valid_config):
            assert_valid_config("vllm.SamplingParams", {"temperature": 0.0, "top_p": 0.5}, strict=True)
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*n must be at least 1*"])
