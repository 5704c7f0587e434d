"""Containers put together of what is known of several: items of one beside items of another, keys with other entries.

What a predicate says of all items, or of some, is told apart from a mutant only where one container holds both kinds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

_ITEMS: tuple[Any, ...] = (
    *(0, 1, -1, 1.5, -0.5, True, False, "a", "1", "", None),
    *([], [1], ["a"], {"$tuple": []}, {"$tuple": [1]}, {"$set": [1]}, {}, {"a": 1}),
)
_KEYS: tuple[Any, ...] = ("a", 1, 1.5, True, {"$tuple": [1, "a"]}, {"$tuple": []}, {"$tuple": [1.5]})
_LISTS = ("$set", "$tuple")
_MADE = 24  # containers of each kind
_CHANGED = 6  # containers in which one item is changed for every other kind of item


def mixed(values: Sequence[Any], rng: random.Random) -> Iterator[Any]:
    """New containers of the kinds that are among the values, in the tagged form."""
    for kind in ("", *_LISTS):
        held = [items for value in values if (items := _items(value, kind)) is not None]
        if held:
            known = [*(item for items in held for item in items), *_ITEMS]
            for items in held[:_CHANGED]:
                for at, other in product(range(min(len(items), 2)), _ITEMS):
                    if kind != "$set" or not isinstance(other, list | dict):
                        yield _as(kind, [*items[:at], other, *items[at + 1 :]])
            for _ in range(_MADE):
                items = rng.choices(known, k=rng.choice((1, 2, 2, 3)))
                if kind != "$set" or not any(isinstance(item, list | dict) for item in items):
                    yield _as(kind, items)
    pairs = [pair for value in values for pair in _pairs(value)]
    if pairs:
        keys, entries = [*(key for key, _ in pairs), *_KEYS], [*(entry for _, entry in pairs), *_ITEMS]
        for _ in range(_MADE):
            yield {"$dict": [[rng.choice(keys), rng.choice(entries)] for _ in range(rng.choice((1, 1, 2)))]}


def _as(kind: str, items: list[Any]) -> Any:
    return {kind: items} if kind else items


def _items(value: Any, kind: str) -> list[Any] | None:
    held = value if not kind else value.get(kind) if isinstance(value, dict) else None
    return held if isinstance(held, list) else None


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if not isinstance(value, dict):
        return []
    if "$dict" in value:
        return [(key, entry) for key, entry in value["$dict"]]
    return [] if any(str(key).startswith("$") for key in value) else list(value.items())
