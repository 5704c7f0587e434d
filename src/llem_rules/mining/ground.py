"""What authored rules teach about a native type: values that are accepted somewhere, and objects that its fields hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from llem_rules.mining.search import Ground
from llem_rules.rules.kinds import RuleBase

_MOST = 8


def with_examples(ground: Ground, rules: Iterable[RuleBase]) -> Ground:
    """The ground with values and types of object from the rules' negatives, behind those that it has."""
    usual: dict[str, dict[str, Any]] = {path: {repr(one): one for one in known} for path, known in ground.usual.items()}
    holders: dict[str, dict[str, None]] = {name: dict.fromkeys(known) for name, known in ground.holders.items()}
    for rule in sorted(rules, key=lambda one: one.id):
        for path, value in _leaves(rule.kwargs_negative):
            if isinstance(value, dict) and isinstance(value.get("$native"), str):
                holders.setdefault(path, {})[value["$native"]] = None
            if value is not None and len(known := usual.setdefault(path, {})) < _MOST:
                known.setdefault(repr(value), value)
    return replace(
        ground,
        usual={path: tuple(known.values()) for path, known in usual.items()},
        holders={name: tuple(known) for name, known in holders.items()},
    )


def _leaves(kwargs: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in kwargs.items():
        if not isinstance(name, str) or name.startswith("$"):
            continue
        yield before + name, value
        if isinstance(value, dict):
            inner = value.get("kwargs") if "$native" in value else value
            yield from _leaves(inner if isinstance(inner, dict) else {}, f"{before}{name}.")
