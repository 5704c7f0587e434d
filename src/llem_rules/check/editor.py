"""Confirmed refusals as JSON Schema, so that an editor underlines them while one types: what JSON Schema can express of them.

A rule becomes ``not: condition``. One that compares fields, asks the surroundings, or tells apart what JSON does not, is
left out whole, so a schema never refuses what the rule would let pass. The left out are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Test,
    fields_of,
    walk,
)
from llem_rules.rules.reading import readings_in
from llem_rules.rules.values import SCALARS

Schema = dict[str, Any]
_ORDER = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}
_TYPES: Mapping[str, list[str]] = {
    "bool": ["boolean"],
    "str": ["string"],
    "list": ["array"],
    "dict": ["object"],
    "none": ["null"],
    # JSON has neither.
    "tuple": [],
    "set": [],
}


class _InexpressibleError(Exception):
    """JSON Schema cannot say it."""


@dataclass(frozen=True)
class EditorSchema:
    """``schema`` by native type; ``said`` of ``rules`` refusals are in it."""

    schema: Schema
    said: int
    rules: int


def editor_schema(corpus: CompiledCorpus) -> EditorSchema:
    """The sections of an engine's configs, as one JSON Schema."""
    properties: Schema = {}
    said = rules = 0
    for native_type in corpus.native_types:
        refusals = [rule for rule in corpus.rules_of(native_type) if rule.expected.effect == "error"]
        refused = [one for rule in refusals if (one := _refusal(rule, corpus.defaults(native_type))) is not None]
        said, rules = said + len(refused), rules + len(refusals)
        properties[native_type] = {"type": ["object", "null"], "allOf": refused} if refused else {}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"configs of {corpus.engine} {corpus.version}",
        "type": "object",
        "properties": properties,
    }
    return EditorSchema(schema, said, rules)


def _refusal(rule: Any, defaults: Mapping[str, Any]) -> Schema | None:
    try:
        condition = _schema(rule.predicate, defaults)
    except _InexpressibleError:
        return None
    # A string that a field reads as a number is not seen as one by JSON Schema: nothing is said of it.
    read = [
        name for name in fields_of(rule.predicate) if name in readings_in(defaults) or name in _matched(rule.predicate)
    ]
    plain = [_not({"properties": {name: {"type": "string"}}, "required": [name]}) for name in read]
    # Of a path into a value something is said where the value is an object, or not given at all.
    plain += [
        _not({"properties": {name: _not({"type": "object"})}, "required": [name]}) for name in _entered(rule.predicate)
    ]
    told = {"description": rule.id, **_not({"allOf": [condition, *plain]} if plain else condition)}
    return {"if": {"type": "object"}, "then": told}


def _entered(predicate: Predicate) -> list[str]:
    """Fields into whose values a path leads."""
    paths = [part.path for part in walk(predicate) if isinstance(part, Field) and "." in part.path]
    paths += [part.path for part in walk(predicate) if isinstance(part, RequiredKey) and part.path is not None]
    return list(dict.fromkeys(path.partition(".")[0] for path in paths))


def _matched(predicate: Predicate) -> set[str]:
    """Fields whose text is looked at: JSON Schema has other regular expressions, so of strings in them nothing is said."""
    fields = [part for part in walk(predicate) if isinstance(part, Field)]
    return {part.path for part in fields if any(test.operator == "matches" for test in part.tests)}


def _not(schema: Schema) -> Schema:
    return {"not": schema}


def _schema(predicate: Predicate, defaults: Mapping[str, Any]) -> Schema:
    """A schema that a config matches exactly when the predicate is true of it."""
    match predicate:
        case AllOf(parts=parts):
            return {"allOf": [_schema(part, defaults) for part in parts]} if parts else {}
        case AnyOf(parts=parts):
            return {"anyOf": [_schema(part, defaults) for part in parts]} if parts else {"not": {}}
        case Not(part=part):
            return _not(_schema(part, defaults))
        case RequiredKey(path=None, keys=keys) if not any("." in key for key in keys):
            return {"allOf": [_given(key) for key in keys]}
        case RequiredKey(path=str() as path, keys=keys) if "." not in path and all("." not in key for key in keys):
            held: Schema = {"properties": {path: {"type": "object", "required": list(keys)}}, "required": [path]}
            truth = compile_predicate(predicate)(Config({}, defaults))
            if truth is None:
                raise _InexpressibleError
            return {"anyOf": [held, _not({"required": [path]})]} if truth else held
        case AtMostOneOf(paths=paths) if not any("." in path for path in paths):
            names = list(dict.fromkeys(paths))
            pairs = [{"allOf": [_given(a), _given(b)]} for i, a in enumerate(names) for b in names[i + 1 :]]
            return _not({"anyOf": pairs}) if pairs else {}
        case Field(path=path, tests=tests) if "." not in path:
            return {"allOf": [_test(path, test, defaults) for test in tests]}
        case Field(path=path, tests=tests) if path.count(".") == 1 and all(map(str.isidentifier, path.split("."))):
            outer, _, inner = path.partition(".")
            return {"allOf": [_inner_test(outer, inner, test, defaults) for test in tests]}
    raise _InexpressibleError


