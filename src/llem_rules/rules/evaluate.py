"""The evaluator: the only one. Predicates become closures over a Config that answer True, False or None (unknown).

Lint, replay, verification, check, de-duplication and gap finding all ask this module.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from operator import ge, gt, le, lt
from pathlib import PurePosixPath
from typing import Any

from llem_rules.rules.comparisons import OPERATIONS, VERSION_OPERATIONS, Compare
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.expressions import UNDEFINED, UNKNOWN, Expression
from llem_rules.rules.parse import parse_operand
from llem_rules.rules.predicates import (
    GIVING,
    MEMBERSHIP,
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Literal,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
)
from llem_rules.rules.values import (
    SCALARS,
    all_distinct,
    decode,
    entries_of,
    has_key,
    is_type,
    items_of,
    keys_of,
    size_of,
)

Truth = bool | None
Fires = Callable[[Config], Truth]
_Check = Callable[[Any, Config], Truth]
_Read = Callable[[Config], Any]


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
            distinct = tuple(dict.fromkeys(paths))
            return lambda config: _at_most_one([config.present(path) for path in distinct])
        case RequiredKey(path=None, keys=keys):
            return _all([_presence(key) for key in keys])
        case RequiredKey(path=str() as path, keys=keys):
            return lambda config: (
                None if (held := config.value(path)) is UNKNOWN else all(has_key(held, k) for k in keys)
            )
    raise TypeError(f"not a predicate: {predicate!r}")


def _at_most_one(given: list[Truth]) -> Truth:
    if given.count(True) > 1:
        return False
    return None if given.count(True) + given.count(None) > 1 else True


def _presence(path: str) -> Fires:
    return lambda config: config.present(path)


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
    given = [_given(path, test) for test in tests if test.operator in GIVING]
    checks = [_check(test) for test in tests if test.operator not in GIVING]
    if len(given) == 1 and not checks:
        return given[0]
    if not given and len(checks) == 1:
        only = checks[0]
        return lambda config: None if (value := config.value(path)) is UNKNOWN else only(value, config)

    def run(config: Config) -> Truth:
        for asked in given:
            if (truth := asked(config)) is not True:
                return truth
        if not checks:
            return True
        value = config.value(path)
        return None if value is UNKNOWN else _together(checks, value, config)

    return run


def _given(path: str, test: Test) -> Fires:
    wanted = test.operand
    if test.operator == "given":
        return lambda config: None if (there := config.stands(path)) is None else there == wanted
    return lambda config: None if (there := config.present(path)) is None else there == wanted


def _surrounding(domain: str, name: str, tests: tuple[Test, ...]) -> Fires:
    operations = VERSION_OPERATIONS if domain == "packages" else OPERATIONS
    checks = [_check(test, operations) for test in tests]

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


def _check(test: Test, operations: Mapping[str, Compare] = OPERATIONS) -> _Check:
    match test:
        case Test(operator="present", operand=wanted):
            return lambda value, _config: (value is not None) == wanted
        case Test(operator="type_is" | "type_is_not" as op, operand=names):
            return _typed(tuple(names), op == "type_is")
        case Test(operator="matches", operand=pattern):
            search = re.compile(pattern).search
            return lambda value, _config: isinstance(value, str) and search(value) is not None
        case Test(operator="length", operand=inner):
            sizes = [_check(one) for one in inner]
            return lambda value, config: False if (size := size_of(value)) is None else _together(sizes, size, config)
        case Test(operator="each" | "any_item" as op, operand=inner):
            return _items(op, [_check(one) for one in inner])
        case Test(operator="keys" | "values" | "lower" | "parent" as op, operand=inner):
            return _of_part(_PARTS[op], [_check(one) for one in inner])
        case Test(operator="distinct", operand=wanted):
            return lambda value, _config: False if (items := items_of(value)) is None else all_distinct(items) is wanted
        case Test(operator="ordered", operand=order):
            return lambda value, _config: False if (items := items_of(value)) is None else _ordered(items, order)
        case Test(operator="path_is", operand=kind):
            return lambda value, config: _is_at(value, kind, config.surroundings)
        case Test(operator="holds", operand=name):
            return lambda value, config: _holds(value, name, config.surroundings)
    return _against(operations[test.operator], test.operand, test.operator in MEMBERSHIP)


def _typed(names: tuple[str, ...], wanted: bool) -> _Check:
    known = {kind: any(is_type(kind(), name) for name in names) == wanted for kind in (int, float, str, bool)}

    def run(value: Any, _config: Config) -> Truth:
        found = known.get(value.__class__)
        return any(is_type(value, name) for name in names) == wanted if found is None else found

    return run


_ORDERS = {"rising": "<=", "falling": ">=", "strictly_rising": "<", "strictly_falling": ">"}


def _ordered(items: Sequence[Any], order: str) -> bool:
    compare = OPERATIONS[_ORDERS[order]]
    return all(_answer(compare, one, two) for one, two in pairwise(items))


def _is_at(value: Any, kind: str, surroundings: Surroundings) -> Truth:
    if not isinstance(value, str):
        return False
    if surroundings.files is None or (found := surroundings.files.get(value, "nothing")) is UNKNOWN:
        return None
    return bool(found == kind)


def _holds(value: Any, name: str, surroundings: Surroundings) -> Truth:
    if not isinstance(value, str):
        return False
    if surroundings.files is None or surroundings.files.get(value) is UNKNOWN:
        return None
    return posixpath.join(value, name) in surroundings.files


_PARTS: dict[str, Callable[[Any], Any]] = {
    "keys": keys_of,
    "values": entries_of,
    "lower": lambda value: value.lower() if isinstance(value, str) else None,
    "parent": lambda value: str(PurePosixPath(value).parent) if isinstance(value, str) else None,
}


def _of_part(part: Callable[[Any], Any], checks: list[_Check]) -> _Check:
    def run(value: Any, config: Config) -> Truth:
        inner = part(value)
        return False if inner is None else _together(checks, inner, config)

    return run


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


def _against(compare: Compare, operand: Any, membership: bool) -> _Check:
    if not _has_reference(operand):
        constant = literal(operand)
        if (quick := _quick(compare, constant)) is not None:
            return quick
        return lambda value, _config: _answer(compare, value, constant)
    read = _list_reader(operand, skip=True) if membership and isinstance(operand, tuple) else _reader(operand)

    def run(value: Any, config: Config) -> Truth:
        other = read(config)
        if other is UNKNOWN:
            return None
        return False if other is UNDEFINED else _answer(compare, value, other)

    return run


_NUMBERS = frozenset({int, float, bool})
_ORDERINGS: dict[Compare, Callable[[Any, Any], bool]] = {
    OPERATIONS[name]: plain for name, plain in zip(("<", "<=", ">", ">="), (lt, le, gt, ge), strict=True)
}


def _quick(compare: Compare, constant: Any) -> _Check | None:
    """The same for the scalars that almost every value and right side is, without looking further."""
    if constant.__class__ not in SCALARS:
        return None
    if compare is OPERATIONS["=="] or compare is OPERATIONS["!="]:
        wanted = compare is OPERATIONS["=="]

        def same(value: Any, _config: Config) -> Truth:
            if value.__class__ in SCALARS:
                return bool(value == constant) is wanted
            return _answer(compare, value, constant)

        return same
    plain = _ORDERINGS.get(compare)
    if plain is None or constant.__class__ not in _NUMBERS:
        return None

    def ordering(value: Any, _config: Config) -> Truth:
        if value.__class__ in _NUMBERS:
            return plain(value, constant)
        return _answer(compare, value, constant)

    return ordering


def _answer(compare: Compare, value: Any, other: Any) -> bool:
    try:
        return bool(compare(value, other))
    except Exception:  # noqa: BLE001 - values of foreign classes may do anything, and no predicate raises
        return False


def operand_reader(value: Any) -> Callable[[Config], Any]:
    """What a right side (as written) stands for, over a config; UNDEFINED or UNKNOWN where it cannot be computed."""
    return _reader(parse_operand(value))


def _has_reference(operand: Any) -> bool:
    return isinstance(operand, Expression) or (
        isinstance(operand, tuple) and any(_has_reference(item) for item in operand)
    )


def _reader(operand: Any) -> _Read:
    if isinstance(operand, Expression):
        return operand.reader
    if isinstance(operand, tuple):
        return _list_reader(operand, skip=False)
    constant = literal(operand)
    return lambda _config: constant


def _list_reader(items: tuple[Any, ...], skip: bool) -> _Read:
    """Read a list with references in it. An item that cannot be computed is skipped, or makes the list one."""
    readers = [_reader(item) for item in items]

    def read_all(config: Config) -> Any:
        values = [read(config) for read in readers]
        if not skip and any(value is UNDEFINED for value in values):
            return UNDEFINED
        if any(value is UNKNOWN for value in values):
            return UNKNOWN
        return [value for value in values if value is not UNDEFINED]

    return read_all


def literal(operand: Any) -> Any:
    """The value that a right side without references stands for."""
    if isinstance(operand, str):
        return operand[1:] if operand.startswith("@@") else operand
    if isinstance(operand, tuple):
        return [literal(item) for item in operand]
    return decode(operand.value) if isinstance(operand, Literal) else operand
