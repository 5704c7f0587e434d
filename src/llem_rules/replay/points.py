"""Points around a rule's predicate, from which it can be told that it is the right one and not one beside it.

Every kind of point that is made: both sides of each bound, members of sets, the field left out or at its default,
variants of its value in type, case and size, values that other rules give it, and other fields set beside it.
Beyond the bounds a point is kept where it tells the predicate from a mutant of it that no point told apart before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from llem_rules.replay.values import PLAIN, boundaries, cases, telling, variants
from llem_rules.rules.config import CONFIG_JSON, Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.mutants import mutants_of
from llem_rules.rules.placing import GONE, placed
from llem_rules.rules.predicates import AtMostOneOf, Field, Predicate, RequiredKey, Test, expressions, fields_of, walk
from llem_rules.rules.tagging import tagged

Kwargs = dict[str, Any]
Kind = Literal["boundary", "default", "variant", "sibling", "telling"]
_BOUNDARIES = 40  # points a rule
_CANDIDATES = 600  # points that are looked at for what they tell apart
_TOLD = 2  # points that tell one mutant apart, of those where the rule fires and of those where it does not
_BESIDE = 3  # other fields that are set beside the rule's own
_VALUES = 6  # values of one field that are taken over from other rules


@dataclass(frozen=True)
class Siblings:
    """What the other rules of one native type give: values (in the tagged form) by field, those of negatives first."""

    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[RuleBase]) -> Siblings:
        """The siblings of every rule among these, all of one native type."""
        found: dict[str, dict[str, Any]] = {}
        listed = sorted(rules, key=lambda one: one.id)
        for kwargs in (*(one.kwargs_negative for one in listed), *(one.kwargs_positive for one in listed)):
            for name, value in kwargs.items():
                found.setdefault(name, {}).setdefault(key_of(value), value)
        return cls({name: tuple(values.values()) for name, values in sorted(found.items())})

    def beside(self, rule: RuleBase) -> list[str]:
        """A few other fields of the type, on which the rule could depend: always the same for one rule."""
        own = {*fields_of(rule.predicate), *rule.kwargs_positive}
        others = [name for name in self.values if name not in own and not name.startswith("_")]
        start = sum(map(ord, rule.id)) % len(others) if others else 0
        return [*others[start:], *others[:start]][:_BESIDE]


@dataclass(frozen=True)
class Near:
    """A point near a rule: its kwargs, and why it was made."""

    kind: Kind
    kwargs: Kwargs


def boundary_points(rule: RuleBase, defaults: Mapping[str, Any]) -> list[Kwargs]:
    """Both sides of every bound, and each field left out: one field of the positive or the negative changed at a time."""
    found: dict[str, Kwargs] = {}
    for kwargs in (rule.kwargs_positive, rule.kwargs_negative):
        config = Config.of(kwargs, defaults)
        for part in walk(rule.predicate):
            if isinstance(part, Field) and ("." not in part.path or f".{CONFIG_JSON}." in part.path):
                for value in (*boundaries(part.tests, config), GONE):
                    for point in placed(kwargs, part.path, value, {}, None):
                        found.setdefault(key_of(point), point)
    return list(found.values())[:_BOUNDARIES]


def points_of(rule: RuleBase, defaults: Mapping[str, Any], siblings: Siblings | None = None) -> list[Near]:
    """All points of a rule, each once. ``defaults``: decoded, of its native type."""
    others = siblings or Siblings()
    chosen = _Chosen(rule, defaults, others.beside(rule))
    for point in boundary_points(rule, defaults):
        chosen.add(Near("boundary", point))
    for near in _always(rule, defaults, others):
        chosen.add(near)
    for count, near in enumerate(_candidates(rule, defaults, others)):
        if count >= _CANDIDATES or chosen.done:
            break
        if chosen.tells(near):
            chosen.add(near)
    return chosen.points


class _Chosen:
    """The points so far, and which mutants no point has told apart yet."""

    def __init__(self, rule: RuleBase, defaults: Mapping[str, Any], beside: Iterable[str]) -> None:
        self.points: list[Near] = []
        self._defaults = defaults
        self._fires = rule.fires
        self._keys: set[str] = set()
        self._mutants = [compile_predicate(one.predicate) for one in mutants_of(rule, beside)]
        self._left: dict[tuple[int, bool], int] = {
            (at, fired): _TOLD for at in range(len(self._mutants)) for fired in (True, False)
        }
        for kwargs in (rule.kwargs_positive, rule.kwargs_negative):
            self._keys.add(key_of(kwargs))
            self._tell(kwargs)

    @property
    def done(self) -> bool:
        """Whether every mutant was told apart from both sides."""
        return not self._left

    def add(self, near: Near) -> None:
        """Keep a point, unless it is there."""
        if (key := key_of(near.kwargs)) not in self._keys:
            self._keys.add(key)
            self.points.append(near)
            self._tell(near.kwargs)

    def tells(self, near: Near) -> bool:
        """Whether a new point tells some mutant apart that still has to be."""
        return key_of(near.kwargs) not in self._keys and any(True for _ in self._told(near.kwargs))

    def _told(self, kwargs: Kwargs) -> Iterator[tuple[int, bool]]:
        config = Config.of(kwargs, self._defaults)
        fired = self._fires(config)
        if fired is not None:
            for at, wanted in self._left:
                if wanted is fired and self._mutants[at](config) is (not fired):
                    yield at, wanted

    def _tell(self, kwargs: Kwargs) -> None:
        for key in list(self._told(kwargs)):
            self._left[key] -= 1
            if not self._left[key]:
                del self._left[key]


def _always(rule: RuleBase, defaults: Mapping[str, Any], siblings: Siblings) -> Iterator[Near]:
    """The default given in so many words, plain variants of the positive's values, siblings' values, and fields beside."""
    for path, _ in paths_read(rule.predicate):
        if "." in path:
            continue
        if path in defaults:
            yield Near("default", {**rule.kwargs_positive, path: tagged(defaults[path])})
        for value in (*PLAIN, *cases(rule.kwargs_positive.get(path))):
            yield Near("variant", {**rule.kwargs_positive, path: value})
        own = {key_of(kwargs.get(path)) for kwargs in (rule.kwargs_positive, rule.kwargs_negative)}
        for value in [one for one in siblings.values.get(path, ()) if key_of(one) not in own][:_TOLD]:
            yield Near("sibling", {**rule.kwargs_positive, path: value})
    for name in siblings.beside(rule):
        yield Near("sibling", {**rule.kwargs_positive, name: siblings.values[name][0]})


def _candidates(rule: RuleBase, defaults: Mapping[str, Any], siblings: Siblings) -> Iterator[Near]:
    """Points that may tell something: from the siblings, variants of all kinds, and a value for each region."""
    pair = (rule.kwargs_positive, rule.kwargs_negative)
    for name in siblings.beside(rule):
        for value in siblings.values[name][:_VALUES]:
            yield Near("sibling", {**rule.kwargs_positive, name: value})
    for kwargs in pair:
        config = Config.of(kwargs, defaults)
        for path, tests in paths_read(rule.predicate):
            for value in siblings.values.get(path, ())[:_VALUES]:
                yield from _near("sibling", kwargs, path, value, defaults)
            for value in variants(value_at(kwargs, path)):
                yield from _near("variant", kwargs, path, value, defaults)
            for value in (*boundaries(tests, config), GONE, *telling(tests, config)):
                yield from _near("telling", kwargs, path, value, defaults)


def _near(kind: Kind, kwargs: Kwargs, path: str, value: Any, defaults: Mapping[str, Any]) -> Iterator[Near]:
    default = defaults.get(path.partition(".")[0])
    yield from (Near(kind, point) for point in placed(kwargs, path, value, {}, default))


def value_at(kwargs: Mapping[str, Any], path: str) -> Any:
    """What kwargs (in the tagged form) give at a path; None where that is nothing."""
    value: Any = kwargs
    for part in path.split("."):
        inner = value.get("kwargs", value) if isinstance(value, dict) else None
        value = inner.get(part) if isinstance(inner, dict) else None
    return value


def paths_read(predicate: Predicate) -> list[tuple[str, list[Test]]]:
    """Every path that the predicate reads, with all that it asks of it; what references name, too."""
    found: dict[str, list[Test]] = {}
    for part in walk(predicate):
        match part:
            case Field(path=path, tests=tests):
                found.setdefault(path, []).extend(tests)
            case AtMostOneOf(paths=paths):
                found.update({path: found.get(path, []) for path in paths})
            case RequiredKey(path=None, keys=keys):
                found.update({key: found.get(key, []) for key in keys})
    for expression in expressions(predicate):
        found.update({name: found.get(name, []) for name in expression.fields})
    return list(found.items())


def key_of(value: Any) -> str:
    """Equal for equal values, whatever the order of a mapping's keys."""
    if isinstance(value, dict):
        return repr(sorted(value.items(), key=lambda item: repr(item[0])))
    return repr(value)
