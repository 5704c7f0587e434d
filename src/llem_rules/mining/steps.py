"""How far it is from one value to another, as a person sees it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from llem_rules.mining.samples import named_by
from llem_rules.rules.placing import GONE
from llem_rules.rules.predicates import Test
from llem_rules.rules.values import NativeValue, decode, items_of

_NEXT, _NEAR, _SAME_TYPE, _LEFT_OUT, _MADE_UP, _HAIR, _OTHER_TYPE = range(7)
_KINDS: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str, "list": list, "dict": dict}


@dataclass(frozen=True)
class Habits:
    """What is natural for a field: types of its values, and texts that stand for something."""

    types: frozenset[type]
    texts: frozenset[str]
    none: bool

    def strange(self, value: Any) -> bool:
        """Whether a value (in the tagged form) is of a type that nobody would write there."""
        if value is GONE or value is None:
            return value is None and not self.none
        return type(value) not in self.types if self.types else isinstance(value, float)


def habits_of(tests: Iterable[Test], default: Any, usual: Iterable[Any]) -> Habits:
    """From the default, from values seen elsewhere, else from what the tests name."""
    named = list(named_by(tests))
    values = [default, *usual]
    types = {_plain(value) for value in values if value is not None}
    if not types:
        types = {type(value) for value in named if isinstance(value, bool | int | float | str)}
        types |= {
            _KINDS[name] for test in tests if test.operator == "type_is" for name in test.operand if name in _KINDS
        }
        types |= {int} if types == {float} and any(value == int(value) for value in named if _finite(value)) else set()
    texts = {value for value in (*values, *named) if isinstance(value, str)}
    return Habits(frozenset(types | ({int} if float in types else set())), frozenset(texts), default is None)


def _plain(value: Any) -> type:
    return dict if isinstance(value, NativeValue) else type(value)


def _finite(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def step_between(old: Any, new: Any, given: bool, habits: Habits) -> tuple[int, float]:
    """Class and size of a step. ``old`` is decoded, ``new`` in the tagged form or GONE; ``given``: the old one was given."""
    if new is GONE:
        return (_LEFT_OUT, 0.0)
    if isinstance(new, str) and new not in habits.texts:
        return (_MADE_UP, 0.0)
    return max(_between(old, decode(new)), (0, 0.0) if given else (_SAME_TYPE, 0.5))


def _between(old: Any, new: Any) -> tuple[int, float]:
    if isinstance(old, bool) and isinstance(new, bool):
        return (_NEXT, 1.0)
    if _number(old) and _number(new):
        return _numbers(old, new)
    if isinstance(old, str) and isinstance(new, str):
        return (_NEAR, abs(len(old) - len(new)) / 1000)
    one, two = items_of(old), items_of(new)
    if one is not None and two is not None:
        changed = sum(repr(left) != repr(right) for left, right in zip(one, two, strict=False))
        return (_NEAR, float(abs(len(one) - len(two)) + changed))
    if type(old) is type(new):
        return (_SAME_TYPE, 1.0)
    return (_OTHER_TYPE, 0.0 if new is not None else 1.0)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(old: Any, new: Any) -> tuple[int, float]:
    if not all(isinstance(value, int) or math.isfinite(value) for value in (old, new)):
        return (_HAIR, 1.0)
    if float in (type(old), type(new)) and max(abs(old), abs(new)) > 2**53:
        return (_HAIR, 2.0)
    size = float(min(abs(old - new), 2**60))
    if 0 < size < 1e-9:
        return (_HAIR, size)
    penalty = 0.01 if type(old) is not type(new) else 0.0
    return (_NEXT if size <= 1 else _SAME_TYPE, size + penalty)
