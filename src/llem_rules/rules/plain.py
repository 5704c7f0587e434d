"""Predicates back to the mappings that people write. ``parse_predicate(to_plain(p))`` means what ``p`` means."""

from __future__ import annotations

from typing import Any

from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import (
    NESTED,
    WORDS,
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


def to_plain(predicate: Predicate) -> dict[str, Any]:
    """The mapping form of a predicate, with keys in the predicate's own order."""
    match predicate:
        case Field(path=path, tests=tests):
            return {"fields": {path: _condition(tests)}} if path in WORDS else {path: _condition(tests)}
        case Surrounding(domain=domain, name=name, tests=tests):
            return {domain: {name: _condition(tests)}}
        case AllOf(parts=parts):
            return _joined(parts)
        case AnyOf(parts=parts):
            return {"any_of": [to_plain(part) for part in parts]}
        case Not(part=part):
            return {"not": to_plain(part)}
        case AtMostOneOf(paths=paths):
            return {"at_most_one_of": list(paths)}
        case RequiredKey(path=None, keys=keys):
            return {"required_key": list(keys)}
        case RequiredKey(path=str() as path, keys=keys):
            return {"required_key": {path: list(keys)}}
    raise TypeError(f"not a predicate: {predicate!r}")


def _joined(parts: tuple[Predicate, ...]) -> dict[str, Any]:
    """Parts side by side in one mapping where that says the same, else under ``all_of``."""
    plains = [to_plain(part) for part in parts]
    keys = [key for plain in plains for key in plain]
    if len(parts) == 1 or any(isinstance(part, AllOf) for part in parts) or len(set(keys)) < len(keys):
        return {"all_of": plains}
    return {key: value for plain in plains for key, value in plain.items()}


def _condition(tests: tuple[Test, ...]) -> Any:
    match tests:
        case (Test(operator="==", operand=operand),) if not isinstance(operand, Literal):
            return _value(operand)
    return _operators(tests)


def _operators(tests: tuple[Test, ...]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for test in tests:
        if test.operator not in written:
            written[test.operator] = _operand(test)
        elif test.operator == "present" and "absent" not in written:
            written["absent"] = not test.operand
        else:
            raise ValueError("two tests of one operator on one field cannot be written in one mapping; split them")
    return written


def _operand(test: Test) -> Any:
    return _operators(test.operand) if test.operator in NESTED else _value(test.operand)


def _value(operand: Any) -> Any:
    match operand:
        case Expression(text=text):
            return text
        case Literal(value=value):
            return value
        case tuple():
            return [_value(item) for item in operand]
    return operand
