"""From the committed artefacts to the form that ``compiled`` keeps: plain values only."""

from __future__ import annotations

import marshal
from typing import Any

from llem_rules.check.load import load_corpus, validated_document
from llem_rules.corpus.discovered import load_discovered
from llem_rules.corpus.locate import Project
from llem_rules.engines import find_engine
from llem_rules.rules.predicates import fields_of


def compiled_form(engine: str, version: str | None, project: Project) -> dict[str, Any]:
    """Everything that judging needs of an engine and a version.

    Raises:
        Failure: as ``load_corpus`` does.
    """
    corpus = load_corpus(engine, version, project)
    about = find_engine(engine)
    discovered = load_discovered(engine, project)
    definitions = dict(discovered.definitions) if discovered else {}
    defaults: dict[str, Any] = {}
    for name in corpus.native_types if definitions else ():
        properties = definitions.get(name, {}).get("properties", {})
        given = {field: one["default"] for field, one in properties.items() if "default" in one}
        base = about.native_types[name].base if name in about.native_types else {}
        reads = {field: one["x-reads"] for field, one in properties.items() if "x-reads" in one}
        defaults[name] = ({**given, **base}, reads)
    entries = {str(one["id"]): one for one in validated_document(engine, project)["rules"]}
    rules: dict[str, list[Any]] = {}
    for rule in corpus.rules:
        one = entries[rule.id]
        versions = [str(version) for version in one.get("applies_to") or ()]
        entry = (one["rule"], list(fields_of(rule.predicate)), versions, str(one.get("proof") or ""))
        rules.setdefault(rule.native_type, []).append(entry)
    return {
        "engine": engine,
        "version": corpus.version,
        "package": about.package,
        "rules": {name: marshal.dumps(held) for name, held in rules.items()},
        "defaults": defaults,
        "schema": marshal.dumps(definitions),
    }
