"""Values of one field that a rule's predicate should tell apart: both sides of its bounds, and variants of a value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from llem_rules.rules.cells import cells_for
from llem_rules.rules.config import Config
from llem_rules.rules.expressions import UNDEFINED, UNKNOWN, Expression
from llem_rules.rules.parse import Literal
from llem_rules.rules.predicates import Test
from llem_rules.rules.tagging import tagged

PLAIN: tuple[Any, ...] = (1, 1.0, True, "1", None, math.nan, math.inf, "", [], {})
_LONGEST = 256
_INNER = 12  # values of an item, a key or an entry


def boundaries(tests: Iterable[Test], config: Config) -> Iterator[Any]:
    """Each side of every bound, each member of a set, multiples, and sizes around a length."""
    for test in tests:
        yield from _around(test, config)


def _around(test: Test, config: Config) -> Iterator[Any]:
    match test.operator:
        case "in" | "not_in":
            members = _resolved(test.operand, config)
            if isinstance(members, list):
                yield from members
        case "==" | "!=" | "<" | "<=" | ">" | ">=":
            yield from near(_resolved(test.operand, config))
        case "multiple_of" | "not_multiple_of":
            step = _resolved(test.operand, config)
            if isinstance(step, int | float):
                yield from (step, step * 2, step + 1)


def near(value: Any) -> Iterator[Any]:
    """A value and its neighbours. Whole numbers by one, floats by the next float, booleans by the other one."""
    if isinstance(value, bool):
        yield from (value, not value)
    elif isinstance(value, int):
        yield from (value, value - 1, value + 1)
    elif isinstance(value, float) and math.isfinite(value):
        yield from (value, math.nextafter(value, -math.inf), math.nextafter(value, math.inf))
    elif isinstance(value, str | None):
        yield value


def cases(value: Any) -> Iterator[str]:
    """A text in other cases."""
    if isinstance(value, str):
        yield from (value.upper(), value.lower(), value.title())


def variants(value: Any) -> Iterator[Any]:
    """The same in other types and cases, nothing, one item, and what no number is."""
    match value:
        case bool():
            yield from (int(value), float(value), str(value), str(value).lower())
        case int() | float():
            yield from _number_variants(value)
        case str():
            yield from (*cases(value), value + "a", "a" + value, value[:-1], value[1:])
            yield from (f" {value}", f"{value} ", [value])
        case list():
            yield from (value[:1], [], {"$tuple": value}, [*value, *value[:1]])
            yield from ([one] for item in value[:1] for one in (*variants(item), *PLAIN))
    yield from PLAIN


def _number_variants(value: float) -> Iterator[Any]:
    if math.isfinite(value):
        yield from (float(value), str(value), -value, value + 0.5, [value])
        if value == math.floor(value):
            yield from (int(value), str(int(value)))
    if value in (0, 1):
        yield bool(value)


def telling(tests: Iterable[Test], config: Config, depth: int = 0) -> Iterator[Any]:
    """One value (in the tagged form) of each region that the tests tell apart, as far as it can be given."""
    tests = list(tests)
    for cell in cells_for(tests):
        if cell.kind not in {"native", "object"}:
            yield _spoken(tagged(cell.value))
    for test in tests:
        if depth < 2:  # of a list of lists, the items' items
            yield from _nested(test, config, depth)


def _spoken(value: Any) -> Any:
    """Cells write what stands for any other text with a null character: that no file can hold."""
    match value:
        case str():
            return value.replace("\0", "x")
        case list():
            return [_spoken(item) for item in value]
        case dict():
            return {_spoken(key): _spoken(item) for key, item in value.items()}
    return value


def _nested(test: Test, config: Config, depth: int) -> Iterator[Any]:
    inner = _inner(test, config, depth)
    match test.operator:
        case "each" | "any_item":
            yield from ([item] for item in inner)
            yield from ([item, item] for item in inner)
            yield from ([inner[0], item] for item in inner[1:])
            yield from ([*inner[:1], *inner[1:2], *inner[2:3]],)
        case "keys":
            for listed in inner:
                if isinstance(listed, list) and all(isinstance(key, str) for key in listed):
                    yield dict.fromkeys(listed, 1)
                elif isinstance(listed, list) and all(isinstance(key, int | float | None) for key in listed):
                    yield {"$dict": [[key, 1] for key in listed]}
        case "values":
            yield from (
                {f"k{at}": item for at, item in enumerate(listed)} for listed in inner if isinstance(listed, list)
            )
        case "lower":
            yield from (
                form
                for text in inner
                if isinstance(text, str)
                for form in (text, text.upper(), text.title(), text + "x")
            )
        case "parent":
            yield from (f"{text}/a.json" for text in inner if isinstance(text, str))
        case "length":
            yield from sized(inner)
        case "contains" if not isinstance(test.operand, Expression):
            item = _resolved(test.operand, config)
            yield from (
                [item],
                [item, 0],
                {"$tuple": [item]},
                {"$set": [item]} if not isinstance(item, list) else [item],
            )
            yield from (item, item + "a", {item: 1}) if isinstance(item, str) else ()
        case "distinct":
            yield from ([1, 2], [1, 1], ["a", "a"])
        case "ordered":
            yield from ([1, 2], [2, 1], [1, 1], [])


def _inner(test: Test, config: Config, depth: int) -> list[Any]:
    if not isinstance(test.operand, tuple) or not all(isinstance(one, Test) for one in test.operand):
        return []
    found = [*boundaries(test.operand, config), *telling(test.operand, config, depth + 1), *PLAIN]
    return list({f"{type(one).__name__}{one!r}": one for one in found}.values())[: _INNER * (3 if depth == 0 else 1)]


def sized(sizes: Iterable[Any]) -> Iterator[Any]:
    """Lists, a string and a mapping of each of these sizes."""
    whole = {size for size in sizes if type(size) is int and 0 <= size <= _LONGEST}
    for size in sorted(whole):
        yield from (["a"] * size, [1] * size, "a" * size, {f"k{at}": 1 for at in range(size)})


def _resolved(operand: Any, config: Config) -> Any:
    """The right side as a plain value of YAML; None where it has none."""
    if isinstance(operand, Expression):
        value = operand.evaluate(config)
        return None if value is UNDEFINED or value is UNKNOWN else value
    if isinstance(operand, tuple):
        return [_resolved(item, config) for item in operand]
    if isinstance(operand, Literal):
        return operand.value
    return operand[1:] if isinstance(operand, str) and operand.startswith("@@") else operand
