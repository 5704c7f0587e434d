"""The evaluator: the only one. Predicates are compiled to closures over a Config that answer True, False or None (unknown).

Lint, replay, verification, check, de-duplication and gap finding all ask this module.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from llem_rules.rules.config import Config
from llem_rules.rules.expressions import UNDEFINED, UNKNOWN, Expression
from llem_rules.rules.parse import Literal
from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
)
from llem_rules.rules.values import decode, equal, has_key, is_type, items_of, ordered, size_of

Truth = bool | None
Fires = Callable[[Config], Truth]
_Check = Callable[[Any, Config], Truth]
_Read = Callable[[Config], Any]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_predicate(predicate: Predicate) -> Fires:
    """Compile a predicate. The result never raises, whatever the config holds."""
    match predicate:
        case Field(path=path, tests=tests):
            return _field(path, tests)
        case Surrounding(domain=domain, name=name, tests=tests):
            return _surrounding(domain, name, tests)
        case AllOf(parts=parts):
            return _all([compile_predicate(part) for part in parts])
        case AnyOf(parts=parts):
            return _any([compile_predicate(part) for part in parts])
        case Not(part=part):
            inner = compile_predicate(part)
            return lambda config: None if (truth := inner(config)) is None else not truth
        case AtMostOneOf(paths=paths):
            return lambda config: sum(config.present(path) for path in paths) <= 1
        case RequiredKey(path=None, keys=keys):
            return lambda config: all(config.present(key) for key in keys)
        case RequiredKey(path=str() as path, keys=keys):
            return lambda config: all(has_key(config.value(path), key) for key in keys)
    raise TypeError(f"not a predicate: {predicate!r}")


def _all(parts: list[Fires]) -> Fires:
    def run(config: Config) -> Truth:
        result: Truth = True
        for part in parts:
            truth = part(config)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return run


def _any(parts: list[Fires]) -> Fires:
    def run(config: Config) -> Truth:
        result: Truth = False
        for part in parts:
            truth = part(config)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return run


def _field(path: str, tests: tuple[Test, ...]) -> Fires:
    given = [test.operand for test in tests if test.operator == "present"]
    checks = [_check(test) for test in tests if test.operator != "present"]

    def run(config: Config) -> Truth:
        for wanted in given:
            if config.present(path) != wanted:
                return False
        return _together(checks, config.value(path), config) if checks else True

    return run


def _surrounding(domain: str, name: str, tests: tuple[Test, ...]) -> Fires:
    checks = [_version_check(test) if domain == "packages" else _check(test) for test in tests]

    def run(config: Config) -> Truth:
        value = config.surroundings.read(domain, name)
        return None if value is UNKNOWN else _together(checks, value, config)

    return run


def _together(checks: list[_Check], value: Any, config: Config) -> Truth:
    result: Truth = True
    for check in checks:
        truth = check(value, config)
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def _check(test: Test) -> _Check:
    match test:
        case Test(operator="present", operand=wanted):
            return lambda value, _config: (value is not None) == wanted
        case Test(operator="type_is" | "type_is_not" as op, operand=names):
            return lambda value, _config: any(is_type(value, name) for name in names) == (op == "type_is")
        case Test(operator="matches", operand=pattern):
            search = re.compile(pattern).search
            return lambda value, _config: isinstance(value, str) and search(value) is not None
        case Test(operator="length", operand=inner):
            sizes = [_check(one) for one in inner]
            return lambda value, config: (
                False if (size := size_of(value)) is None else _together(sizes, size, config)
            )
        case Test(operator="each" | "any_item" as op, operand=inner):
            return _items(op, [_check(one) for one in inner])
    return _against(_OPERATIONS[test.operator], test.operand)


def _items(op: str, checks: list[_Check]) -> _Check:
    def run(value: Any, config: Config) -> Truth:
        items = items_of(value)
        if items is None:
            return False
        truths = [_together(checks, item, config) for item in items]
        decisive = op == "any_item"
        if decisive in truths:
            return decisive
        return None if None in truths else not decisive

    return run


def _against(compare: Callable[[Any, Any], bool], operand: Any) -> _Check:
    if not _has_reference(operand):
        constant = literal(operand)
        return lambda value, _config: compare(value, constant)
    read = _reader(operand)

    def run(value: Any, config: Config) -> Truth:
        other = read(config)
        if other is UNKNOWN:
            return None
        return False if other is UNDEFINED else compare(value, other)

    return run


def _has_reference(operand: Any) -> bool:
    return isinstance(operand, Expression) or (
        isinstance(operand, tuple) and any(_has_reference(item) for item in operand)
    )


def _reader(operand: Any) -> _Read:
    if isinstance(operand, Expression):
        return operand.evaluate
    if isinstance(operand, tuple):
        readers = [_reader(item) for item in operand]

        def read_all(config: Config) -> Any:
            values = [read(config) for read in readers]
            if any(value is UNKNOWN for value in values):
                return UNKNOWN
            return [value for value in values if value is not UNDEFINED]

        return read_all
    constant = literal(operand)
    return lambda _config: constant


def literal(operand: Any) -> Any:
    """The value that a right side without references stands for."""
    if isinstance(operand, str):
        return operand[1:] if operand.startswith("@@") else operand
    if isinstance(operand, tuple):
        return [literal(item) for item in operand]
    return decode(operand.value) if isinstance(operand, Literal) else operand


def _in(value: Any, collection: Any) -> bool:
    items = items_of(collection)
    return items is not None and any(equal(value, item) for item in items)


def _not_in(value: Any, collection: Any) -> bool:
    items = items_of(collection)
    return items is not None and not any(equal(value, item) for item in items)


def _ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, other: ordered(value, other) and compare(value, other)


def _remainder(value: Any, other: Any) -> Any:
    numbers = isinstance(value, int | float) and isinstance(other, int | float)
    try:
        return value % other if numbers else None
    except (ArithmeticError, ValueError):
        return None


def _multiple(value: Any, other: Any) -> bool:
    return _remainder(value, other) == 0


def _not_multiple(value: Any, other: Any) -> bool:
    remainder = _remainder(value, other)
    return remainder is not None and remainder != 0


def _contains(value: Any, item: Any) -> bool:
    if isinstance(value, str):
        return isinstance(item, str) and item in value
    items = items_of(value)
    return _in(item, value) if items is not None else has_key(value, item)


_OPERATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": equal,
    "!=": lambda value, other: not equal(value, other),
    "in": _in,
    "not_in": _not_in,
    "multiple_of": _multiple,
    "not_multiple_of": _not_multiple,
    "contains": _contains,
    **{name: _ordering(compare) for name, compare in _ORDER.items()},
}


def _version_check(test: Test) -> _Check:
    """Conditions on packages compare as versions; on anything that is not a version, as plain values."""
    if test.operator not in {"==", "!=", *_ORDER}:
        return _check(test)

    def compare(value: Any, other: Any) -> bool:
        from packaging.version import InvalidVersion, Version

        if not isinstance(value, str):
            return test.operator == "!="
        try:
            left, right = Version(value), Version(str(other))
        except InvalidVersion:
            return _OPERATIONS[test.operator](value, other)
        relation: dict[str, bool] = {"==": left == right, "!=": left != right}
        return relation[test.operator] if test.operator in relation else _ORDER[test.operator](left, right)

    return _against(compare, test.operand)
