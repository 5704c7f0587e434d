"""Configs at which two predicates may part: natural ones first, then a grid over the values that their tests tell apart."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from llem_rules.graph.crossed import crossed
from llem_rules.mining.assume import assumptions
from llem_rules.mining.ground import Ground
from llem_rules.mining.samples import tests_by_path, values_for
from llem_rules.mining.search import Search
from llem_rules.rules.branches import Branch, branches
from llem_rules.rules.cells import cells_for
from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.contradictions import contradiction
from llem_rules.rules.expressions import split_section
from llem_rules.rules.placing import GONE, Kwargs, placed
from llem_rules.rules.predicates import Predicate, Surrounding, Test, expressions, walk
from llem_rules.rules.tagging import tagged
from llem_rules.rules.values import decode

_BRANCHES = 12
_GRID = 10_000
_REFERRED: tuple[Any, ...] = (0, 1, 2, 3, 5, -1, -2, 0.5, None, "a", "b", [1], [1, 2])


@dataclass(frozen=True)
class Point:
    """A config in the tagged form, where it runs, and the other sections that matter to it."""

    kwargs: Kwargs
    surroundings: Surroundings = NOWHERE
    sections: Mapping[str, Kwargs] = field(default_factory=dict)

    def config(self, defaults: Mapping[str, Any]) -> Config:
        """As the evaluator sees it."""
        sections = {name: Config.of(kwargs) for name, kwargs in self.sections.items()} or None
        given = {name: decode(value) for name, value in self.kwargs.items()}
        return Config(given, defaults, sections, self.surroundings)

    def to_plain(self) -> dict[str, Any]:
        """The kwargs, and what else was assumed."""
        found: dict[str, Any] = {"kwargs": self.kwargs}
        assumed = {name: dict(known) for name in ("env", "platform", "packages") if (known := self._known(name))}
        if assumed:
            found["surroundings"] = assumed
        if self.sections:
            found["sections"] = {name: dict(kwargs) for name, kwargs in self.sections.items()}
        return found

    def _known(self, domain: str) -> Mapping[str, Any] | None:
        known: Mapping[str, Any] | None = getattr(self.surroundings, domain)
        return known


def natural(predicate: Predicate, ground: Ground) -> Iterator[Point]:
    """Points of which the predicate is true, as a person would write them."""
    ways = list(islice(branches(predicate, True, _Patience()), _BRANCHES))
    for surroundings in assumptions(ways, ground.surroundings):
        for kwargs in Search(predicate, ground, surroundings).examples(ways, True):
            yield Point(kwargs, surroundings)


class _Patience:
    """Looks for contradictions only so often: then every branch counts as possible."""

    def __init__(self) -> None:
        self._left = 200

    def __call__(self, branch: Branch) -> Branch | None:
        self._left -= 1
        return contradiction(branch) if self._left > 0 else None


def grid(predicates: Sequence[Predicate], ground: Ground) -> Iterator[Point]:
    """Points over the product of what each field may be; a sample of it where it is too large. Always the same points."""
    axes = _axes(predicates, ground)
    places = list(_places(predicates, ground))
    size = math.prod(len(values) for values in axes.values()) * len(places)
    if size <= _GRID:
        chosen: Iterator[tuple[Any, ...]] = product(*axes.values())
    else:
        draw = random.Random(0)
        lists = [list(values) for values in axes.values()]
        chosen = (tuple(map(draw.choice, lists)) for _ in range(_GRID // len(places)))
    for values in chosen:
        for point in _made(dict(zip(axes, values, strict=True)), ground):
            yield from (Point(point.kwargs, where, point.sections) for where in places)


def _axes(predicates: Sequence[Predicate], ground: Ground) -> dict[str, list[Any]]:
    tests: dict[str, list[Test]] = {}
    for predicate in predicates:
        for path, own in tests_by_path(predicate):
            tests.setdefault(path, []).extend(own)
    every = [test for own in tests.values() for test in own]
    names = [name for predicate in predicates for one in expressions(predicate) for name in one.names]
    referred = dict.fromkeys(names)
    axes: dict[str, list[Any]] = {}
    for path in (*tests, *(name for name in referred if name not in tests)):
        related = path in referred or any(_refers(test) for test in tests.get(path, ()))
        asked = [*tests.get(path, ()), *(every if related else ())]
        axes[path] = _values(path, asked, related, ground)
    return axes


def _refers(test: Test) -> bool:
    operand = test.operand
    parts = operand if isinstance(operand, tuple) else (operand,)
    return any(hasattr(part, "names") or (isinstance(part, Test) and _refers(part)) for part in parts)


def _values(path: str, tests: Sequence[Test], related: bool, ground: Ground) -> list[Any]:
    config = ground.config({})
    default = Config({}, ground.defaults).value(path) if split_section(path) is None else None
    natural_ones = values_for(tests, default, config, ground.usual.get(path, ()))
    found: dict[str, Any] = {"GONE": GONE}
    for value in (*(_REFERRED if related else ()), *natural_ones):
        found.setdefault(f"{type(value).__name__}{value!r}", value)
    for value in crossed(tests, list(found.values())):
        found.setdefault(f"{type(value).__name__}{value!r}", value)
    for cell in cells_for(tests):
        value = tagged(cell.value)
        found.setdefault(f"{type(value).__name__}{value!r}", value)
    return list(found.values())


def _made(values: Mapping[str, Any], ground: Ground) -> Iterator[Point]:
    options: list[Kwargs] = [{}]
    sections: dict[str, Kwargs] = {}
    for path, value in values.items():
        section = split_section(path)
        if section is not None:
            own = sections.setdefault(section[0], {})
            if value is not GONE and "." not in section[1]:
                own[section[1]] = value
            continue
        default = ground.defaults.get(path.partition(".")[0])
        options = [new for old in options for new in islice(placed(old, path, value, ground.holders, default), 2)]
    yield from (Point(kwargs, sections=sections) for kwargs in options[:4])


def _places(predicates: Sequence[Predicate], ground: Ground) -> Iterator[Surroundings]:
    if not any(isinstance(part, Surrounding) for predicate in predicates for part in walk(predicate)):
        yield ground.surroundings
        return
    seen: dict[str, Surroundings] = {}
    for predicate in predicates:
        for wanted in (True, False):
            ways = list(islice(branches(predicate, wanted, _Patience()), _BRANCHES))
            for one in assumptions(ways, ground.surroundings):
                seen.setdefault(repr(one), one)
    yield from seen.values()
