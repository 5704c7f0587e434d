"""What a test of a coerced value says of the value that was given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from llem_rules.mining.static.coercion import Coercion
from llem_rules.mining.static.formulas import FALSE, TRUE, Both, Either, Formula, Said, Some, both, either, test
from llem_rules.rules import numerals
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import Field, Test, expressions

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_DENIES = {"!=": True, "not_in": True, "==": False, "in": False}
_TYPES = {"type_is": True, "type_is_not": False}


def given(formula: Formula, fields: Mapping[str, Coercion]) -> Formula:
    """The formula over what was given that holds where this one holds of what that became.

    Of a field that is compared with another, only values that are not spelled are spoken of.
    """
    compared = {name for one in _tests(formula) if any(expressions(one)) for name in _fields_of(one, fields)}
    spoken = {name: replace(one, spelled=name not in compared) for name, one in fields.items()}
    return _given(formula, spoken) if fields else formula


def _tests(formula: Formula) -> Iterator[Field]:
    match formula:
        case Both(parts=parts) | Either(parts=parts):
            for part in parts:
                yield from _tests(part)
        case Some(inner=inner):
            yield from _tests(inner)
        case Said(predicate=Field() as field):
            yield field


def _given(formula: Formula, fields: Mapping[str, Coercion]) -> Formula:
    match formula:
        case Both(parts=parts):
            return both(*(_given(part, fields) for part in parts))
        case Either(parts=parts):
            return either(*(_given(part, fields) for part in parts))
        case Some(path=path, item=item, inner=inner, wanted=wanted):
            return Some(path, item, _given(inner, fields), wanted)
        case Said(predicate=Field(path=path, tests=(one,)) as field, wanted=wanted):
            if one.operator in {"present", "absent"}:
                return formula
            if any(expressions(field)):
                return _referring(field, one, wanted, fields)
            return _test(path, one, wanted, fields[path]) if path in fields else formula
    return formula


def _fields_of(field: Field, fields: Mapping[str, Coercion]) -> list[str]:
    """The fields in a test whose value may have been spelled as a string."""
    names = [field.path, *(name for one in expressions(field) for name in one.fields)]
    return [name for name in dict.fromkeys(names) if name in fields and fields[name].kind is not None]


def _no_string(path: str) -> Said:
    return test(path, "type_is_not", ("str",))


def _referring(field: Field, one: Test, wanted: bool, fields: Mapping[str, Coercion]) -> Formula:
    """A comparison with another field: nothing is said of spelled values where they could make it true."""
    said = Said(field, wanted)
    spelled = _fields_of(field, fields)
    if _DENIES.get(one.operator, False) is wanted or (one.operator not in _DENIES and not wanted):
        return both(said, *map(_no_string, spelled))
    if one.operator in _OPPOSITE and len(spelled) > 1 and isinstance(one.operand, Expression):
        return both(said, _no_string(field.path))  # two strings would be ordered as strings
    return said


def _test(path: str, one: Test, wanted: bool, coercion: Coercion) -> Formula:
    made = Said(Field(path, (one,)), wanted) if coercion.kind is None else _of_kind(path, one, wanted, coercion)
    if not coercion.unset:
        return made
    told = [_holds(one, value) is wanted for value in (*coercion.unset, *((None,) if coercion.none else ()))]
    given = test(path, "!=", None)
    return either(both(given, made), *([test(path, "==", None)] if all(told) else ()))


def _of_kind(path: str, one: Test, wanted: bool, coercion: Coercion) -> Formula:
    if coercion.kind == "bool":
        return _of_truth(path, one, wanted, coercion)
    if one.operator in _TYPES:
        return _of_type(path, one, _TYPES[one.operator] is wanted, coercion)
    if one.operator in _DENIES:
        values = one.operand if one.operator in {"in", "not_in"} else (one.operand,)
        return _among(path, values, _DENIES[one.operator] is not wanted, coercion)
    if one.operator in _OPPOSITE and type(one.operand) in (int, float, bool) and math.isfinite(one.operand):
        return _ordered(path, one, wanted, coercion)
    return _unspelled(path, one, wanted)


def _unspelled(path: str, one: Test, wanted: bool) -> Formula:
    """A test that a string cannot pass; of its denial, strings are left out."""
    said = Said(Field(path, (one,)), wanted)
    return said if wanted else both(said, _no_string(path))


def _holds(one: Test, value: Any) -> bool:
    return compile_predicate(Field("value", (one,)))(Config.of({"value": value}, {})) is True


def _of_truth(path: str, one: Test, wanted: bool, coercion: Coercion) -> Formula:
    """A field that is True, False or None: which of them pass, and how each is spelled."""
    values = (True, False, None) if coercion.none else (True, False)
    passing = [value for value in values if _holds(one, value) is wanted]
    if len(passing) in (0, len(values)):
        return TRUE if passing else FALSE
    if passing == [True, False]:
        return test(path, "!=", None)
    spelled: list[Formula] = [
        Said(Field(path, (Test("lower", (Test("in", words),)),)))
        for flag, words in ((True, numerals.TRUE), (False, numerals.FALSE))
        if flag in passing
    ]
    plain = test(path, "==", passing[0]) if len(passing) == 1 else test(path, "in", tuple(reversed(passing)))
    return either(plain, *(spelled if passing != [None] else ()))


def _of_type(path: str, one: Test, wanted: bool, coercion: Coercion) -> Formula:
    own = "float" if coercion.kind == "float" else "int"
    number, none = own in one.operand, bool({"none", "NoneType"} & set(one.operand))
    if not coercion.none or number is none:
        return TRUE if number is wanted else FALSE
    return test(path, "!=" if number is wanted else "==", None)


def _among(path: str, values: Iterable[Any], inside: bool, coercion: Coercion) -> Formula:
    """Whether the number is one of some values (or none of them)."""
    kept: dict[float | None, None] = {}
    for value in values:
        if value is None and coercion.none:
            kept[None] = None
        elif isinstance(value, int | float) and (coercion.kind == "float" or float(value).is_integer()):
            kept[value + 0] = None  # a truth is a number here
    numbers = [value for value in kept if value is not None]
    if not kept:
        return FALSE if inside else TRUE
    operand = tuple(kept)
    single = len(operand) == 1
    names = ("==", "in") if inside else ("!=", "not_in")
    plain = test(path, names[0], operand[0]) if single else test(path, names[1], operand)
    if not numbers:
        return plain
    if coercion.kind == "float" or not coercion.spelled:
        return plain if inside else both(plain, _no_string(path))
    spelling = test(path, "matches", numerals.one_of([int(number) for number in numbers]))
    return either(plain, spelling) if inside else both(plain, Said(spelling.predicate, False))


def _ordered(path: str, one: Test, wanted: bool, coercion: Coercion) -> Formula:
    symbol, bound = one.operator if wanted else _OPPOSITE[one.operator], one.operand + 0
    if coercion.kind == "float":
        spelling = test(path, "matches", numerals.number_within(symbol, bound))
        # NaN is on neither side of a bound, so the denial is not the opposite.
        plain: Formula = (
            test(path, symbol, bound) if wanted else both(Said(Field(path, (one,)), False), _no_string(path))
        )
        return either(plain, *([spelling] if coercion.spelled else ()))
    whole = math.floor(bound) + 1 if symbol in {">", "<="} else math.ceil(bound)
    towards = {">": ">=", ">=": ">=", "<": "<", "<=": "<"}[symbol]
    spelling = test(path, "matches", numerals.integer_within(towards, whole))
    none = [test(path, "==", None)] if coercion.none and not wanted else []
    return either(test(path, symbol, bound), *([spelling] if coercion.spelled else ()), *none)
