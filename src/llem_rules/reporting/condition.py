"""A predicate as a person reads it: a tree of clauses, whose words and values are told apart for whoever colours them.

A clause is ``{"all": [...]}``, ``{"any": [...]}``, ``{"none": [clause]}`` or ``{"says": [token, ...]}``; a token is
``[kind, text]``. Kinds: ``field``, ``word`` (of the language), ``string``, ``number``, ``constant``, ``type``, ``pattern``,
``mark`` (brackets and commas).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import (
    NESTED,
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

Token = list[str]
Clause = dict[str, Any]

_WORDS = {
    "==": "is",
    "!=": "is not",
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "in": "is one of",
    "not_in": "is none of",
    "type_is": "is of type",
    "type_is_not": "is not of type",
    "multiple_of": "is a multiple of",
    "not_multiple_of": "is no multiple of",
    "contains": "contains",
    "matches": "matches",
    "length": "has a length that",
    "each": "in each item",
    "any_item": "in some item",
    "keys": "in its keys",
    "values": "in its values",
    "lower": "in lower case",
    "parent": "lies in a folder that",
    "ordered": "is",
    "path_is": "leads to",
    "holds": "is a folder that holds",
}
_SYMBOLS = {"<", "<=", ">", ">="}
_PLACES = {"file": "a file", "folder": "a folder", "repository": "a repository in the hub's cache"}
_DOMAINS = {"env": "the variable", "platform": "the platform's", "packages": "the package"}


def clause(predicate: Predicate) -> Clause:
    """A predicate as a clause."""
    match predicate:
        case Field(path=path, tests=tests):
            return _tested([["field", path]], tests)
        case Surrounding(domain=domain, name=name, tests=tests):
            return _tested([["word", _DOMAINS[domain]], ["field", name]], tests)
        case AllOf(parts=(part,)) | AnyOf(parts=(part,)):
            return clause(part)
        case AllOf(parts=parts):
            return {"all": [inner for part in parts for inner in _flat(clause(part), "all")]}
        case AnyOf(parts=parts):
            return {"any": [inner for part in parts for inner in _flat(clause(part), "any")]}
        case Not(part=part):
            return {"none": [clause(part)]}
        case AtMostOneOf(paths=paths):
            return {"says": [["word", "at most one is given of"], *_listed([["field", path]] for path in paths)]}
        case RequiredKey(path=None, keys=keys):
            return {"says": [["word", "given are"], *_listed([["field", key]] for key in keys)]}
        case RequiredKey(path=str() as path, keys=keys):
            return {"says": [["field", path], ["word", "has the keys"], *_listed([_plain(key)] for key in keys)]}
    raise TypeError(f"not a predicate: {predicate!r}")


def _flat(inner: Clause, word: str) -> list[Clause]:
    found = inner.get(word)
    return found if isinstance(found, list) else [inner]


def _tested(subject: list[Token], tests: tuple[Test, ...]) -> Clause:
    """All tests of one subject in one sentence."""
    said: list[Token] = []
    for place, test in enumerate(tests):
        said += [["word", "and"]] if place else []
        itself = (
            test.operator == "!=" and isinstance(test.operand, Expression) and test.operand.text == f"@{subject[-1][1]}"
        )
        said += [["word", "is not a number (NaN)"]] if itself else _said(test)
    return {"says": [*subject, *said]}


def _said(test: Test) -> Iterator[Token]:
    operator, operand = test.operator, test.operand
    if operator in {"present", "absent"}:
        yield ["word", "is given" if bool(operand) == (operator == "present") else "is not given"]
    elif operator == "given":
        yield ["word", "is given, if only as null" if operand else "is not given at all"]
    elif operator == "distinct":
        yield ["word", "has no item twice" if operand else "has an item twice"]
    elif operator in NESTED:
        bare = operand[0].operator in _SYMBOLS  # "has a length < 3"
        yield ["word", _WORDS[operator].removesuffix(" that") if bare else _WORDS[operator]]
        for place, inner in enumerate(operand):
            if place:
                yield ["word", "and"]
            yield from _said(inner)
    else:
        yield ["word", _WORDS[operator]]
        yield from _operand(operator, operand)


def _operand(operator: str, operand: Any) -> list[Token]:
    if operator == "matches":
        return [["pattern", str(operand)]]
    if operator in {"type_is", "type_is_not"}:
        names = operand if isinstance(operand, tuple | list) else (operand,)
        return _joined([[["type", str(name)]] for name in names], "or")
    if operator in {"ordered", "path_is"}:
        return [["word", _PLACES.get(operand, str(operand).replace("_", " "))]]
    return _value(operand)


def _value(value: Any) -> list[Token]:
    match value:
        case Expression(text=text):
            return [["field", text.replace("@", "")]]
        case Literal(value=inner):
            return [["constant", _json(inner)]]
        case tuple() | list():
            return _listed(_value(item) for item in value)
    return [_plain(value)]


def _plain(value: Any) -> Token:
    if isinstance(value, bool) or value is None or isinstance(value, dict):
        return ["constant", _json(value)]
    return ["number" if isinstance(value, int | float) else "string", _json(value)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr)


def _listed(items: Any) -> list[Token]:
    return [["mark", "["], *_joined(list(items), None), ["mark", "]"]]


def _joined(items: list[list[Token]], word: str | None) -> list[Token]:
    between: Token = ["mark", ","] if word is None else ["word", word]
    return [token for place, item in enumerate(items) for token in ([between] if place else []) + item]


def sentence(told: Clause, inside: bool = False) -> str:
    """A clause as one line of text."""
    if "says" in told:
        return _spaced(told["says"])
    if "none" in told:
        return f"not ({sentence(told['none'][0])})"
    word = "all" if "all" in told else "any"
    parts = [sentence(part, True) for part in told[word]]
    if not parts:
        return "always" if word == "all" else "never"
    whole = (" and " if word == "all" else ", or ").join(parts)
    return f"({whole})" if inside else whole


def _spaced(tokens: list[Token]) -> str:
    text = " ".join(f"/{said}/" if kind == "pattern" else said for kind, said in tokens)
    return text.replace("[ ", "[").replace(" ]", "]").replace(" ,", ",")
