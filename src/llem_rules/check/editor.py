"""Confirmed refusals as JSON Schema, so that an editor underlines them while one types: what JSON Schema can express of them.

A rule becomes ``not: condition``. One that compares fields or asks the surroundings is left out whole, so a schema never
refuses what the rule would let pass. The left out are counted.

JSON Schema does not tell ``1`` from ``1.0``. Where a rule does, its condition has to hold whichever of the two was meant, and
it counts as said only where its own positive is refused by what is left of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.editor_values import InexpressibleError, Schema, passed_over, tells_numbers_apart, value_schema
from llem_rules.rules.config import CONFIG_JSON, Config
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

Reading = Mapping[str, bool]
"""By path, whether a number without a fraction is taken for a float there."""

_MOST_NUMBERS = 3  # fields in which a rule tells whole numbers from floats


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
    fields = [part for part in walk(rule.predicate) if isinstance(part, Field)]
    numbers = sorted({part.path for part in fields if tells_numbers_apart(part.tests)})
    if len(numbers) > _MOST_NUMBERS:
        return None
    try:
        conditions = [
            _schema(rule.predicate, defaults, dict(zip(numbers, fractions, strict=True)))
            for fractions in product((False, True), repeat=len(numbers))
        ]
        # A string that a field reads as a number is not seen as one by JSON Schema: nothing is said of it.
        named = [(name, {"type": "string"}) for name in fields_of(rule.predicate) if name in readings_in(defaults)]
        named += [(part.path, some) for part in fields for some in passed_over(part.tests)]
    except InexpressibleError:
        return None
    plain = {json.dumps(one): one for name, some in sorted(named, key=repr) for one in [_not(_at(name, some))]}
    parts = [*conditions, *plain.values()]
    told = {"description": rule.id, **_not({"allOf": parts} if len(parts) > 1 else parts[0])}
    made = {"if": {"type": "object"}, "then": told}
    return made if not numbers or _refuses(made, rule.kwargs_positive) else None


def _refuses(schema: Schema, kwargs: Mapping[str, Any]) -> bool:
    import jsonschema

    return not jsonschema.Draft202012Validator(schema).is_valid(kwargs)


def _not(schema: Schema) -> Schema:
    return {"not": schema}


def _schema(predicate: Predicate, defaults: Mapping[str, Any], reading: Reading) -> Schema:
    """A schema that a config matches exactly when the predicate is true of it."""
    match predicate:
        case AllOf(parts=parts):
            return {"allOf": [_schema(part, defaults, reading) for part in parts]} if parts else {}
        case AnyOf(parts=parts):
            return {"anyOf": [_schema(part, defaults, reading) for part in parts]} if parts else {"not": {}}
        case Not(part=part):
            return _not(_schema(part, defaults, reading))
        case RequiredKey(path=None, keys=keys) if not any("." in key for key in keys):
            return {"allOf": [_given(key) for key in keys]}
        case RequiredKey(path=str() as path, keys=keys) if CONFIG_JSON not in path.split("."):
            asked = compile_predicate(predicate)(Config({}, defaults))
            held = _at(path, {"type": "object", "required": list(keys)})
            return {"anyOf": [held, _not({"required": [path.partition(".")[0]]})]} if asked else held
        case AtMostOneOf(paths=paths) if not any("." in path for path in paths):
            names = list(dict.fromkeys(paths))
            pairs = [{"allOf": [_given(a), _given(b)]} for i, a in enumerate(names) for b in names[i + 1 :]]
            return _not({"anyOf": pairs}) if pairs else {}
        case Field(path=path, tests=tests) if CONFIG_JSON not in path.split("."):
            return {"allOf": [_test(path, test, defaults, reading) for test in tests]}
    raise InexpressibleError


def _given(path: str) -> Schema:
    return _at(path, _not({"type": "null"}))


def _at(path: str, value: Schema) -> Schema:
    """That there is something at the end of a path, and what."""
    name, _, rest = path.partition(".")
    inner = {"type": "object", **_at(rest, value)} if rest else value
    return {"properties": {name: inner}, "required": [name]}


def _test(path: str, test: Test, defaults: Mapping[str, Any], reading: Reading) -> Schema:
    if test.operator == "present":
        return _given(path) if test.operand else _not(_given(path))
    if test.operator == "given":
        return _at(path, {}) if test.operand else _not(_at(path, {}))
    asked = compile_predicate(Field(path, (test,)))
    name, _, rest = path.partition(".")
    ways = [_at(path, value_schema(test, reading.get(path, False)))]
    # What is not there has an answer too: not given, the default is asked, and that is known here.
    if rest and asked(Config({name: {}}, defaults)):
        ways.append({"allOf": [{"required": [name]}, _not(_at(path, {}))]})
    if asked(Config({}, defaults)):
        ways.append(_not({"required": [name]}))
    return {"anyOf": ways} if len(ways) > 1 else ways[0]
