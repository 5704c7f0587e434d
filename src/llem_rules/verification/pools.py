"""Values for each field of a native type: plausible ones, which the corpus accepts alone, and wild ones.

They come from the discovered defaults, from rules (their kwargs and both sides of their bounds), from what a field's own
validator accepted when its type was lifted, and from fields of the same name in other native types of the engine.
"""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from llem_rules.check import Corpus
from llem_rules.environments import Library
from llem_rules.environments.wire import with_string_keys
from llem_rules.mining.library import LibraryReader
from llem_rules.mining.samples import tests_by_path, values_for
from llem_rules.replay.points import boundary_points
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.tagging import tagged

Value = Any
_LIFTED = 24  # values of one field that are taken over from its validator's grid
_ELSEWHERE = 12  # and from fields of the same name in other types
_WILD: tuple[Value, ...] = (
    *(None, True, False, 0, 1, -1, 2, 7, 100, 2**31, -(2**63)),
    *(0.0, 0.5, 1.0, -0.5, 1.5, 1e-9, 1e6, math.inf, -math.inf, math.nan),
    *("", "a", "1", "auto", "none", [], [1], [-1], ["a"], [1.5], [[1]], {}, {"a": 1}, {"$tuple": [1, 2]}),
)
_LIKE: Mapping[type, tuple[Value, ...]] = {
    bool: (True, False),
    int: (1, 2, 4, 8, 16, 32, 128),
    float: (0.1, 0.5, 0.9, 1.0, 2.0),
    str: ("a",),
    list: ([], [1], [1, 2], ["a"]),
    dict: ({}, {"a": 1}),
    type(None): (1, 0.5, True, "a", [1], ["a"], {}),
}


@dataclass(frozen=True)
class Pool:
    """One field's values in the tagged form. Everything plausible is among the wild ones too."""

    plausible: Sequence[Value]
    wild: Sequence[Value]


def make_pools(
    library: Library, corpus: Corpus, defaults: Mapping[str, Mapping[str, Any]], seed: int
) -> dict[str, Pools]:
    """The pools of every native type in ``defaults`` (decoded defaults by field)."""
    reader = LibraryReader(library)
    bases = {name: about.base for name, about in library.engine.native_types.items()}
    found = {name: _buildable(_collected(name, reader, corpus, defaults[name]), bases) for name in sorted(defaults)}
    elsewhere: dict[str, list[Value]] = defaultdict(list)
    for values in found.values():
        for field, some in values.items():
            elsewhere[field] += some[:_ELSEWHERE]
    surroundings = library.facts.surroundings
    return {
        name: Pools(name, corpus, surroundings, defaults[name], values, elsewhere, random.Random(f"{seed} {name}"))
        for name, values in found.items()
    }


class Pools:
    """The pools of one native type."""

    def __init__(
        self,
        native_type: str,
        corpus: Corpus,
        surroundings: Surroundings,
        defaults: Mapping[str, Any],
        values: Mapping[str, Sequence[Value]],
        elsewhere: Mapping[str, Sequence[Value]],
        rng: random.Random,
    ) -> None:
        self.native_type = native_type
        self.points = [point for rule in rules_of(corpus, native_type) for point in _configs(rule, defaults)]
        self._pools: dict[str, Pool] = {}
        for field, own in values.items():
            default = defaults.get(field)
            # Text that stands for one of the small files would mean nothing to the library.
            likely = distinct(map(tagged, [*own, *elsewhere.get(field, ()), *_near(default, rng)]))
            # None is the libraries' word for "not given": of a field that is not declared it would say nothing.
            accepted = [
                value
                for value in likely
                if (value is not None or field in defaults)
                and corpus.judge(native_type, {field: value}, surroundings).effect != "error"
            ]
            self._pools[field] = Pool(accepted, distinct([*likely, *_WILD]))
        self.related = _related(corpus, native_type, self.usable)

    @property
    def fields(self) -> list[str]:
        """The fields that configs set."""
        return list(self._pools)

    @property
    def usable(self) -> list[str]:
        """The fields that have a plausible value."""
        return [name for name, pool in self._pools.items() if pool.plausible]

    def of(self, field: str) -> Pool:
        """One field's pool."""
        return self._pools[field]


