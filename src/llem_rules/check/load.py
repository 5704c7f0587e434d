"""Finding and loading the validated corpus of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llem_rules.check.corpus import Corpus
from llem_rules.corpus.artefacts import load_yaml
from llem_rules.corpus.discovered import load_discovered
from llem_rules.corpus.locate import Project, find_project
from llem_rules.corpus.matrix import load_matrix, shows
from llem_rules.corpus.rulebook import VALIDATED
from llem_rules.engines import find_engine
from llem_rules.rules.failure import NOT_CHECKED, Failure
from llem_rules.rules.kinds import RuleBase, rule_from
from llem_rules.rules.values import decode


def validated_document(engine: str, project: Project | None = None) -> dict[str, Any]:
    """``invariants.validated.yaml`` of an engine, as plain values.

    Raises:
        Failure: (3) nothing validated is there; (2) the file is not what it should be.
    """
    path = (project or find_project()).corpus_dir(engine) / VALIDATED
    if not path.is_file():
        hint = f"llem-rules replay {engine}"
        raise Failure(f"no rule of {engine} has been validated yet", hint=hint, code=NOT_CHECKED)
    document = load_yaml(path)
    if not isinstance(document, dict) or not {"environment", "rules"} <= document.keys():
        raise Failure(f"{path} is not a validated corpus", hint=f"llem-rules replay {engine} makes it again")
    return document


def load_corpus(engine: str, version: str | None = None, project: Project | None = None) -> Corpus:
    """The confirmed rules of an engine.

    Raises:
        Failure: (2) no such engine; (3) nothing validated is there for it or for this version.
    """
    home = project or find_project()
    about = find_engine(engine)
    document = validated_document(engine, home)
    try:
        proved = str(document["environment"]["library_version"])
        confirmed: list[RuleBase] = [
            rule_from(one["rule"]) for one in document["rules"] if one["verdict"] == "confirmed"
        ]
    except (KeyError, TypeError, ValueError) as error:
        hint = f"llem-rules replay {engine} makes it again"
        raise Failure(f"the validated corpus of {engine} is damaged: {error}", hint=hint) from error
    current = proved
    if version is not None and version != proved:
        confirmed = _holding(engine, version, proved, confirmed, home)
        proved = version
    discovered = load_discovered(engine, home)
    defaults: dict[str, Mapping[str, Any]] = {}
    for name in discovered.native_types if discovered else ():
        given = about.native_types[name].base if name in about.native_types else {}
        base = {field: decode(value) for field, value in given.items()}
        defaults[name] = discovered.defaults(name).beside(base) if discovered else base
    if proved != current:
        _without_what_came_later(engine, proved, defaults, home)
    return Corpus(engine, proved, confirmed, defaults)


def swept_versions(engine: str, project: Project | None = None) -> list[str]:
    """The versions of which it is known what holds on them, oldest first: those of the sweep, else the proved one alone."""
    home = project or find_project()
    matrix = load_matrix(engine, home)
    if matrix is None:
        return [str(validated_document(engine, home)["environment"]["library_version"])]
    return matrix.order


def _holding(engine: str, version: str, proved: str, rules: Sequence[RuleBase], project: Project) -> list[RuleBase]:
    """The rules whose effect a sweep saw on a version, be it in other words.

    Raises:
        Failure: (3) the version was not swept.
    """
    matrix = load_matrix(engine, project)
    if matrix is None or version not in matrix.order:
        known = ", ".join(matrix.order) if matrix is not None else proved
        hint = f"known: {known}; llem-rules compat {engine} --at {version} looks at it"
        raise Failure(f"nobody looked at {engine} {version}: proved is {proved}", hint=hint, code=NOT_CHECKED)
    held = []
    for rule in rules:
        row = matrix.rules.get(rule.id)
        cell = row.at(version, matrix.order) if row is not None else None
        if cell is not None and shows(cell, rule.expected.effect):
            held.append(rule)
    return held


def _without_what_came_later(
    engine: str, version: str, defaults: dict[str, Mapping[str, Any]], project: Project
) -> None:
    """Leave out native types that a version has not: all that is known of them there is that they are missing."""
    matrix = load_matrix(engine, project)
    missing = set()
    for row in matrix.rules.values() if matrix is not None else ():
        cell = row.at(version, matrix.order) if matrix is not None else None
        if cell is not None and cell.state == "absent" and cell.why is not None:
            missing.add(cell.why.removeprefix("no "))
    for name in missing & defaults.keys():
        del defaults[name]
