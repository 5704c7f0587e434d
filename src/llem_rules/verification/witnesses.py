"""Configs built to tell a rule from a mutant of it, where drawing found none: what each condition says of each field is
solved for, on the side where the rule alone fires and on the side where the mutant alone does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from llem_rules.mining.ground import Ground
from llem_rules.mining.search import Search
from llem_rules.mining.solve import Patience
from llem_rules.replay.hunting import distinct
from llem_rules.replay.points import Kwargs, Siblings, key_of
from llem_rules.rules.branches import branches
from llem_rules.rules.config import Surroundings
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.placing import GONE, placed
from llem_rules.rules.predicates import AllOf, Field, Not, Predicate, fields_of, walk
from llem_rules.verification.apart import apart

WANTED = 6  # configs of each side: fewer than that do not show that a mutant is alike
_WAYS, _CHECKS = 12, 200  # branches of one side, and how often they are looked through for contradictions
_SIBLINGS = 24  # values of one field that are taken over from other rules
_RECAST = 8  # known configs that are also taken with an object for a mapping
_TRIED = 4000  # configs made of one known one and one value


class Witnesses:
    """For the mutants of one rule. ``bases``: configs in the tagged form that speak of it, such as show most first."""

    def __init__(
        self,
        rule: RuleBase,
        bases: Sequence[Kwargs],
        defaults: Mapping[str, Any],
        surroundings: Surroundings,
        siblings: Siblings,
        objects: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._rule = rule
        self._ground = Ground(defaults=defaults, surroundings=surroundings, holders=objects)
        self._siblings = siblings
        self._bases = [*bases, *(other for base in bases[:_RECAST] for other in self._recast(base))]
        self._known: dict[tuple[Any, ...], list[Any]] = {}

    def of(self, mutant: Predicate, side: bool, wanted: int = WANTED) -> list[Kwargs]:
        """Configs on which the rule fires (``side``) and the mutant does not, or the other way round; the smallest first."""
        fires, other = self._rule.fires, compile_predicate(mutant)
        found: dict[str, Kwargs] = {}
        for kwargs in self._tried(mutant, side):
            config = self._ground.config(kwargs)
            if fires(config) is side and other(config) is (not side):
                found.setdefault(key_of(kwargs), kwargs)
                if len(found) >= wanted:
                    break
        return list(found.values())

    def _tried(self, mutant: Predicate, side: bool) -> Iterator[Kwargs]:
        values = self._values(mutant)
        yield from islice(self._placed(values), _TRIED)
        yield from self._solved(mutant, side, values)

    def _placed(self, values: Mapping[str, Sequence[Any]]) -> Iterator[Kwargs]:
        """Known configs with one field changed."""
        for path, several in values.items():
            name = path.partition(".")[0]
            for value in (*several, GONE):
                for base in self._bases:
                    yield from placed(base, path, value, self._ground.holders, self._ground.defaults.get(name))

    def _solved(self, mutant: Predicate, side: bool, values: Mapping[str, Sequence[Any]]) -> Iterator[Kwargs]:
        """Configs made for each way in which the two can differ."""
        rule = self._rule.predicate
        differing = AllOf((rule, Not(mutant)) if side else (mutant, Not(rule)))
        ways = list(islice(branches(differing, True, Patience(_CHECKS)), _WAYS))
        ground = replace(self._ground, usual={path: tuple(several) for path, several in values.items()})
        yield from Search(differing, ground, ground.surroundings).examples(ways, True)

    def _values(self, mutant: Predicate) -> dict[str, list[Any]]:
        """By path: what tells the changed tests apart comes first."""
        rule = self._rule.predicate
        own, others = _fields(rule), _fields(mutant)
        before = [one for one in own if one not in others]
        after = [one for one in others if one not in own]
        found: dict[str, list[Any]] = {}
        for one in before:
            new = next((two for two in after if two.path == one.path), None)
            found.setdefault(one.path, []).extend(self._apart(one, new))
        for one in (*after, *own):
            found.setdefault(one.path, []).extend(self._apart(one, None)[:24])
        for name in fields_of(rule):
            found.setdefault(name, []).extend(self._siblings.values.get(name, ())[:_SIBLINGS])
        for path, several in found.items():
            several += [other for value in several for other in self._other_holders(path, value)]
        return {path: distinct(several) for path, several in found.items()}

    def _recast(self, base: Kwargs) -> Iterator[Kwargs]:
        """The same with a mapping as an object, or the other way round."""
        for name, value in base.items():
            yield from ({**base, name: other} for other in self._other_holders(name, value))

    def _other_holders(self, path: str, value: Any) -> Iterator[Any]:
        match value:
            case {"$native": _, "kwargs": dict() as kwargs}:
                yield kwargs
            case {"$file": str() as name} if "/" not in name:
                yield {"$file": f"{name}/config.json"}
            case dict() if not any(str(key).startswith("$") for key in value):
                yield from ({"$native": name, "kwargs": value} for name in self._ground.holders.get(path, ()))

    def _apart(self, one: Field, other: Field | None) -> list[Any]:
        key = (one, other)
        if key not in self._known:
            config = self._ground.config(self._rule.kwargs_positive)
            self._known[key] = apart(one.tests, other.tests if other is not None else None, config)
        return self._known[key]


def _fields(predicate: Predicate) -> list[Field]:
    return [part for part in walk(predicate) if isinstance(part, Field)]
