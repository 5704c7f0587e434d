"""Numbers spelled as strings: the patterns agree with arithmetic, and with what pydantic reads."""

from __future__ import annotations

import itertools
import operator
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from llem_rules.rules import numerals

OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
words = st.sampled_from(sorted(OPERATORS))


@given(words, st.integers(-300, 70_000), st.integers(-20, 20), st.sampled_from(["{}", " {}.00 ", "{:+}", "{:06}"]))
def test_bounds_of_whole_numbers(word: str, bound: int, step: int, form: str) -> None:
    for value in (bound + step, bound * 10, -bound):
        found = re.search(numerals.integer_within(word, bound), form.format(value)) is not None
        assert found == OPERATORS[word](value, bound)


@given(words, st.decimals(-200, 200, places=3), st.decimals(-2, 2, places=4), st.sampled_from(["{}", " {} ", "{:+}"]))
def test_bounds_of_floats(word: str, bound: Decimal, step: Decimal, form: str) -> None:
    for value in (bound + step, bound, -bound):
        text = form.format(float(value)) if "e" not in repr(float(value)) else "0"
        found = re.search(numerals.number_within(word, float(bound)), text) is not None
        assert found == OPERATORS[word](float(text), float(bound))


@pytest.mark.parametrize("text", ["inf", "-inf", "nan", "+Infinity", "-0", ".0", "0.", "-.5", "1_000", "00.50"])
@pytest.mark.parametrize("bound", [-0.5, 0, 0.0, 0.25, 1, 2.5])
@pytest.mark.parametrize("word", OPERATORS)
def test_odd_spellings_of_floats(word: str, bound: float, text: str) -> None:
    found = re.search(numerals.number_within(word, bound), text) is not None
    assert found == OPERATORS[word](float(text), bound)


READ = [
    (int, numerals.INTEGER),
    (float, numerals.NUMBER),
    (bool, numerals.BOOLEAN),
]


@pytest.mark.parametrize(("kind", "pattern"), READ)
def test_what_is_read_as_pydantic_reads_it(kind: type, pattern: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    search, negated = re.compile(pattern).search, re.compile(numerals.otherwise(pattern))
    spelled = ["".join(one) for size in range(5) for one in itertools.product("05_.+- e", repeat=size)]
    spelled += ["true", "TRUE", "y", "nope", "inf", "-Infinity", "nan", "infin", " 5 ", "5\n", "1e5", "0x5"]
    for text in spelled:
        if kind is int and re.search(r"^\s*[+-]?0[0_]*-", text):  # zeros before the sign: see numerals.py
            continue
        if kind is float and re.search("_[^0-9_]|[^0-9_]_", text):  # underscores beside other signs
            continue
        try:
            adapter.validate_python(text)
        except ValidationError:
            assert search(text) is None, text
            assert negated.search(text), text
        else:
            assert search(text), text
            assert not negated.search(text), text


def test_sets_of_words_and_numbers() -> None:
    assert re.search(numerals.spelled([1, 20, -3]), " 020.0 ")
    assert re.search(numerals.spelled([1, 20, -3]), "-3")
    assert not re.search(numerals.spelled([1, 20, -3]), "3")
    assert re.search(numerals.any_case(["deep_gemm"]), "Deep-GEMM")
    assert not re.search(numerals.any_case(["deep_gemm"]), "deep_gemmx")
