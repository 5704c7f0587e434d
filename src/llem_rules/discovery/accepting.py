"""What the library takes beyond what it declares: its own defaults, and values that a validator lets through unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llem_rules.environments import Library

# One value of each kind that JSON has. A class with validators of its own is asked whether it keeps one as it is.
_KINDS: tuple[tuple[Any, str], ...] = (
    (None, "null"),
    (True, "boolean"),
    (3, "integer"),
    (0.5, "number"),
    ("x", "string"),
    ([], "array"),
    ({}, "object"),
)


def widen(library: Library, definitions: dict[str, Any]) -> None:
    """Add to each schema the kinds of values that the declaration leaves out and the library keeps as they are."""
    for definition in definitions.values():
        for about in definition["properties"].values():
            if "default" in about and not _holds(about, about["default"]):
                _add(about, _schema_of(about["default"]))
    _add_names(library, definitions)
    asked = list(_questions(library, definitions))
    cases = [{"native_type": name, "kwargs": {field: value}, "reach": "construct"} for name, field, value, _ in asked]
    for (name, field, _value, kind), answer in zip(asked, library.run(cases), strict=True):
        if "unchecked" in answer or "exception" in answer or field in answer.get("effective", {}):
            continue
        _add(definitions[name]["properties"][field], {"type": kind})


def _add_names(library: Library, definitions: dict[str, Any]) -> None:
    """The choices of an enum as the library takes its members, by name or by value, wherever that enum stands.

    Where names are taken, values may be refused: a class may look its members up by name alone.
    """
    asked = [
        (one["x-class"], written, schema.get("x-enforced"), _case(name, field, written, about.before_use))
        for name, definition in definitions.items()
        if (about := library.engine.native_types.get(name)) is not None
        for field, schema in definition["properties"].items()
        for one in schema.get("anyOf", [schema])
        if "x-names" in one
        for written in dict.fromkeys((*one["x-names"], *one.get("enum", ())))
    ]
    answers = library.run([case for *_, case in asked])
    taken: dict[str, list[Any]] = {cls: [] for cls, *_ in asked}
    refused: dict[str, list[Any]] = {cls: [] for cls, *_ in asked}
    for (cls, written, enforced, _), answer in zip(asked, answers, strict=True):
        if "unchecked" not in answer and "exception" not in answer:
            taken[cls].append(written)
        elif enforced and "exception" in answer:
            refused[cls].append(written)
    _put_names(definitions, taken, refused)


def _case(native_type: str, field: str, value: Any, reach: str) -> dict[str, Any]:
    return {"native_type": native_type, "kwargs": {field: value}, "reach": reach}


def _put_names(schema: Any, taken: Mapping[str, Sequence[Any]], refused: Mapping[str, Sequence[Any]]) -> None:
    if isinstance(schema, list):
        for one in schema:
            _put_names(one, taken, refused)
    elif isinstance(schema, dict):
        names, values = schema.pop("x-names", []), schema.get("enum", [])
        cls = schema.get("x-class", "")
        if any(name in taken.get(cls, ()) for name in names if name not in values):
            # Where nothing is checked each is taken, or refused for another reason: who checks the field decides.
            kept = [value for value in values if value in names or value not in refused[cls]]
            schema["enum"] = [*kept, *(one for one in names if one not in kept)]
        for one in schema.values():
            _put_names(one, taken, refused)


def _questions(library: Library, definitions: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, str]]:
    """Only a class that checks what it declares can say by accepting something that it means it."""
    for name, definition in definitions.items():
        about = library.engine.native_types.get(name)
        if about is None or not str(definition["x-flavour"]).startswith("pydantic"):
            continue
        for field, schema in definition["properties"].items():
            if schema.get("x-enforced") and field not in about.unread:
                for value, kind in _KINDS:
                    if not _holds(schema, value) and not _has_kind(schema, kind):
                        yield name, field, value, kind


def _has_kind(schema: Mapping[str, Any], kind: str) -> bool:
    """Whether values of a kind are constrained already: that 3 lies out of bounds is no matter of kinds."""
    alternatives = schema.get("anyOf", [schema])
    kinds = {one.get("type") for one in alternatives}
    choices = [value for one in alternatives for value in one.get("enum", ())]
    return kind in kinds or (kind == "integer" and "number" in kinds) or any(_kind_of(one) == kind for one in choices)


def _kind_of(value: Any) -> str:
    return next(kind for one, kind in _KINDS if type(value) is type(one))


def _schema_of(value: Any) -> dict[str, Any]:
    return {"type": "number" if type(value) in (int, float) else _kind_of(value)}


def _add(about: dict[str, Any], alternative: dict[str, Any]) -> None:
    """Widen a property in place; what it says of other things than values stays."""
    about_values = {key: one for key, one in about.items() if not _tells(key)}
    rest = {key: one for key, one in about.items() if _tells(key)}
    if not about_values:
        return
    alternatives = about_values.get("anyOf", [about_values])
    if alternative not in alternatives:
        about.clear()
        about.update({"anyOf": [*alternatives, alternative], **rest})


def _tells(key: str) -> bool:
    return key in ("default", "description", "deprecated") or (
        key.startswith("x-") and key not in ("x-class", "x-names")
    )


def _holds(schema: Mapping[str, Any], value: Any) -> bool:
    from jsonschema import Draft202012Validator

    tagged = isinstance(value, dict) and any(key.startswith("$") for key in value)
    return tagged or Draft202012Validator(dict(schema)).is_valid(value)
