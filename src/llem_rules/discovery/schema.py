"""``corpus/<engine>/schema.discovered.json``: one ``$defs`` entry a native type, JSON Schema 2020-12."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from llem_rules.discovery.accepting import widen
from llem_rules.environments import Library
from llem_rules.environments.declared import readings_by_type
from llem_rules.rules.reading import Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LIMITATIONS = (
    "a type that takes any keyword argument is described by the attributes of an object built without arguments",
    "x-enforced: the class checks its fields when it is built; without it the declaration is what the library says, and other "
    "values may be accepted, or refused later",
    "what pydantic converts (a numeral given as text) is described by the type that it becomes, not by every spelling",
    "conditions over several fields, and bounds that only code checks, are in the rules, not here",
)


def discover(session: Library, native_types: Sequence[str]) -> dict[str, Any]:
    """Describe native types of an entered session. A type that cannot be described is named under the limitations."""
    answers = session.run([{"op": "declare", "native_type": name, "kwargs": {}} for name in native_types])
    readings = readings_by_type(session, native_types)
    definitions: dict[str, Any] = {}
    limitations = list(_LIMITATIONS)
    for name, answer in zip(native_types, answers, strict=True):
        if "declared" in answer:
            definitions[name] = _definition(answer["described"], answer["declared"], readings.get(name, {}))
        else:
            limitations.append(f"{name}: {answer.get('unchecked', {}).get('detail', 'not described')}")
    widen(session, definitions)
    limitations += _open_ends(definitions, dict(zip(native_types, answers, strict=True)))
    return {
        "$schema": DIALECT,
        "$id": f"urn:llem-rules:discovered:{session.engine.name}",
        "schema_version": 1,
        "engine": session.engine.name,
        "library_version": session.facts.library_version,
        "$defs": definitions,
        "discovery_limitations": limitations,
    }


def _definition(
    described: Mapping[str, Any], declared: Mapping[str, Any], readings: Mapping[str, Kind]
) -> dict[str, Any]:
    """``x-reads`` says what the field makes of a string."""
    properties = {
        name: _property(about, declared["fields"].get(name, {}), declared["enforced"])
        | ({"x-reads": readings[name]} if name in readings else {})
        for name, about in described["fields"].items()
    }
    definition: dict[str, Any] = {"type": "object", "x-flavour": declared["flavour"], "properties": properties}
    if described["required"]:
        definition["required"] = described["required"]
    definition["additionalProperties"] = described["open"]
    return definition


def _property(about: Mapping[str, Any], declared: Mapping[str, Any], enforced: bool) -> dict[str, Any]:
    schema, source = dict(declared.get("schema", {})), declared.get("from")
    if not schema and about.get("default") is not None:
        schema = _of_default(about["default"])
        source = "default" if schema else None
    found: dict[str, Any] = {**schema, **about}
    for key in ("description", "deprecated"):
        if key in declared:
            found[key] = declared[key]
    if source is not None:
        found["x-from"] = source
    if enforced and source not in ("default", "docstring"):
        found["x-enforced"] = True
    if "where" in declared:
        found["x-declared-in"] = declared["where"]
    return found


def _of_default(value: Any) -> dict[str, Any]:
    """What a default alone tells: a flag, a number, a text. A whole number may stand where any number may."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    return {"type": "string"} if isinstance(value, str) else {}


def _open_ends(definitions: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """How many fields have no type, by native type; and annotations that name what only type checkers import."""
    found = []
    for name, definition in definitions.items():
        untyped = [
            field
            for field, about in definition["properties"].items()
            if not {"type", "enum", "anyOf", "const"} & about.keys()
        ]
        if untyped:
            found.append(f"{name}: no type is known of {', '.join(untyped)}")
        unresolved = answers[name]["declared"]["unresolved"]
        if unresolved:
            found.append(f"{name}: annotations that cannot be resolved: {', '.join(unresolved)}")
    sources = Counter(
        str(about.get("x-from", "nowhere")) for one in definitions.values() for about in one["properties"].values()
    )
    told = ", ".join(f"{source} {count}" for source, count in sorted(sources.items()))
    return [*found, f"where types come from: {told}"]


def schema_text(document: dict[str, Any]) -> str:
    """The document as its bytes are committed."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
