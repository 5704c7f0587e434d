"""Single tests in one form: opposites, mirrored references, whole numbers in lengths, lists without order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from llem_rules.mining.regions import NONE_OR_TEXT, Region, region_of
from llem_rules.rules.branches import Signed
from llem_rules.rules.cells import has_reference
from llem_rules.rules.expressions import Expression, split_section
from llem_rules.rules.predicates import NESTED, Literal, Test

GIVEN = "present"
_OPPOSITES = {"!=": "==", "not_in": "in", "type_is_not": "type_is"}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LENGTH_STEP = {"<": ("<=", -1), ">": (">=", 1)}
Name = tuple[str, str]


@dataclass(frozen=True)
class Atom:
    """One test that no region holds. ``operand`` is text that is equal where the operands mean the same.

    ``decided``: whether it is always true or false, never unknown. ``test`` is one test that means the same.
    """

    name: Name
    operator: str
    operand: str
    wanted: bool
    decided: bool
    test: Test = field(compare=False)

    @property
    def words(self) -> str:
        """The atom as text."""
        return f"{self.name}:{'' if self.wanted else 'not '}{self.operator} {self.operand}"


def literals_of(signed: Signed) -> Iterator[Sequence[tuple[Name, Region] | Atom]]:
    """A single test as alternatives, each of them regions and atoms that hold together."""
    name, test, wanted = (signed.domain, signed.name), signed.test, signed.wanted
    if test.operator == GIVEN and signed.domain == "field":
        yield [_atom(name, Test(GIVEN, True), wanted == test.operand)]
        return
    if test.operator == GIVEN and signed.domain in {"env", "platform"}:
        test = Test("!=" if test.operand else "==", None)
    region = None if signed.domain == "packages" else region_of(test)
    if region is not None:
        region = region if wanted else ~region
        yield [(name, region & NONE_OR_TEXT if signed.domain == "env" else region)]
    elif test.operator in {"length", "each", "keys", "values", "lower", "parent"}:
        parts = [_atom(name, Test(test.operator, (inner,)), wanted) for inner in test.operand]
        yield from [[*parts]] if wanted else ([part] for part in parts)
    elif signed.domain == "field":
        yield [_mirrored(name, test, wanted)]
    else:
        yield [_atom(name, test, wanted)]


def _atom(name: Name, test: Test, wanted: bool) -> Atom:
    opposite = _OPPOSITES.get(test.operator)
    if opposite is not None and _has_opposite(test):
        test, wanted = Test(opposite, test.operand), not wanted
    if test.operator == "length":
        test = Test("length", tuple(_stepped(inner) for inner in test.operand))
    return Atom(name, test.operator, _operand(test), wanted, name[0] == "field" and not _asks_elsewhere(test), test)


def _has_opposite(test: Test) -> bool:
    """Whether the test is the negation of its opposite: not where its right side may be undefined."""
    if test.operator == "not_in":
        return isinstance(test.operand, tuple)
    return test.operator == "type_is_not" or not has_reference(test.operand) or _lone(test.operand) is not None


def _lone(operand: Any) -> str | None:
    """The name, where the operand is a reference to nothing but that."""
    if not isinstance(operand, Expression):
        return None
    bare = operand.text.strip().removeprefix("@")
    return bare if operand.names == (bare,) else None


def _mirrored(name: Name, test: Test, wanted: bool) -> Atom:
    """``a < @b`` and ``b > @a`` are one: the name that sorts first stands on the left."""
    other = _lone(test.operand)
    if other is None or split_section(other) is not None or test.operator not in {*_MIRROR, "==", "!="}:
        return _atom(name, test, wanted)
    if other < name[1]:
        return _atom(
            ("field", other), Test(_MIRROR.get(test.operator, test.operator), Expression("@" + name[1])), wanted
        )
    return _atom(name, Test(test.operator, Expression("@" + other)), wanted)


def _stepped(test: Test) -> Test:
    """Of a length, above 2 is at least 3."""
    if test.operator in _LENGTH_STEP and type(test.operand) is int:
        operator, step = _LENGTH_STEP[test.operator]
        return Test(operator, test.operand + step)
    return test


def _operand(test: Test) -> str:
    if test.operator in NESTED:
        return repr(sorted({f"{inner.operator} {_operand(inner)}" for inner in test.operand}))
    if test.operator in {"type_is", "type_is_not"} or (
        test.operator in {"in", "not_in"} and isinstance(test.operand, tuple)
    ):
        return repr(sorted(set(map(_text, test.operand))))
    return _text(test.operand)


def _text(operand: Any) -> str:
    match operand:
        case Expression(text=text):
            return re.sub(r"\s+", "", text)
        case Literal(value=value):
            return f"literal {value!r}"
        case tuple():
            return repr(tuple(map(_text, operand)))
        case bool() | int():
            return repr(int(operand)) if abs(operand) < 10**300 else hex(operand)
        case float() if operand.is_integer():
            return _text(int(operand))
    return repr(operand)


def _asks_elsewhere(test: Test) -> bool:
    """Whether a reference to another section makes the answer unknown."""
    return any(split_section(name) is not None for found in _references(test.operand) for name in found.names)


def _references(operand: Any) -> Iterator[Expression]:
    if isinstance(operand, Expression):
        yield operand
    elif isinstance(operand, Test):
        yield from _references(operand.operand)
    elif isinstance(operand, tuple):
        for item in operand:
            yield from _references(item)
