"""The smallest change that clears a finding: one field set to another value, or dropped; proved against the corpus."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from llem_rules.check.corpus import Corpus
from llem_rules.check.judgement import Finding, Judgement
from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import Field, Literal, Predicate, Test, walk
from llem_rules.rules.values import SCALARS, equal

_MOST = 200  # values that are tried for one finding


@dataclass(frozen=True)
class Fix:
    """``field`` is set to ``value``, or dropped where ``drop``."""

    field: str
    value: Any = None
    drop: bool = False

    def applied(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with the change in them."""
        if self.drop:
            return {name: value for name, value in kwargs.items() if name != self.field}
        return {**kwargs, self.field: self.value}


def smallest_fix(
    corpus: Corpus,
    native_type: str,
    kwargs: Mapping[str, Any],
    finding: Finding,
    surroundings: Surroundings = NOWHERE,
) -> Fix | None:
    """A change of one field after which the finding is gone and no other has come; None where none was found.

    Refusals are cleared by the value that lies nearest; what has no effect is dropped.
    """
    before = corpus.judge(native_type, kwargs, surroundings)
    for fix in islice(_changes(corpus, native_type, kwargs, finding), _MOST):
        if _clears(corpus.judge(native_type, fix.applied(kwargs), surroundings), before, finding):
            return fix
    return None


def _clears(after: Judgement, before: Judgement, finding: Finding) -> bool:
    known = {one.rule.id for one in before.findings}
    ids = {one.rule.id for one in after.findings if one.effect != "pass"}
    if finding.rule.id in ids or len(after.undecided) > len(before.undecided):
        return False
    if finding.effect == "error" and after.effect != "error":
        return True  # what a refusal hid may show now: it is the next finding, not this one's doing
    worse = SEVERITY.index(after.effect) < SEVERITY.index(before.effect)
    return not worse and ids <= known


def _changes(corpus: Corpus, native_type: str, kwargs: Mapping[str, Any], finding: Finding) -> Iterator[Fix]:
    fields = [name for name in finding.fields if name in kwargs]
    if finding.effect != "error":
        yield from (Fix(name, drop=True) for name in fields)
        return
    config = Config.of(kwargs, corpus.defaults(native_type))
    offered = list(_values(finding.rule.predicate, config, finding.rule.kwargs_negative))
    near = [(distance, order, name, value) for order, (name, value) in enumerate(offered) if name in fields
            for distance in [_distance(kwargs[name], value)] if distance is not None]  # fmt: skip
    yield from (Fix(name, value) for _, _, name, value in sorted(near, key=lambda one: one[:2]))
    yield from (Fix(name, drop=True) for name in fields)


def _values(predicate: Predicate, config: Config, negative: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Values that a predicate tells apart, and those on either side of them."""
    for part in walk(predicate):
        if isinstance(part, Field) and "." not in part.path:
            for value in _of_tests(part.tests, config):
                yield from ((part.path, one) for one in _around(value))
            for test in part.tests:
                if isinstance(test.operand, Expression):  # the other side of a comparison may give way as well
                    for name in test.operand.fields:
                        if "." not in name:
                            yield from ((name, one) for one in _around(config.value(part.path)))
    yield from negative.items()


_NO_VALUES = frozenset(
    {"type_is", "type_is_not", "matches", "present", "absent"}
)  # what they name is no value of the field


def _of_tests(tests: tuple[Test, ...], config: Config) -> Iterator[Any]:
    for test in tests:
        if test.operator in _NO_VALUES:
            continue
        operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
        for operand in operands:
            if isinstance(operand, Expression):
                yield operand.evaluate(config)
            elif not isinstance(operand, Literal | Test):
                yield operand


def _around(value: Any) -> Iterator[Any]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        if value is None or isinstance(value, str | bool):
            yield value
        return
    yield value
    if isinstance(value, float) and not math.isfinite(value):
        return
    if isinstance(value, int):
        yield from (value + 1, value - 1)
    else:
        yield from (1.0, 0.5, 0.0) if 0 <= value <= 1 else (float(int(value)),)


def _distance(old: Any, new: Any) -> tuple[int, float] | None:
    """How far a value is from the one that was given: of the same sort first, then by size. None: no change at all."""
    if new.__class__ not in SCALARS or (old.__class__ is new.__class__ and equal(old, new)):
        return None
    number = isinstance(old, int | float) and isinstance(new, int | float)
    if number and not isinstance(old, bool) and not isinstance(new, bool):
        try:
            return (0 if old.__class__ is new.__class__ else 1, abs(float(old) - float(new)))
        except OverflowError:  # a whole number that no float holds
            return (4, 0.0)
    return (0 if old.__class__ is new.__class__ else 2 if new is not None else 3, 0.0)
