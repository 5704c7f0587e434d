"""``corpus/<engine>/schema.discovered.json``: one ``$defs`` entry a native type, JSON Schema 2020-12."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from llem_rules.environments import Library
from llem_rules.environments.declared import readings_by_type
from llem_rules.rules.reading import Kind

_LIMITATIONS = (
    "names, defaults and what is required; types, choices and bounds are not described yet",
    "a type that takes any keyword argument is described by the attributes of an object built without arguments",
)


def discover(session: Library, native_types: Sequence[str]) -> dict[str, Any]:
    """Describe native types of an entered session. A type that cannot be described is named under the limitations."""
    answers = session.run([{"op": "describe", "native_type": name, "kwargs": {}} for name in native_types])
    readings = readings_by_type(session, native_types)
    definitions: dict[str, Any] = {}
    limitations = list(_LIMITATIONS)
    for name, answer in zip(native_types, answers, strict=True):
        if "described" in answer:
            definitions[name] = _definition(answer["described"], readings.get(name, {}))
        else:
            limitations.append(f"{name}: {answer.get('unchecked', {}).get('detail', 'not described')}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:llem-rules:discovered:{session.engine.name}",
        "schema_version": 1,
        "engine": session.engine.name,
        "library_version": session.facts.library_version,
        "$defs": definitions,
        "discovery_limitations": limitations,
    }


def _definition(described: dict[str, Any], readings: Mapping[str, Kind]) -> dict[str, Any]:
    """``reads`` is a word of ours, which other readers of JSON Schema pass over: what the field makes of a string."""
    fields = {
        name: one | ({"reads": readings[name]} if name in readings else {}) for name, one in described["fields"].items()
    }
    definition: dict[str, Any] = {"type": "object", "properties": fields}
    if described["required"]:
        definition["required"] = described["required"]
    definition["additionalProperties"] = described["open"]
    return definition


def schema_text(document: dict[str, Any]) -> str:
    """The document as its bytes are committed."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
