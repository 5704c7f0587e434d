"""Names of mined rules, read off the condition: ``min_tokens-above-max_tokens``. The same condition, the same name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import (
    GIVING,
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

_LONGEST = 72
_WORDS = {
    "<": "below",
    "<=": "at-most",
    ">": "above",
    ">=": "at-least",
    "==": "is",
    "!=": "not",
    "multiple_of": "multiple-of",
    "not_multiple_of": "not-multiple-of",
    "contains": "contains",
    "holds": "holds",
}
_PARTS = {
    "length": "length",
    "each": "items",
    "any_item": "some-item",
    "keys": "keys",
    "values": "values",
    "lower": "lower",
    "parent": "parent",
}
_BOUNDS = ("<", "<=", ">", ">=")
_NEGATED = {"<": "not-below", "<=": "not-within", ">": "not-above", ">=": "not-at-least", "==": "not", "!=": "is"}


def name_of(predicate: Predicate, dormant: Iterable[str] = (), mark: str = "") -> str:
    """A name for a rule with this condition. ``dormant``: fields made idle; ``mark``: a suffix that tells twins apart."""
    parts = list(dict.fromkeys(part for part in _parts(predicate, True) if part))
    fields = "-and-".join(_slug(name) for name in dormant)
    told = "-".join(parts[:1]) if not fields else f"{fields}-idle-when-{parts[0]}" if parts else f"{fields}-idle"
    for part in parts[1:]:
        if len(told) + len(part) > _LONGEST:
            break
        told += f"-and-{part}"
    told = told[:_LONGEST].rstrip("-_") or "always"
    return f"{told}-{mark}" if mark else told


def _parts(predicate: Predicate, wanted: bool) -> Iterator[str]:
    match predicate:
        case AllOf(parts=parts):
            for part in sorted(parts, key=_rank) if wanted else parts:
                yield from _parts(part, wanted)
        case AnyOf(parts=parts) if wanted and (path := _outside(parts)) is not None:
            yield f"{_slug(path)}-out-of-range"
        case AnyOf(parts=parts) if (plain := _without_spellings(parts)) is not None:
            yield from _parts(plain, wanted)
        case AnyOf(parts=parts):
            inner = ["-and-".join(_parts(part, wanted)) for part in parts]
            yield (
                "-or-".join(inner[:2]) + ("-or-others" if len(inner) > 2 else "") if wanted else "-and-".join(inner[:2])
            )
        case Not(part=part):
            yield from _parts(part, not wanted)
        case AtMostOneOf(paths=paths):
            yield f"{'at-most-one' if wanted else 'several'}-of-{'-'.join(map(_slug, paths[:3]))}"
        case RequiredKey(path=None, keys=keys):
            yield f"{'-and-'.join(map(_slug, keys))}-{'given' if wanted else 'missing'}"
        case RequiredKey(path=str() as path, keys=keys):
            yield f"{_slug(path)}-{'has' if wanted else 'lacks'}-{'-'.join(map(_slug, keys))}"
        case Field(path=path, tests=tests):
            yield _field(_slug(path), tests, wanted)
        case Surrounding(name=name, tests=tests):
            yield _field(_slug(name), tests, wanted)


def _outside(parts: tuple[Predicate, ...]) -> str | None:
    """The field, where the parts say that it breaks one bound or another."""
    inner = [part.part for part in parts if isinstance(part, Not)]
    bounds = {
        one.path for one in inner if isinstance(one, Field) and all(test.operator in _BOUNDS for test in one.tests)
    }
    all_bounds = len(inner) == len(parts) and all(isinstance(one, Field) for one in inner)
    return bounds.pop() if all_bounds and len(bounds) == 1 else None


def _without_spellings(parts: tuple[Predicate, ...]) -> Predicate | None:
    """One test, where the others only say how the same value is spelled as a string."""
    if len({one.path if isinstance(one, Field) else None for one in parts}) != 1:
        return None
    plain = [
        one
        for one in parts
        if isinstance(one, Field) and not all(test.operator in {"lower", "matches"} for test in one.tests)
    ]
    return plain[0] if len(plain) == 1 and len(plain) < len(parts) else None


def _rank(part: Predicate) -> int:
    """Guards on types and on presence say least, so they come last."""
    if isinstance(part, Field) and all(test.operator in {"type_is", *GIVING} for test in part.tests):
        return 1
    return 2 if isinstance(part, Surrounding) else 0


def _field(name: str, tests: tuple[Test, ...], wanted: bool) -> str:
    telling = [test for test in tests if test.operator not in {"type_is", *GIVING}] or list(tests)
    if not wanted and len(telling) > 1:
        return f"{name}-out-of-range" if all(test.operator in _WORDS for test in telling) else f"{name}-not-as-required"
    return "-".join([name, *(_test(test, wanted) for test in telling)])


def _test(test: Test, wanted: bool) -> str:
    operand = test.operand
    match test.operator:
        case "present" | "given":
            return "given" if operand == wanted else "missing"
        case "type_is" | "type_is_not" as operator:
            kinds = "-or-".join(_slug(name.rpartition(".")[2]) for name in operand[:3])
            return f"is-{kinds}" if (operator == "type_is") == wanted else f"not-{kinds}"
        case "in" | "not_in" as operator:
            return _members(operand, (operator == "in") == wanted)
        case "matches":
            return "matches-pattern" if wanted else "breaks-pattern"
        case "distinct":
            return "distinct" if operand == wanted else "doubled"
        case "ordered" | "path_is":
            return operand.replace("_", "-") if wanted else f"not-{operand.replace('_', '-')}"
        case operator if operator in _PARTS:
            word = _PARTS[operator]
            inner = "-".join(_test(one, True) for one in operand)
            return f"{word}-{inner}" if wanted else f"{word}-not-{inner}"
        case operator if wanted:
            return f"{_WORDS[operator]}-{_value(operand)}"
    return f"{_NEGATED.get(test.operator, 'not-' + _WORDS[test.operator])}-{_value(operand)}"


def _members(operand: Any, among: bool) -> str:
    if isinstance(operand, Expression):
        return f"{'in' if among else 'not-in'}-{_value(operand)}"
    if len(operand) <= 2:
        return f"{'is' if among else 'not'}-{'-or-'.join(map(_value, operand))}"
    return f"one-of-{_value(operand[0])}-and-others" if among else "unknown"


def _value(operand: Any) -> str:
    match operand:
        case Expression(text=text):
            return _slug(text)
        case None | bool():
            return {None: "none", True: "true", False: "false"}[operand]
        case tuple():
            return "-".join(map(_value, operand[:2])) or "empty"
        case Literal(value=value):
            return _slug(next((str(one) for one in value.values() if isinstance(one, str)), "mapping"))
        case int() | float():
            shown = repr(operand).replace("-", "minus-", 1) if operand < 0 else repr(operand)
            return shown.removesuffix(".0").replace("+", "").replace(".", "_")[:24]
        case str() if operand == "":
            return "empty"
    return _slug(str(operand))[:24].strip("-") or "that"


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")