def rules_of(corpus: Corpus, native_type: str) -> Iterator[RuleBase]:
    """The rules of one native type."""
    return (rule for rule in corpus.rules if rule.native_type == native_type)


def distinct(values: Iterable[Value]) -> list[Value]:
    """Each value once, by type too."""
    return list({key_of(value): value for value in values}.values())


def key_of(value: Value) -> str:
    """Equal for values that are the same to a person who writes them."""
    return json.dumps(with_string_keys(value), sort_keys=True, default=repr)


def _collected(
    native_type: str, reader: LibraryReader, corpus: Corpus, defaults: Mapping[str, Any]
) -> dict[str, list[Value]]:
    """Values by field, the ones from rules first."""
    values: dict[str, list[Value]] = {name: [] for name in defaults if not name.startswith("_")}
    for rule in rules_of(corpus, native_type):
        for point in _configs(rule, defaults):
            for name, value in point.items():
                values.setdefault(name, []).append(value)
        config = Config.of(rule.kwargs_negative, defaults)
        for path, tests in tests_by_path(rule.predicate):
            if "." not in path and not path.startswith("_"):
                values.setdefault(path, []).extend(values_for(tests, defaults.get(path), config)[:20])
    for field, some in _lifted(reader, native_type).items():
        if field in values:
            values[field] += some
    return {name: distinct(some) for name, some in sorted(values.items())}


def _buildable(values: Mapping[str, Sequence[Value]], bases: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Value]]:
    """The values without objects that lack what their type cannot do without: nobody could have made them."""
    return {field: [one for one in some if _required(one, bases) <= _given(one)] for field, some in values.items()}


def _required(value: Value, bases: Mapping[str, Mapping[str, Any]]) -> Set[str]:
    return bases.get(value["$native"], {}).keys() if isinstance(value, dict) and "$native" in value else frozenset()


def _given(value: Value) -> Set[str]:
    return frozenset(value.get("kwargs") or ()) if isinstance(value, dict) else frozenset()


def _configs(rule: RuleBase, defaults: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rule's own kwargs and the points around them. Private fields are nobody's to set."""
    for kwargs in (rule.kwargs_positive, rule.kwargs_negative, *boundary_points(rule, defaults)):
        if not any(name.startswith("_") for name in kwargs):
            yield kwargs


def _lifted(reader: LibraryReader, native_type: str) -> dict[str, list[Value]]:
    """What each field's validator accepted, the plainest first."""
    declared = reader.declarations(native_type).get("lifted", {})
    return {
        about["given_as"]: [one["value"] for one in about["tried"] if one.get("errors") == []][:_LIFTED]
        for about in declared.get("fields", ())
    }


def _near(default: Any, rng: random.Random) -> Iterator[Value]:
    """The default, values like it, and a few at random."""
    if type(default) in _LIKE:
        yield tagged(default)
        yield from _LIKE[type(default)]
    if isinstance(default, bool):
        return
    if isinstance(default, int):
        yield from (
            default - 1,
            default + 1,
            default * 2,
            *(rng.randrange(-10, 10 ** rng.randrange(1, 7)) for _ in range(3)),
        )
    elif isinstance(default, float) and math.isfinite(default):
        yield from (round(default * rng.random(), 6), round(rng.uniform(-2, 2), 6), round(rng.random(), 6))


def _related(corpus: Corpus, native_type: str, fields: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of fields that some rule reads or speaks of together."""
    pairs: dict[tuple[str, str], None] = {}
    for rule in rules_of(corpus, native_type):
        read = [name for name in dict.fromkeys((*fields_of(rule.predicate), *rule.dormant_fields)) if name in fields]
        pairs.update({(one, two): None for i, one in enumerate(read) for two in read[i + 1 :]})
    return list(pairs)