def _given(name: str) -> Schema:
    return {"properties": {name: _not({"type": "null"})}, "required": [name]}


def _test(name: str, test: Test, defaults: Mapping[str, Any]) -> Schema:
    if test.operator == "present":
        return _given(name) if test.operand else _not(_given(name))
    given = {"properties": {name: _value(test)}, "required": [name]}
    # Not given, the default is asked: that is known here.
    truth = compile_predicate(Field(name, (test,)))(Config({}, defaults))
    return {"anyOf": [given, _not({"required": [name]})]} if truth else given


def _inner_test(outer: str, name: str, test: Test, defaults: Mapping[str, Any]) -> Schema:
    """A test of a key of an object. Where the key, or the whole object, is not given, the answer is known here."""
    if test.operator == "matches":
        raise _InexpressibleError  # JSON Schema has other regular expressions
    asked = compile_predicate(Field(f"{outer}.{name}", (test,)))
    inner = _given(name) if test.operator == "present" else {"properties": {name: _value(test)}, "required": [name]}
    if test.operator == "present" and not test.operand:
        inner = _not(inner)
    elif asked(Config({outer: {}}, defaults)):
        inner = {"anyOf": [inner, _not({"required": [name]})]}
    held = {"properties": {outer: {"type": "object", **inner}}, "required": [outer]}
    truth = asked(Config({}, defaults))
    if truth is None:
        raise _InexpressibleError
    return {"anyOf": [held, _not({"required": [outer]})]} if truth else held


def _value(test: Test) -> Schema:
    operand = test.operand
    match test.operator:
        case "==" | "!=" if operand.__class__ in SCALARS and not _reference(operand):
            return _equal(operand) if test.operator == "==" else _not(_equal(operand))
        case "in" | "not_in" if isinstance(operand, tuple) and all(one.__class__ in SCALARS for one in operand):
            if any(_reference(one) for one in operand):
                raise _InexpressibleError
            some: Schema = {"anyOf": [_equal(one) for one in operand]} if operand else {"not": {}}
            return some if test.operator == "in" else _not(some)
        case "<" | "<=" | ">" | ">=" if operand.__class__ in (int, float) and abs(operand) < float("inf"):
            truths = [one for one in (True, False) if compile_predicate(Field("x", (test,)))(Config({"x": one}))]
            return {"anyOf": [{"type": "number", _ORDER[test.operator]: operand}, *({"const": one} for one in truths)]}
        case "<" | "<=" | ">" | ">=" if operand in (float("inf"), float("-inf")):
            bounded = (operand > 0) == test.operator.startswith("<")  # JSON's numbers are finite
            return {"type": ["number", "boolean"]} if bounded else {"not": {}}
        case "multiple_of" if operand.__class__ is int and operand > 0:
            return {
                "anyOf": [
                    {"type": "number", "multipleOf": operand},
                    {"enum": [False, True][: 2 if operand == 1 else 1]},
                ]
            }
        case "matches":
            return {"not": {}}  # of strings nothing is said, and nothing else matches
        case "type_is" | "type_is_not" if {"int", "float"} <= set(operand) and set(operand) <= {
            "int",
            "float",
            *_TYPES,
        }:
            rest = [sort for one in operand for sort in _TYPES.get(one, ())]
            number: Schema = {"type": list(dict.fromkeys(["number", "boolean", *rest]))}
            return number if test.operator == "type_is" else _not(number)
        case "type_is" | "type_is_not" if all(one in _TYPES for one in operand):
            known = [sort for one in operand for sort in _TYPES[one]]
            sorts: Schema = {"type": known} if known else {"not": {}}
            return sorts if test.operator == "type_is" else _not(sorts)
        case "each" | "any_item":
            inner: Schema = {"allOf": [_value(one) for one in operand]}
            return {"type": "array", "items" if test.operator == "each" else "contains": inner}
    raise _InexpressibleError


def _reference(operand: Any) -> bool:
    return isinstance(operand, str) and operand.startswith("@")


def _equal(value: Any) -> Schema:
    """Python's equality: ``True`` equals 1. NaN equals nothing."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - that is what NaN is
        return {"not": {}}
    if isinstance(value, float) and abs(value) == float("inf"):
        raise _InexpressibleError
    if isinstance(value, bool | int | float) and value in (0, 1):
        return {"enum": [int(value), bool(value)]}
    return {"const": value}
