"""Values of one field that tell two lists of tests apart, made from the inside out: an item, the list that holds it, the
mapping that holds the list.

Drawing finds a list of lists whose third item is a float above a bound by luck alone; here it is built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice, product
from typing import Any

from llem_rules.mining.patterns import matching
from llem_rules.replay.hunting import distinct
from llem_rules.replay.values import PLAIN, boundaries, near, sized, telling, variants
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.expressions import Expression
from llem_rules.rules.mutants import EDGES
from llem_rules.rules.predicates import NESTED, Field, Test
from llem_rules.rules.values import decode

Tests = tuple[Test, ...]
_TYPED: tuple[Any, ...] = (
    *(1, 0, -1, 1.5, -0.5, 2.0, True, False, "a", "", "1", None),
    *([], [1], ["a"], {}, {"a": 1}, {"$tuple": [1]}, {"$tuple": ["a"]}, {"$set": [1]}, {"$set": ["a"]}),
)
_AROUND = (
    "a{}",
    "{}a",
    " {}",
    "{} ",
    "{}\n",
    "\n{}",
    "1{}",
    "{}1",
    "-{}",
    "+{}",
    "{}.0",
    "{}_1",
    "a {}",
    "{} a",
    "a\n{}",
    "{}\na",
)
_MANY, _BOUNDS, _FEW = 1280, 24, 6  # values of one level that are looked at, bounds that are varied, items of each kind
_DEEPEST = 4
_LONGEST = 300


def apart(one: Tests, other: Tests | None, config: Config) -> list[Any]:
    """Values in the tagged form: first such as the first tests alone hold for, and such as the others alone hold for.

    Then, and without ``other`` at once, some that the first tests hold for, and some that they do not.
    """
    return _chosen(one, other, config, 0)


def _chosen(one: Tests, other: Tests | None, config: Config, depth: int) -> list[Any]:
    kinds: dict[tuple[bool, bool], dict[str, Any]] = {}
    first = compile_predicate(Field("x", one))
    second = compile_predicate(Field("x", other)) if other is not None else first
    for value in islice(_made(one, other, config, depth), _MANY):
        about = Config({**config.given, "x": decode(value)}, config.defaults, None, config.surroundings)
        known = kinds.setdefault((first(about) is True, second(about) is True), {})
        known.setdefault(f"{type(value).__name__}{value!r}", value)
    order = ((True, False), (False, True), (True, True), (False, False))
    return [value for kind in order for value in _spread(list(kinds.get(kind, {}).values()), _FEW * 4)]


def _spread(values: list[Any], most: int) -> list[Any]:
    """At most so many, from the whole of them: the first few, then evenly."""
    if len(values) <= most:
        return values
    half = most // 2
    rest = values[half:]
    step = len(rest) / (most - half)
    return [*values[:half], *(rest[int(at * step)] for at in range(most - half))]


def _made(one: Tests, other: Tests | None, config: Config, depth: int) -> Iterator[Any]:
    """Candidates: what a changed test inside leads to comes first."""
    changed = _changed(one, other)
    if depth < _DEEPEST:
        held: dict[str, list[Any]] = {}
        for test in sorted((test for test in one if test.operator in NESTED), key=lambda test: test not in changed):
            inner = _chosen(test.operand, changed.get(test), config, depth + 1)
            held.setdefault(test.operator, []).extend(inner)
        yield from _mappings(held)
        yield from _lists(held)
        for operator in ("lower", "parent"):
            yield from chain.from_iterable(_wrapped(operator, value) for value in held.get(operator, ()))
        yield from sized(held.get("length", ()))
        yield from ({"$tuple": [1] * size} for size in held.get("length", ()) if type(size) is int and size <= _LONGEST)
    flat = [test for test in chain(one, other or ()) if test.operator not in NESTED]
    yield from _flat(flat, config)
    yield from telling(one, config)
    yield from (*_TYPED, *PLAIN)


def _changed(one: Tests, other: Tests | None) -> dict[Test, Tests]:
    """The nested tests of which the others have another version: with that."""
    if other is None or len(one) != len(other):
        return {}
    return {
        own: new.operand
        for own, new in zip(one, other, strict=True)
        if own != new and own.operator == new.operator and own.operator in NESTED
    }


def _flat(tests: Sequence[Test], config: Config) -> Iterator[Any]:
    bounds = distinct(boundaries(tests, config))
    yield from bounds
    for value in bounds[:_BOUNDS]:
        yield from variants(value) if isinstance(value, int | float | str) else ()
        yield from _as_float(value)
    for test in tests:
        if test.operator == "matches":
            yield from _of_pattern(test.operand)
        elif test.operator == "contains" and not isinstance(test.operand, Expression | tuple):
            yield from ([test.operand], {"$tuple": [test.operand]}, [test.operand, test.operand])
            yield from (test.operand, f"a{test.operand}a", {test.operand: 1}) if isinstance(test.operand, str) else ()


def _as_float(value: Any) -> Iterator[Any]:
    if type(value) is int and abs(value) < 10**300:
        yield from near(float(value))
        yield from (value + step for step in (-3, -2, 2, 3))
        yield from (float(value + step) for step in (-3, -2, -1, 1, 2, 3))


def _of_pattern(pattern: str) -> Iterator[str]:
    """Texts that it finds, with and without its anchors, and the same in the middle of others."""
    loose = pattern
    for edge in EDGES:
        loose = loose.removeprefix(edge) if edge in EDGES[:2] else loose.removesuffix(edge)
    for made in dict.fromkeys((matching(pattern), matching(loose), matching(f"{loose}.+"), matching(f".+{loose}"))):
        if made is not None:
            yield from (made, made.upper(), made.title(), made[:-1], made[1:])
            yield from (around.format(made) for around in _AROUND)


def _wrapped(operator: str, value: Any) -> Iterator[Any]:
    match operator, value:
        case "lower", str():
            yield from (value, value.upper(), value.title())
        case "parent", str():
            yield from (f"{value}/a", f"{value}/a.json")


def _lists(held: dict[str, list[Any]]) -> Iterator[Any]:
    """Lists of one such item, of two kinds, and of as many as a length asks for; then as tuples and as sets."""
    items = _merged(held.get("each", ()), held.get("any_item", ()))
    sizes = [size for size in held.get("length", ()) if type(size) is int and 1 < size <= _LONGEST][:_FEW]
    lists = [[item] for item in items]
    lists += [[item] * size for size in sizes for item in items[: _FEW * 2]]
    lists += [[one, two] for one, two in product(items[:_FEW], items[:_FEW]) if one is not two]
    lists += [[item, item] for item in items[:_FEW]] + [[one, two] for one in items[:3] for two in items[_FEW:]]
    yield from lists
    yield from ({"$tuple": one} for one in lists[: _FEW * 4])
    yield from ({"$set": one} for one in lists[: _FEW * 4] if all(map(_hashable, one)))


def _merged(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    longest = max(len(one), len(other))
    return [several[at] for at in range(longest) for several in (one, other) if at < len(several)]


def _mappings(held: dict[str, list[Any]]) -> Iterator[dict[Any, Any]]:
    """Mappings of such keys, of such entries, and of both."""
    keys = [one for one in held.get("keys", ()) if isinstance(one, list) and all(map(_hashable, one))]
    entries = [one for one in held.get("values", ()) if isinstance(one, list)]
    yield from (_mapping(one, [entry] * len(one)) for one in keys for entry in (1, "a", {}, [1], {"a": 1}))
    yield from (_mapping([f"k{at}" for at in range(len(one))], one) for one in entries)
    for one, other in product(keys[: _FEW * 2], entries[: _FEW * 2]):
        if one and other:
            size = max(len(one), len(other))
            names = [one[at] if at < len(one) else f"k{at}" for at in range(size)]
            yield _mapping(names, [other[at % len(other)] for at in range(size)])


def _mapping(keys: Sequence[Any], entries: Sequence[Any]) -> dict[Any, Any]:
    if all(isinstance(key, str) and not key.startswith("$") for key in keys):
        return dict(zip(keys, entries, strict=True))
    return {"$dict": [[key, entry] for key, entry in zip(keys, entries, strict=True)]}


def _hashable(item: Any) -> bool:
    if isinstance(item, dict):
        return list(item) == ["$tuple"] and all(map(_hashable, item["$tuple"]))
    return not isinstance(item, list)
