"""What an operator says of two values: plain functions that the evaluator binds to a field and a right side."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llem_rules.rules.values import equal, has_key, items_of, ordered

Compare = Callable[[Any, Any], bool]

_ORDER: dict[str, Compare] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _is_in(value: Any, collection: Any, same: Compare = equal) -> bool:
    items = items_of(collection)
    return items is not None and any(same(value, item) for item in items)


def _not_in(value: Any, collection: Any, same: Compare = equal) -> bool:
    items = items_of(collection)
    return items is not None and not any(same(value, item) for item in items)


def _ordering(compare: Compare) -> Compare:
    return lambda value, other: ordered(value, other) and compare(value, other)


def remainder(value: Any, other: Any) -> Any:
    """What is left of a number divided by another; None where that is not defined."""
    numbers = isinstance(value, int | float) and isinstance(other, int | float)
    try:
        return value % other if numbers else None
    except (ArithmeticError, ValueError):
        return None


def _multiple(value: Any, other: Any) -> bool:
    return bool(remainder(value, other) == 0)


def _not_multiple(value: Any, other: Any) -> bool:
    left = remainder(value, other)
    return left is not None and left != 0


def _contains(value: Any, item: Any) -> bool:
    if isinstance(value, str):
        return isinstance(item, str) and item in value
    return _is_in(item, value) if items_of(value) is not None else has_key(value, item)


OPERATIONS: dict[str, Compare] = {
    "==": equal,
    "!=": lambda value, other: not equal(value, other),
    "in": _is_in,
    "not_in": _not_in,
    "multiple_of": _multiple,
    "not_multiple_of": _not_multiple,
    "contains": _contains,
    **{name: _ordering(compare) for name, compare in _ORDER.items()},
}


def _versions(value: Any, other: Any) -> tuple[Any, Any] | None:
    from packaging.version import Version

    if not isinstance(value, str) or isinstance(other, bool) or not isinstance(other, str | int | float):
        return None
    try:
        return Version(value), Version(str(other))
    except ValueError:  # InvalidVersion, or more digits than Python reads
        return None


def _same_version(value: Any, other: Any) -> bool:
    pair = _versions(value, other)
    return equal(value, other) if pair is None else pair[0] == pair[1]


def _version_ordering(compare: Compare) -> Compare:
    return lambda value, other: (pair := _versions(value, other)) is not None and compare(*pair)


# On packages: versions compare as ``packaging`` has it; what is no version is only equal or not.
VERSION_OPERATIONS: dict[str, Compare] = {
    **OPERATIONS,
    "==": _same_version,
    "!=": lambda value, other: not _same_version(value, other),
    "in": lambda value, collection: _is_in(value, collection, _same_version),
    "not_in": lambda value, collection: _not_in(value, collection, _same_version),
    **{name: _version_ordering(compare) for name, compare in _ORDER.items()},
}
