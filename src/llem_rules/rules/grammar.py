"""The predicate language as JSON Schema, so that editors complete and underline while a rule is typed."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema

from llem_rules.rules.predicates import DOMAINS, ORDERS, PLACES

_VALUE: dict[str, Any] = {"description": 'A value, or a reference such as "@max_tokens".'}
_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_NUMBER_OR_REFERENCE = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^@"}]}
_LIST_OR_REFERENCE = {"anyOf": [{"type": "array"}, {"type": "string", "pattern": "^@"}]}
_NESTED = {"description": "Operators on that part of the value, or one value to equal."}

OPERATOR_SCHEMAS: dict[str, dict[str, Any]] = {
    "==": _VALUE,
    "!=": _VALUE,
    **{op: {"anyOf": [{"type": ["number", "string", "boolean"]}]} for op in ("<", "<=", ">", ">=")},
    "in": _LIST_OR_REFERENCE,
    "not_in": _LIST_OR_REFERENCE,
    "present": {"type": "boolean"},
    "absent": {"type": "boolean"},
    "given": {"type": "boolean"},
    "type_is": _NAMES,
    "type_is_not": _NAMES,
    "multiple_of": _NUMBER_OR_REFERENCE,
    "not_multiple_of": _NUMBER_OR_REFERENCE,
    "length": _NESTED,
    "each": _NESTED,
    "any_item": _NESTED,
    "keys": _NESTED,
    "values": _NESTED,
    "lower": _NESTED,
    "parent": _NESTED,
    "distinct": {"type": "boolean"},
    "ordered": {"enum": list(ORDERS)},
    "path_is": {"enum": list(PLACES)},
    "holds": {"type": "string", "minLength": 1},
    "contains": _VALUE,
    "matches": {"type": "string", "format": "regex"},
}

_TAGGED = {
    "type": "object",
    "patternProperties": {r"^\$(native|tuple|set|dict|dtype|object|absent)$": {}},
    "minProperties": 1,
    "propertyNames": {"pattern": r"^(\$(native|tuple|set|dict|dtype|object|absent)|kwargs)$"},
}
CONDITION: dict[str, Any] = {
    "description": "A value to equal, or operators, AND-ed.",
    "if": {"type": "object"},
    "then": {
        "anyOf": [
            _TAGGED,
            {"properties": OPERATOR_SCHEMAS, "additionalProperties": False, "minProperties": 1},
        ]
    },
}


def predicate_schema(depth: int = 0) -> dict[str, Any]:
    """A predicate as JSON Schema. Nesting is spelled out to a depth; beyond it anything goes (lint looks closer)."""
    inner = predicate_schema(depth - 1) if depth else {"type": "object"}
    return {
        "type": "object",
        "properties": {
            "all_of": {"type": "array", "items": inner},
            "any_of": {"type": "array", "items": inner},
            "not": inner,
            "at_most_one_of": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "required_key": {"anyOf": [*_NAMES["anyOf"], {"type": "object", "additionalProperties": _NAMES}]},
            "fields": {"type": "object", "additionalProperties": CONDITION},
            **{domain: {"type": "object", "additionalProperties": CONDITION} for domain in DOMAINS},
        },
        "additionalProperties": CONDITION,
    }


PredicateMapping = Annotated[dict[str, Any], WithJsonSchema(predicate_schema())]
