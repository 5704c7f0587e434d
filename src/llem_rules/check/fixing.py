"""The smallest change that clears a finding: one field set to another value, or dropped; proved against the corpus.

Proved is a change that no rule speaks against afterwards, and of which the library was seen to take the value. Of a rule about
several fields the one gives way that gives way between the rule's own two configs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.judgement import Finding, Judgement
from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import GIVING, TYPES, Field, Literal, Predicate, Test, walk
from llem_rules.rules.values import SCALARS, equal

_EXACT = 2**53  # below it every whole number is a float
_MOST = 200  # values that are tried for one finding


@dataclass(frozen=True)
class Fix:
    """``field`` is set to ``value``, or dropped where ``drop``.

    ``outside``: it is a field of the part that the finding's part stands in, or of one so many steps further out.
    """

    field: str
    value: Any = None
    drop: bool = False
    outside: int = 0

    def applied(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with the change in them."""
        if self.drop:
            return {name: value for name, value in kwargs.items() if name != self.field}
        return {**kwargs, self.field: self.value}


def smallest_fix(
    corpus: CompiledCorpus,
    native_type: str,
    kwargs: Mapping[str, Any],
    finding: Finding,
    surroundings: Surroundings = NOWHERE,
    sound: Callable[[Mapping[str, Any]], bool] = lambda _kwargs: True,
) -> Fix | None:
    """A change of one field after which the finding is gone and no other has come; None where none was found.

    Refusals are cleared by the value that lies nearest; what has no effect is dropped. ``sound``: what else has to hold of the
    changed arguments.
    """
    before = corpus.judge(native_type, kwargs, surroundings)
    for fix in islice(_changes(corpus, native_type, kwargs, finding), _MOST):
        changed = fix.applied(kwargs)
        if clears(corpus.judge(native_type, changed, surroundings), before, finding.rule.id) and sound(changed):
            return fix
    return None


def clears(after: Judgement, before: Judgement, rule: str | None = None) -> bool:
    """Whether a rule is silent afterwards (None: whichever it is), and nothing worse has come."""
    known = {one.rule.id for one in before.findings}
    ids = {one.rule.id for one in after.findings if one.effect != "pass"}
    if rule in ids or _open(after, before) > _open(before, before):
        return False
    if before.effect == "error" and after.effect != "error":
        return True  # what a refusal hid may show now: it is the next finding, not this one's doing
    worse = SEVERITY.index(after.effect) < SEVERITY.index(before.effect)
    return not worse and ids <= known


def _open(judgement: Judgement, before: Judgement) -> int:
    """How many rules are left undecided that would say as bad as what is to be cleared, or worse."""
    worst = SEVERITY.index(before.effect)
    return sum(SEVERITY.index(rule.expected.effect) <= worst for rule in judgement.undecided)


def _changes(corpus: CompiledCorpus, native_type: str, kwargs: Mapping[str, Any], finding: Finding) -> Iterator[Fix]:
    fields = [name for name in finding.fields if name in kwargs]
    droppable = [name for name in fields if not corpus.taken.needed(native_type, name)]
    if finding.effect != "error":
        yield from (Fix(name, drop=True) for name in droppable)
        return
    rule: Any = finding.rule
    config = Config.of(kwargs, corpus.defaults(native_type))
    gone, changed = _gives_way(rule.kwargs_positive, rule.kwargs_negative)
    if len(fields) > 1:  # what the rule's own pair drops
        yield from (Fix(name, drop=True) for name in droppable if name in gone)
    near = []
    for order, (name, offered) in enumerate(_values(rule.predicate, config, rule.kwargs_negative)):
        value = _of_the_sort(offered, kwargs.get(name), config.defaults.get(name))
        if name in fields and _was_taken(corpus, native_type, name, value):
            distance = _distance(kwargs[name], value)
            if distance is not None:
                near.append((len(fields) > 1 and name not in changed, distance, order, name, value))
    yield from (Fix(name, value) for *_, name, value in sorted(near, key=lambda one: one[:3]))
    yield from (Fix(name, drop=True) for name in droppable)


def _gives_way(positive: Mapping[str, Any], negative: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The fields that are gone, and those that have another value, in the config of a rule's pair that it does not fire on."""
    changed = {name for name in positive if name in negative and not equal(positive[name], negative[name])}
    return positive.keys() - negative.keys(), changed


def _of_the_sort(value: Any, given: Any, default: Any) -> Any:
    """A whole number as a float where one was given, unless the field counts something: rules write bounds as either."""
    if value.__class__ is not int or given.__class__ is not float or default.__class__ is int or abs(value) > _EXACT:
        return value
    return float(value)


def _was_taken(corpus: CompiledCorpus, native_type: str, name: str, value: Any) -> bool:
    defaults = corpus.defaults(native_type)
    return (name in defaults and equal(defaults[name], value)) or corpus.taken.value(native_type, name, value)


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


_NO_VALUES = frozenset({*TYPES, *GIVING, "matches"})  # what they name is no value of the field


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
