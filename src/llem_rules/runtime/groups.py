"""Which configs the engine made the same of, though the models keep them apart: ``equivalence_groups.json``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from llem_rules.check import Corpus
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import Model
from llem_rules.rules.parse import parse_predicate
from llem_rules.runtime.proposals import Proposal
from llem_rules.runtime.recording.hashing import canonical
from llem_rules.runtime.resolved import resolved, resolved_hash
from llem_rules.runtime.sightings import Run, Runs

FILE = "equivalence_groups.json"


class GroupMember(Model):
    """One declared config of a group."""

    config_hash: str
    resolved_config_hash: str = Field(description="After the corpus's dormancies.")
    config: dict[str, dict[str, Any]]


class EquivalenceGroup(Model):
    """Configs of which the engine reported the same effective values."""

    observed_config_hash: str
    resolved_config_hashes: list[str]
    gap_detected: bool = Field(description="The models keep members apart that the engine collapses.")
    differing_fields: list[str] = Field(description="native.Type.field of what the resolved configs differ in.")
    proposed_invariant_id: str | None = Field(
        description="The dormancy that would explain the gap, where it can be told."
    )
    members: list[GroupMember]


class EquivalenceGroups(Model):
    """One engine's groups of two configs and more, in a fixed order."""

    schema_version: Literal[1]
    engine: str
    study_run_ids: list[str]
    configs: int = Field(description="Distinct configs with an observed hash.")
    classes: int = Field(description="Distinct observed hashes among them.")
    groups: list[EquivalenceGroup]


def equivalence_groups(runs: Runs, corpus: Corpus, proposals: Iterable[Proposal] = ()) -> EquivalenceGroups:
    """The groups of one engine's runs."""
    known = list(proposals)
    by_observed: dict[str, list[Run]] = defaultdict(list)
    for run in runs.by_text.values():
        if run.observed_hash is not None:
            by_observed[run.observed_hash].append(run)
    groups = [_group(key, members, corpus, known) for key, members in sorted(by_observed.items()) if len(members) > 1]
    configs = sum(map(len, by_observed.values()))
    return EquivalenceGroups(
        schema_version=1,
        engine=runs.engine,
        study_run_ids=sorted(runs.studies),
        configs=configs,
        classes=len(by_observed),
        groups=groups,
    )


def _group(observed: str, runs: list[Run], corpus: Corpus, proposals: list[Proposal]) -> EquivalenceGroup:
    members = sorted(
        (
            GroupMember(
                config_hash=run.config_hash,
                resolved_config_hash=resolved_hash(run.sections, corpus),
                config={name: dict(kwargs) for name, kwargs in run.sections.items()},
            )
            for run in runs
        ),
        key=lambda one: (one.config_hash, canonical(one.config)),
    )
    hashes = sorted({member.resolved_config_hash for member in members})
    differing = _differing(members, corpus) if len(hashes) > 1 else []
    return EquivalenceGroup(
        observed_config_hash=observed,
        resolved_config_hashes=hashes,
        gap_detected=len(hashes) > 1,
        differing_fields=differing,
        proposed_invariant_id=_explanation(members, differing, corpus, proposals),
        members=members,
    )


def _differing(members: list[GroupMember], corpus: Corpus) -> list[str]:
    values: dict[str, set[str]] = defaultdict(set)
    each = [
        {
            f"{name}.{field}": canonical(value)
            for name, kwargs in member.config.items()
            for field, value in resolved(name, kwargs, corpus).items()
        }
        for member in members
    ]
    for name in {name for one in each for name in one}:
        values[name] = {one.get(name, "") for one in each}
    return sorted(name for name, found in values.items() if len(found) > 1)


def _explanation(
    members: list[GroupMember], differing: list[str], corpus: Corpus, proposals: list[Proposal]
) -> str | None:
    """The proposed dormancy of a differing field that fires on the most members."""
    found: dict[str, int] = {}
    for proposal in proposals:
        rule = proposal.document
        native_type = str(rule["native_type"])
        if not any(f"{native_type}.{name}" in differing for name in rule.get("dormant", ())):
            continue
        fires = compile_predicate(parse_predicate(rule["match"]))
        found[rule["id"]] = sum(
            fires(_config(member.config.get(native_type, {}), corpus, native_type)) is True for member in members
        )
    best = max(sorted(found), key=lambda name: found[name], default=None)
    return best if best is not None and found[best] else None


def _config(kwargs: Mapping[str, Any], corpus: Corpus, native_type: str) -> Config:
    return Config(Config.of(kwargs).given, corpus.defaults(native_type))
