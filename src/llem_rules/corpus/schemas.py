"""The published JSON Schemas by name, generated from the pydantic models that read the files. Same models, same bytes.

Rooms above this one add theirs with ``add_schema``; ``cli/schema.py`` imports them before it lists anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from llem_rules.corpus.locate import Project
from llem_rules.rules.failure import Failure

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCHEMAS: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {}


def add_schema(name: str, title: str, make: Callable[[], dict[str, Any]]) -> None:
    """Publish a schema as ``schemas/<name>.schema.json``. ``make`` gives what pydantic's ``json_schema()`` gives."""
    _SCHEMAS.setdefault(name, (title, cache(make)))  # a room may be imported, and may publish, more than once


def schema_names() -> list[str]:
    """Names of all schemas, sorted."""
    return sorted(_SCHEMAS)


def schema(name: str) -> dict[str, Any]:
    """One schema as a document of its own, draft 2020-12.

    Raises:
        Failure: there is none of that name.
    """
    if name not in _SCHEMAS:
        raise Failure(f"no schema is called {name!r}", hint=f"schemas: {', '.join(schema_names())}")
    title, make = _SCHEMAS[name]
    body = {key: value for key, value in make().items() if key not in {"title", "$schema", "$id"}}
    return {"$schema": DIALECT, "$id": f"urn:llem-rules:schema:{name}", "title": title, **body}


def schema_text(name: str) -> str:
    """The bytes that are committed."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def stale_schemas(project: Project) -> dict[str, str]:
    """The text of every committed schema that is missing or not what the models say now, by file name."""
    stale = {}
    for name in schema_names():
        file = f"{name}.schema.json"
        path = project.schemas_dir / file
        text = schema_text(name)
        if not path.is_file() or path.read_bytes() != text.encode():
            stale[file] = text
    return stale


def _rules() -> dict[str, Any]:
    from llem_rules.rules.grammar import CONDITION, predicate_schema
    from llem_rules.rules.kinds import rule_list_adapter

    # The language's own schema spells nesting out; here a predicate is one definition that refers to itself.
    whole: dict[str, Any] = _with_references(rule_list_adapter().json_schema(), predicate_schema(), "Predicate")
    flat = predicate_schema(0)
    for word in ("all_of", "any_of"):
        flat["properties"][word]["items"] = {"$ref": "#/$defs/Predicate"}
    flat["properties"]["not"] = {"$ref": "#/$defs/Predicate"}
    whole["$defs"]["Predicate"] = _with_references(flat, CONDITION, "Condition")
    whole["$defs"]["Condition"] = CONDITION
    whole["$defs"] = dict(sorted(whole["$defs"].items()))
    return whole


def _with_references(value: Any, part: dict[str, Any], name: str) -> Any:
    """The schema with every occurrence of a part turned into a reference; a description beside it stays."""
    if isinstance(value, dict):
        if value.keys() >= part.keys() and all(value[key] == part[key] for key in part):
            beside = {key: inner for key, inner in value.items() if key not in part and key != "title"}
            return {"$ref": f"#/$defs/{name}", **beside}
        return {key: _with_references(inner, part, name) for key, inner in value.items()}
    return [_with_references(inner, part, name) for inner in value] if isinstance(value, list) else value


def _engine_versions() -> dict[str, Any]:
    from llem_rules.corpus.versions import EngineVersions

    return EngineVersions.model_json_schema()


def _lint_report() -> dict[str, Any]:
    from llem_rules.corpus.lint.report import LintReport

    return LintReport.model_json_schema(mode="serialization")


def _sites() -> dict[str, Any]:
    from llem_rules.corpus.unreached import UNREACHED

    return UNREACHED.json_schema()


def _compat() -> dict[str, Any]:
    from llem_rules.corpus.compat import Compatibility

    return Compatibility.model_json_schema()


add_schema("compat", "What probes found, by library version and producer", _compat)
add_schema("rules", "Rules of one native type", _rules)
add_schema("engine-versions", "Versions, image and environment of one engine", _engine_versions)
add_schema("sites", "Effect sites that a person found out of reach", _sites)
add_schema("lint-report", "What llem-rules lint --format json prints", _lint_report)
