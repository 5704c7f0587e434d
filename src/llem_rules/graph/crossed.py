"""Values that several tests of one field speak of at once: texts of a length beyond a bound, multiples beyond a bound."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from llem_rules.rules.predicates import COMPARISONS, Test

_MOST_TEXTS, _MOST_SIZES, _MOST_NUMBERS, _LONGEST = 12, 6, 12, 64


def crossed(tests: Sequence[Test], values: Iterable[Any]) -> Iterator[Any]:
    """Values (in the tagged form) made of those that single tests asked for."""
    known = list(values)
    yield from _texts(tests, [value for value in known if isinstance(value, str)][:_MOST_TEXTS])
    yield from _multiples(tests, [value for value in known if _number(value)][:_MOST_NUMBERS])
    yield from _lists(tests, known)


def _sizes(tests: Sequence[Test]) -> list[int]:
    bounds = [inner.operand for test in tests if test.operator == "length" for inner in test.operand]
    near = {int(bound) + step for bound in bounds if _number(bound) for step in (-1, 0, 1)}
    return sorted(size for size in near if 0 <= size <= _LONGEST)[:_MOST_SIZES]


def _texts(tests: Sequence[Test], texts: list[str]) -> Iterator[str]:
    items = [test.operand for test in tests if test.operator == "contains" and isinstance(test.operand, str)]
    joined = [made for text, item in product(texts, items) for made in (text + item, item + text)]
    every = list(dict.fromkeys([*texts, *joined]))
    for text in every:
        yield from (text, _later(text), _earlier(text), text[:1], _later(text[:1]), _earlier(text[:1]))
    for text, size in product(every, _sizes(tests)):
        for start in (text, _later(text[:size]), _later(text[:1]), _earlier(text[:size]), _earlier(text[:1])):
            yield start[:size].ljust(size, "a")
            yield start.rjust(size, "a")[-size:] if size else ""


def _later(text: str) -> str:
    """A text of the same length that sorts behind."""
    return text[:-1] + chr(min(ord(text[-1]) + 1, 0x10FFFF)) if text and ord(text[-1]) != 0xD7FF else text + "a"


def _earlier(text: str) -> str:
    """A text of the same length that sorts before, where there is one."""
    return text[:-1] + chr(ord(text[-1]) - 1) if text and text[-1] not in "\0\ue000" else text


def _multiples(tests: Sequence[Test], numbers: list[Any]) -> Iterator[Any]:
    steps = [
        test.operand for test in tests if test.operator in {"multiple_of", "not_multiple_of"} and _number(test.operand)
    ]
    if len(steps) > 1 and all(isinstance(step, int) for step in steps):
        steps.append(math.lcm(*steps))
    bounds = [test.operand for test in tests if test.operator in COMPARISONS and _number(test.operand)]
    for step, near in product(steps, [*bounds, *numbers]):
        if not step or any(isinstance(one, float) and not math.isfinite(one) for one in (near, step)):
            continue
        try:
            low = near // step * step
            yield from (low, low + step, low - step, low + 1, low + (step // 2 if isinstance(step, int) else step / 2))
        except OverflowError:  # a whole number beyond all floats beside a float
            continue


def _lists(tests: Sequence[Test], values: list[Any]) -> Iterator[list[Any]]:
    items = [test.operand for test in tests if test.operator == "contains" and not isinstance(test.operand, dict)]
    plain = [item for item in items if item is None or isinstance(item, bool | int | float | str)]
    lists = [value for value in values if isinstance(value, list)][:_MOST_TEXTS]
    for size, item in product(_sizes(tests), plain):
        yield [item] * size
        yield [item, *(["\0other"] * (size - 1))] if size else []
    yield from ([*value, item] for value, item in product(lists, plain))
    if len(plain) > 1:
        yield plain


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
