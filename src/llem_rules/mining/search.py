"""The search for a pair: kwargs that fire, their neighbours that do not, and which of them are the most natural."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from llem_rules.mining.ground import Ground
from llem_rules.mining.samples import tests_by_path, values_for
from llem_rules.mining.steps import Habits, habits_of, step_between
from llem_rules.rules.branches import Branch, Signed
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.evaluate import Fires, compile_predicate
from llem_rules.rules.expressions import Expression
from llem_rules.rules.placing import GONE, Kwargs, placed
from llem_rules.rules.predicates import Field, Predicate, Test

_POSITIVES, _TRIES, _JUDGED = 12, 600, 40
_REFERRED = (2, [1], 4, 1, 3, 0, [1, 2], "a", True)


@dataclass(frozen=True)
class Pair:
    """Kwargs in the tagged form that differ in one field."""

    positive: Kwargs
    negative: Kwargs


class Search:
    """Looks for kwargs in one place: a predicate, what is known of its type, and surroundings."""

    def __init__(self, predicate: Predicate, ground: Ground, surroundings: Surroundings) -> None:
        self._ground = ground
        self._surroundings = surroundings
        self._fires: Fires = compile_predicate(predicate)
        self._tests: dict[str, list[Test]] = {}
        self._known: dict[str, Habits] = {}
        self._checks: dict[tuple[str, int], tuple[Test, Fires]] = {}
        for path, tests in tests_by_path(predicate):
            self._tests.setdefault(path, []).extend(tests)
        paths = {*self._tests, *(name for test in self._all() for name in _referred(test.operand))}
        # Each that another path leads through.
        self._holders = {path[:at] for path in paths for at, letter in enumerate(path) if letter == "."}

    def examples(self, ways: Sequence[Branch], wanted: bool) -> list[Kwargs]:
        """Kwargs of which the predicate is true (or false), from each branch in turn."""
        found: dict[str, Kwargs] = {}
        for branch in ways:
            fresh = 0
            for kwargs in islice(self._attempts(branch), _TRIES):
                if self._fires(self._config(kwargs)) is wanted:
                    found.setdefault(repr(kwargs), kwargs)
                    fresh += 1
                    if fresh >= _POSITIVES:
                        break
            if len(found) >= _POSITIVES * 3:
                break
        return list(found.values())

    def best(self, positives: Sequence[Kwargs]) -> Pair | None:
        """The pair that is least to blame for other things, and whose step is the smallest."""
        nearest: list[tuple[tuple[Any, ...], Pair]] = []  # sorted, at most _JUDGED
        seen = 0
        for place, positive in enumerate(positives):
            odd = self._odd(positive)
            for negative, old, value, given, habits in self._steps(positive):
                seen += 1
                strange = odd + 2 * habits.strange(value)
                if len(nearest) == _JUDGED and strange > nearest[-1][0][0]:
                    continue  # whether it fires is the costly question
                size = len(positive) + len(negative)
                cost = (strange, step_between(old, value, given, habits), size, place, seen)
                if len(nearest) == _JUDGED and cost > nearest[-1][0]:
                    continue
                if self._fires(self._config(negative)) is False:
                    insort(nearest, (cost, Pair(positive, negative)), key=lambda one: one[0])
                    del nearest[_JUDGED:]
        return self._least_to_blame([pair for _, pair in nearest])

    def _least_to_blame(self, pairs: Sequence[Pair]) -> Pair | None:
        """The first of those of least blame."""
        best: tuple[int, Pair] | None = None
        known: dict[int, int] = {}  # of positives, which stand in many pairs
        for pair in pairs:
            own = id(pair.positive)
            if own not in known:
                known[own] = self._blame(pair.positive)
            if best is not None and known[own] >= best[0]:
                continue
            blame = self._blame(pair.negative) * 2 + known[own]
            if best is None or blame < best[0]:
                best = (blame, pair)
            if blame == 0:
                break
        return None if best is None else best[1]

    def between(self, positive: Kwargs, negative: Kwargs) -> Pair | None:
        """Where the answer turns on the way from one to the other, a field at a time."""
        here = positive
        for name in sorted({*positive, *negative}):
            there = {key: old for key, old in here.items() if key != name}
            if name in negative:
                there[name] = negative[name]
            truths = [self._fires(self._config(kwargs)) for kwargs in (here, there)]
            if truths == [True, False]:
                return Pair(here, there)
            here = there
        return None

    def _odd(self, kwargs: Kwargs) -> int:
        """How many values nobody would write where they stand."""
        config = self._config(kwargs)
        inner = [path for path in self._tests if "." in path and config.present(path)]
        return sum(self._habits(name).strange(value) for name, value in kwargs.items()) + sum(
            self._habits(path).strange(config.value(path)) for path in inner
        )

    def _blame(self, kwargs: Kwargs) -> int:
        return self._ground.blame(self._config(kwargs))

    def _config(self, kwargs: Kwargs) -> Config:
        return self._ground.config(kwargs, self._surroundings)

    def _default(self, path: str) -> Any:
        return Config({}, self._ground.defaults).value(path)

    def _attempts(self, branch: Branch) -> Iterator[Kwargs]:
        groups: dict[str, list[Signed]] = {}
        for signed in branch:
            names = signed.test.operand if signed.domain == "count" else (signed.name,)
            if signed.domain in {"field", "count"}:
                for name in names:
                    groups.setdefault(name, []).extend([signed] if signed.domain == "field" else [])
            for name in _referred(signed.test.operand):
                groups.setdefault(name, [])
        leans = {path: any(_referred(one.test.operand) for one in group) for path, group in groups.items()}
        ordered = sorted(groups, key=lambda path: (leans[path], path.count(".")))
        return self._filled({}, [(path, groups[path]) for path in ordered], max(3, 14 - 2 * len(ordered)))

    def _filled(self, kwargs: Kwargs, left: list[tuple[str, list[Signed]]], width: int) -> Iterator[Kwargs]:
        if not left:
            yield kwargs
            return
        (path, group), *rest = left
        for new in islice(self._fitting(kwargs, path, group), width):
            yield from self._filled(new, rest, width)

    def _fitting(self, kwargs: Kwargs, path: str, group: list[Signed]) -> Iterator[Kwargs]:
        tests = [one.test for one in group]
        checks = [(self._check(path, one.test), one) for one in group if one.test.operator != "required_key"]
        for value in (GONE, *(self._values(path, tests, self._config(kwargs)) if group else _REFERRED)):
            for new in self._placed(kwargs, path, value):
                config = self._config(new)
                if all(check(config) in (one.wanted, None) for check, one in checks):
                    yield new

    def _check(self, path: str, test: Test) -> Fires:
        key = (path, id(test))  # the test is kept, so that its id stays its own
        if key not in self._checks:
            self._checks[key] = test, compile_predicate(Field(path, (test,)))
        return self._checks[key][1]

    def _values(self, path: str, tests: Sequence[Test], config: Config) -> list[Any]:
        found = values_for(tests, self._default(path), config, self._ground.usual.get(path, ()))
        if path in self._holders and tests and all(test.operator == "present" for test in tests):
            natives = [{"$native": name, "kwargs": {}} for name in self._ground.holders.get(path, ())]
            found = [*natives, {}, *found]
        return sorted(found, key=self._habits(path).strange)

    def _habits(self, path: str) -> Habits:
        if path not in self._known:
            tests, usual = self._tests.get(path, ()), self._ground.usual.get(path, ())
            self._known[path] = habits_of(tests, self._default(path), usual)
        return self._known[path]

    def _placed(self, kwargs: Kwargs, path: str, value: Any) -> Iterator[Kwargs]:
        name = path.partition(".")[0]
        return placed(kwargs, path, value, self._ground.holders, self._ground.defaults.get(name))

    def _steps(self, positive: Kwargs) -> Iterator[tuple[Kwargs, Any, Any, bool, Habits]]:
        """Kwargs that differ from the positive in one field: with the old value, the new one, whether the old was given."""
        config = self._config(positive)
        paths = dict.fromkeys(
            (*self._tests, *positive, *(name for test in self._all() for name in _referred(test.operand)))
        )
        for path in paths:
            old = config.value(path)
            given = path.partition(".")[0] in positive
            habits = self._habits(path)
            for value in (GONE, *self._values(path, self._tests.get(path, []), config)):
                for new in self._placed(positive, path, value):
                    if new != positive or repr(new) != repr(positive):
                        yield new, old, value, given, habits

    def _all(self) -> Iterator[Test]:
        for tests in self._tests.values():
            yield from tests


def _referred(operand: Any) -> tuple[str, ...]:
    """Fields that a right side refers to."""
    match operand:
        case Expression():
            return operand.fields
        case Test():
            return _referred(operand.operand)
        case tuple():
            return tuple(name for item in operand for name in _referred(item))
    return ()
