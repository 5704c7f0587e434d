"""From pydantic's errors to findings: the place in the file, and plain words."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from llem_rules.corpus.findings import Finding, Location, near
from llem_rules.corpus.reader import YamlDocument

_EXAMPLES = ("kwargs_positive", "kwargs_negative")
_KEYS_OF_A_KIND = ("match", "given", "require", "dormant")
_SHOULD_BE = {
    "string_type": "a string",
    "dict_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "int_type": "a whole number",
    "bool_type": "true or false",
}


def schema_findings(
    error: ValidationError, document: YamlDocument, base: Location, model: type[BaseModel], rule: str | None = None
) -> list[Finding]:
    """One finding for each error; ``base`` is where the model's mapping stands in the document."""
    return list(_findings(error, document, base, model, rule))


def _findings(
    error: ValidationError, document: YamlDocument, base: Location, model: type[BaseModel], rule: str | None
) -> Iterator[Finding]:
    seen = set()
    for one in error.errors(include_url=False):
        location = _in_document(document, base, one["loc"])
        code, message, on_key = _words(dict(one), location)
        suggestion = None
        hint = None
        if code == "L011" and location[-1] in _KEYS_OF_A_KIND:
            hint = "an invariant has given and require, an invalidity match, a dormancy match and dormant"
        elif code == "L011":
            suggestion = near(str(location[-1]), _keys_at(model, location[len(base) : -1]))
        elif one["type"] == "literal_error":
            expected = one["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
            suggestion = near(str(one["input"]), expected)
        span = document.span(location, on_key=on_key)
        finding = Finding(document.file, span, code, message, suggestion, hint, rule)
        if (finding.span, code) not in seen or code in {"L010", "L036"}:
            seen.add((finding.span, code))
            yield finding


def _in_document(document: YamlDocument, base: Location, loc: tuple[str | int, ...]) -> Location:
    """The part of pydantic's location that is in the file: it also names union members and the word [key]."""
    location = base
    for part in loc:
        here = _at(document.data, location)
        # pydantic spells keys that are not strings as strings.
        key = next((key for key in here if str(key) == part), part) if isinstance(here, dict) else part
        if (*location, key) in document.values or (*location, key) in document.keys:
            location = (*location, key)
    return location


def _at(data: Any, location: Location) -> Any:
    for part in location:
        data = data[part]
    return data


def _words(error: dict[str, Any], location: Location) -> tuple[str, str, bool]:
    """Code, message, and whether the mistake is in the key."""
    kind, last = error["type"], next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    if kind == "missing":
        name = str(error["loc"][-1])
        if name in _EXAMPLES:
            return "L036", f"{name} is missing: a rule needs a config that fires and one that does not", True
        return "L010", f"{name} is missing" + (f" in {last}" if last else ""), bool(last)
    if kind == "extra_forbidden":
        return "L011", f'unknown key "{error["loc"][-1]}"', True
    if kind == "literal_error":
        return "L010", f"{last} is one of {error['ctx']['expected']}, not {_short(error['input'])}", False
    if kind == "string_pattern_mismatch":
        return "L010", f"{last} {_short(error['input'])} is not written as it should be", False
    if kind in _SHOULD_BE:
        if error["loc"][-1] == "[key]":
            return "L008", f"the key {_short(error['input'])} is not a string: quote it", True
        return "L010", f"{last or 'this'} should be {_SHOULD_BE[kind]}, not {_short(error['input'])}", False
    text = str(error["msg"]).removeprefix("Value error, ")
    return "L010", text if not last or last in text else f"{last}: {text}", False


def _short(value: Any) -> str:
    match value:
        case None | bool():
            text = {None: "null", True: "true", False: "false"}[value]
        case dict() | list():
            text = "a mapping" if isinstance(value, dict) else "a list"
        case _:
            text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that the model knows at a place below it."""
    here: Any = model
    for part in location:
        fields = getattr(here, "model_fields", {})
        if part in fields:
            here = _model_in(fields[part].annotation)
    return list(getattr(here, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    if get_origin(annotation) in (UnionType, dict, list, tuple) or get_args(annotation):
        return next((found for arg in get_args(annotation) if (found := _model_in(arg)) is not None), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
