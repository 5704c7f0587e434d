"""From the committed artefacts to the form that ``compiled`` keeps: plain values only."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from typing import Any

from llem_rules.check.light import LightRule
from llem_rules.check.load import load_corpus, validated_document
from llem_rules.check.taken import taken_form
from llem_rules.corpus.discovered import load_discovered
from llem_rules.corpus.locate import Project
from llem_rules.corpus.matrix import Matrix, load_matrix, shows
from llem_rules.engines import NativeType, find_engine
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase


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
    matrix = load_matrix(engine, project)
    order = matrix.order if matrix is not None else []
    rules: dict[str, list[Any]] = {}
    for rule in corpus.rules:
        one = entries[rule.id]
        versions = _unbroken(_shown(rule, matrix) or [str(version) for version in one.get("applies_to") or ()], order)
        nothing = Config({}, corpus.defaults(rule.native_type))
        unasked = rule.fires(nothing) is not False
        head = LightRule.head_of(rule, tuple(versions), str(one.get("proof") or ""), unasked=unasked)
        rules.setdefault(rule.native_type, []).append((head, marshal.dumps(one["rule"])))
    holds = {name: held for name in corpus.native_types if (held := _held(name, definitions, about.native_types))}
    bases = {name: list(about.native_types[name].base) for name in corpus.native_types if name in about.native_types}
    return {
        "holds": holds,
        "taken": marshal.dumps(
            taken_form([case for rule in corpus.rules for case in _taken(entries[rule.id])], holds, bases)
        ),
        "engine": engine,
        "version": corpus.version,
        "package": about.package,
        "rules": {name: marshal.dumps(held) for name, held in rules.items()},
        "defaults": defaults,
        "schema": marshal.dumps(definitions),
        "schema_version": discovered.library_version if discovered else corpus.version,
    }


def _taken(entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Of a rule's two configs those that the library was seen to take."""
    for side in ("positive", "negative"):
        if entry[side].get("effect") not in (None, "error"):
            yield entry["rule"]["native_type"], entry["rule"][f"kwargs_{side}"]


def _shown(rule: RuleBase, matrix: Matrix | None) -> list[str]:
    """The swept versions that show a rule's effect, be it in other words."""
    row = matrix.rules.get(rule.id) if matrix is not None else None
    if matrix is None or row is None:
        return []
    cells = ((version, row.at(version, matrix.order)) for version in matrix.order)
    return [version for version, cell in cells if cell is not None and shows(cell, rule.expected.effect)]


def _unbroken(versions: list[str], order: list[str]) -> list[str]:
    """Of the versions that show a rule's effect those from which on every swept one does."""
    if not versions or versions[-1] not in order:
        return versions
    end = order.index(versions[-1])
    start = end
    while start and order[start - 1] in versions:
        start -= 1
    return order[start : end + 1]


def _held(name: str, definitions: Mapping[str, Any], known: Mapping[str, NativeType]) -> dict[str, str]:
    """Fields of a type that take the arguments of another one: as the schema says, and as the adapter adds.

    Only a type that is built further makes objects of them; others keep a mapping as it is.
    """
    if name not in known or known[name].build is None:
        return {}
    by_class = {one.rpartition(".")[2]: one for one in definitions}
    found: dict[str, str] = {}
    for field, about in definitions.get(name, {}).get("properties", {}).items():
        for choice in (about, *about.get("anyOf", ())):
            inner = by_class.get(str(choice.get("x-class", "")).rpartition(".")[2])
            if inner is not None and inner != name:
                found[field] = inner
    return found | dict(known[name].holds)
