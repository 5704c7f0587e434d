"""What is known about a native type, and what authored rules teach of it: accepted values, and objects that its fields hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.values import decode

_MOST = 8
_PLAIN = frozenset({bool, float, int, str, type(None)})  # these are what they decode to
Blame = Callable[[Config], int]


@dataclass(frozen=True)
class Ground:
    """What is known about a native type: decoded defaults, types of object that its fields hold, where it runs.

    ``usual``: values (in the tagged form) by path, that are known to be accepted somewhere.
    ``blame`` counts what else a config is refused or changed for: a pair that is clear of that is chosen first.
    """

    defaults: Mapping[str, Any] = field(default_factory=dict)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    surroundings: Surroundings = NOWHERE
    blame: Blame = lambda _config: 0

    def config(self, kwargs: Mapping[str, Any], surroundings: Surroundings | None = None) -> Config:
        """Kwargs in the tagged form as the evaluator sees them; the defaults are decoded already."""
        given = {name: value if type(value) in _PLAIN else decode(value) for name, value in kwargs.items()}
        return Config(given, self.defaults, None, self.surroundings if surroundings is None else surroundings)


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
