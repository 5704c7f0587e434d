"""Values worth trying for a field, the most natural first: what its tests name, one step beside it, one of each type."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import Any

from llem_rules.mining.patterns import matching
from llem_rules.rules.config import Config
from llem_rules.rules.expressions import UNDEFINED, UNKNOWN, Expression
from llem_rules.rules.predicates import (
    COMPARISONS,
    AtMostOneOf,
    Field,
    Literal,
    Predicate,
    RequiredKey,
    Test,
    walk,
)
from llem_rules.rules.values import TYPE_NAMES

_LONGEST = 4096
_MOST_ENTRIES = 8
_OF_TYPE: dict[str, tuple[Any, ...]] = {
    "int": (1, 2, 0),
    "float": (0.5, 1.0, 1.5),
    "bool": (True, False),
    "str": ("a", ""),
    "list": ([], [1], ["a"]),
    "dict": ({}, {"a": 1}),
    "tuple": ({"$tuple": [1]},),
    "set": ({"$set": [1]},),
    "none": (None,),
    "NoneType": (None,),
}
_USUAL = ("int", "bool", "str", "float", "list", "dict", "none", "tuple", "set")


def values_for(tests: Iterable[Test], default: Any, config: Config, usual: Iterable[Any] = ()) -> list[Any]:
    """Values in the tagged form, each once.

    ``config`` gives references their value; ``default`` says which type is natural; ``usual`` are values seen elsewhere.
    """
    tests, usual = list(tests), list(usual)
    found: list[Any] = [*_numbers(tests, config)]
    for test in tests:
        found += _named(test, config)
    found += _lists(tests, config)
    found += _grown(tests, usual, config)
    found += usual
    if isinstance(default, bool | int | float | str):
        found.append(default)
        found += _OF_TYPE[type(default).__name__]
    found += [value for name in _USUAL for value in _OF_TYPE[name]]
    found += _last_resorts(tests, config)
    return list({f"{type(value).__name__}{value!r}": value for value in found}.values())


def _numbers(tests: list[Test], config: Config) -> Iterator[Any]:
    """Bounds, what lies between them, and one step to each side."""
    bounds = [_read(test.operand, config) for test in tests if test.operator in COMPARISONS]
    numbers = [value for value in bounds if _number(value)]
    yield from numbers
    for value in numbers:
        yield from _beside(value)
    for low, high in pairwise(sorted(set(numbers))):
        middle = low + (high - low) / 2
        yield from (math.ceil(middle), middle) if middle.is_integer() else (middle,)


def _beside(value: Any) -> Iterator[Any]:
    if isinstance(value, int):
        yield from (value + 1, value - 1)
        if abs(value) < 2**50:
            yield from (value + 0.5, value - 0.5)
    elif not math.isfinite(value):
        yield -value
    elif abs(value) < 1e-3 or abs(value) > 1e6:
        yield from (0.0, value * 2, value / 2, value + 1.0)
    else:
        yield from (round(value + 0.1, 6), round(value - 0.1, 6), value + 1.0, value - 1.0)


def _last_resorts(tests: list[Test], config: Config) -> Iterator[float]:
    """The next floats, the infinities and NaN: what nobody would choose where something else will do."""
    for test in tests:
        value = _read(test.operand, config) if test.operator in COMPARISONS else None
        if isinstance(value, float) and math.isfinite(value):
            yield from (math.nextafter(value, math.inf), math.nextafter(value, -math.inf))
    yield from (math.inf, -math.inf, math.nan)


def _named(test: Test, config: Config) -> Iterator[Any]:  # noqa: PLR0912 - one case an operator
    match test.operator:
        case "==" | "!=" | "<" | "<=" | ">" | ">=":
            yield from _texts([_read(test.operand, config)])
        case "in" | "not_in":
            items = _read(test.operand, config)
            yield from _texts(items if isinstance(items, list) else [])
            numbers = [item for item in items if _number(item)] if isinstance(items, list) else []
            yield from (max(numbers) + 1, min(numbers) - 1) if numbers else ()
        case "type_is" | "type_is_not":
            for name in test.operand:
                yield from _OF_TYPE[name] if name in TYPE_NAMES else _native(name)
        case "multiple_of" | "not_multiple_of":
            step = _read(test.operand, config)
            yield from (step, step * 2, step + 1, step - 1) if _number(step) else ()
        case "contains" | "required_key":
            item = _read(test.operand, config)
            yield from ([item], *((item, {item: 1}) if isinstance(item, str) else ()))
        case "matches":
            made = matching(test.operand)
            yield from (made, made.upper(), made.title(), made + "a", made[:-1], "a" + made) if made is not None else ()
        case "length":
            yield from _sized(test, config)
        case "lower":
            for text in values_for(test.operand, None, config):
                yield from (text, text.upper(), text.title()) if isinstance(text, str) else ()
        case "parent":
            for text in values_for(test.operand, None, config):
                yield from (f"{text}/a.json",) if isinstance(text, str) else ()
        case "given":
            yield None
        case "distinct":
            yield from ([1, 2], [1, 1], ["a", "b"], ["a", "a"])
        case "ordered":
            yield from ([1, 2], [2, 1], [1, 1], [0.25, 0.75], [0.75, 0.25])
        case "path_is" | "holds":
            yield from ("/nowhere", "/")
        case "keys" | "values":
            yield from _mappings(test, config)


def _mappings(test: Test, config: Config) -> Iterator[dict[str, Any]]:
    """Mappings whose keys (or values) are what the tests on them name."""
    inner = [test for test in test.operand if test.operator in {"each", "any_item", "contains", "length"}]
    for listed in values_for(inner, None, config):
        if not isinstance(listed, list) or len(listed) > _MOST_ENTRIES:
            continue
        if test.operator == "values":
            yield {f"k{place}": item for place, item in enumerate(listed)}
        elif all(isinstance(item, str) for item in listed):
            yield {key if listed.index(key) == at else f"{key}{at}": 1 for at, key in enumerate(listed)}
        elif all(isinstance(item, str | int | float | None) for item in listed):
            yield {"$dict": [[item, 1] for item in listed]}


def _lists(tests: list[Test], config: Config) -> Iterator[list[Any]]:
    """Lists of items that the tests on items name, of the lengths that the tests on the length name."""
    items = [values_for(test.operand, None, config)[:16] for test in tests if test.operator in {"each", "any_item"}]
    if not items:
        return
    bounds = [_read(inner.operand, config) for test in tests if test.operator == "length" for inner in test.operand]
    sizes = dict.fromkeys(
        (1, *(int(size) + step for size in bounds if _number(size) and 0 <= size < 64 for step in (0, 1)))
    )
    for several in items:
        yield from ([item] * size for item in several for size in sizes)
    if len(items) > 1:
        yield from ([one, two] for one, two in product(items[0][:8], items[1][:8]))


def _grown(tests: list[Test], usual: list[Any], config: Config) -> Iterator[list[Any]]:
    """Lists seen elsewhere, grown to the lengths that tests name by repeating their first item."""
    bounds = [_read(i.operand, config) for test in tests if test.operator == "length" for i in test.operand]
    sizes = [int(size) + step for size in bounds if _number(size) and 0 <= size < _LONGEST for step in (0, 1, -1)]
    for items in usual:
        if isinstance(items, list) and items and isinstance(items[0], list):
            yield from (items[:1] * size for size in sizes if size > 0)


def _texts(items: list[Any]) -> Iterator[Any]:
    """Plain values as they are, then a text that is none of them: one of them, a letter longer."""
    yield from (item for item in items if item is not None)
    texts = [item for item in items if isinstance(item, str)]
    for text in texts[:1]:
        yield next(longer for n in range(1, len(texts) + 2) if (longer := text + "x" * n) not in texts)
        yield text[:-1]
    for number in items:
        if isinstance(number, int) and not isinstance(number, bool):
            yield str(number)


def _native(name: str) -> Iterator[Any]:
    if name.rpartition(".")[2] == "dtype":
        yield {"$dtype": "float16"}
    else:
        yield {"$native": name, "kwargs": {}}


def _sized(test: Test, config: Config) -> Iterator[Any]:
    bounds = [_read(inner.operand, config) for inner in test.operand]
    sizes = [size + step for size in bounds if _number(size) for step in (0, 1, -1)]
    for size in dict.fromkeys(int(size) for size in sizes if 0 <= size <= _LONGEST):
        yield from ([1] * size, "a" * size, ["a"] * size, {f"k{n}": 1 for n in range(size)})


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(operand: Any, config: Config) -> Any:
    """A right side as plain YAML has it; None where it cannot be computed."""
    match operand:
        case Expression():
            value = operand.evaluate(config)
            return None if value is UNDEFINED or value is UNKNOWN else value
        case tuple():
            return [_read(item, config) for item in operand]
        case Literal(value=value):
            return value
        case str() if operand.startswith("@@"):
            return operand[1:]
    return operand


def named_by(tests: Iterable[Test]) -> Iterator[Any]:
    """Constants that stand in tests, one by one, as they are written."""
    for test in tests:
        operand = test.operand if test.operator in {*COMPARISONS, "in", "not_in"} else None
        yield from operand if isinstance(operand, tuple) and test.operator in {"in", "not_in"} else (operand,)


def tests_by_path(predicate: Predicate) -> Iterator[tuple[str, tuple[Test, ...]]]:
    """Every path that a predicate looks at, with what it asks of it; references are not among them."""
    for part in walk(predicate):
        match part:
            case Field(path=path, tests=tests):
                yield path, tests
            case AtMostOneOf(paths=paths):
                yield from ((path, ()) for path in paths)
            case RequiredKey(path=None, keys=keys):
                yield from ((path, ()) for path in keys)
            case RequiredKey(path=str() as path, keys=keys):
                yield path, tuple(Test("required_key", key) for key in keys)
