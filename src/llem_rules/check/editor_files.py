"""The files that editors are pointed at: one an engine, and one for each format that holds the arguments of one type alone.

A rule is a line, so that a change of the corpus can be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.editor import editor_schema
from llem_rules.engines import find_engine

FOLDER = "editors"


def editor_files(corpus: CompiledCorpus) -> dict[str, str]:
    """Texts by file name."""
    made = editor_schema(corpus)
    said = f"What JSON Schema can say of the confirmed refusals: {made.said} of {made.rules}."
    name = f"{corpus.engine}.schema.json"
    files = {name: "\n".join(_lines({**made.schema, "description": said})) + "\n"}
    for one in find_engine(corpus.engine).formats:
        own = one.options is None and one.choose is None and one.within is None and not one.dashes and not one.renamed
        if own and one.native_type in made.schema["properties"]:
            wrapper = {
                "$schema": made.schema["$schema"],
                "title": f"{one.name} of {corpus.engine} {corpus.version}",
                "$ref": f"{name}#/properties/{one.native_type}",
            }
            files[f"{one.name}.schema.json".replace(" ", "-")] = json.dumps(wrapper, indent=1) + "\n"
    return files


def _lines(schema: dict[str, Any]) -> Iterator[str]:
    head = {key: value for key, value in schema.items() if key != "properties"}
    yield "{"
    for key, value in head.items():
        yield f" {json.dumps(key)}: {json.dumps(value)},"
    yield ' "properties": {'
    properties = schema["properties"]
    for at, (name, about) in enumerate(properties.items(), 1):
        comma = "," if at < len(properties) else ""
        rules = about.get("allOf", [])
        if not rules:
            yield f"  {json.dumps(name)}: {_compact(about)}{comma}"
            continue
        yield f'  {json.dumps(name)}: {{"type": {_compact(about["type"])}, "allOf": ['
        for number, rule in enumerate(rules, 1):
            yield f"   {_compact(rule)}{',' if number < len(rules) else ''}"
        yield f"  ]}}{comma}"
    yield " }"
    yield "}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
