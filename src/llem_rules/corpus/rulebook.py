"""All rules of an engine: what people wrote in ``rules/``, joined with what was mined before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llem_rules.corpus.artefacts import dump_yaml, load_yaml
from llem_rules.corpus.documents import LocatedRule, load_rules
from llem_rules.corpus.locate import Project
from llem_rules.corpus.versions import EngineVersions
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import RuleBase, rule_from, to_document

PROPOSED = "invariants.proposed.yaml"
VALIDATED = "invariants.validated.yaml"
_HEADER = "# Made by llem-rules from rules/ and what was mined. Not for editing: change rules/ instead.\n"


@dataclass(frozen=True)
class Rulebook:
    """Rules by type and id, and the places of those that people wrote."""

    rules: tuple[RuleBase, ...]
    places: Mapping[str, LocatedRule]


def read_rulebook(engine: str, project: Project, proposed_at: Path | None = None) -> Rulebook:
    """Authored rules and mined candidates of an engine. An authored rule wins over a candidate of its id.

    ``proposed_at``: the candidates' file, where it is not the project's own. What miners agreed on stays with an authored
    rule for as long as nobody changes it.

    Raises:
        Failure: (2) a rule file has problems, two rules share an id, or the candidates' file is not one.
    """
    places = {located.rule.id: located for located in load_rules(engine, project)}
    proposed = {rule.id: rule for rule in _mined(proposed_at or project.corpus_dir(engine) / PROPOSED)}
    joined: dict[str, RuleBase] = {name: rule for name, rule in proposed.items() if rule.added_by != "authored"}
    for name, located in places.items():
        before = proposed.get(name)
        joined[name] = located.rule if before is None else _agreed(located.rule, before)
    return Rulebook(tuple(sorted(joined.values(), key=lambda rule: (rule.native_type, rule.id))), places)


def authored_rules(engine: str, project: Project) -> tuple[RuleBase, ...]:
    """Only what people wrote.

    Raises:
        Failure: (2) a rule file has problems, or two rules share an id.
    """
    return tuple(located.rule for located in load_rules(engine, project))


def _agreed(rule: RuleBase, before: RuleBase) -> RuleBase:
    """The rule with ``cross_validated_by`` of its proposed form, where that is otherwise the same."""
    if not before.cross_validated_by:
        return rule
    with_agreement = rule.model_copy(update={"cross_validated_by": before.cross_validated_by})
    # Compared as text: a NaN among the kwargs equals nothing, not even itself.
    return with_agreement if repr(to_document(with_agreement)) == repr(to_document(before)) else rule


def _mined(path: Path) -> Iterable[RuleBase]:
    if not path.is_file():
        return []
    document = load_yaml(path)
    if not isinstance(document, dict) or not isinstance(document.get("rules"), list):
        raise Failure(f"{path} is not a corpus of proposed rules", hint="delete it, and it is made again")
    return [rule_from(one) for one in document["rules"]]


def proposed_text(versions: EngineVersions, rules: Iterable[RuleBase]) -> str:
    """``invariants.proposed.yaml`` as text."""
    document: dict[str, Any] = {
        "schema_version": 1,
        "engine": versions.engine,
        "library_version": versions.library.current_version,
        "rules": [to_document(rule) for rule in rules],
    }
    return dump_yaml(document, _HEADER)
