"""Which effect sites of the library a confirmed rule triggers, and why the others are not covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.mining.model import EffectSite, Finding
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import rule_from
from llem_rules.rules.predicates import AllOf, Not, Predicate, Surrounding, fields_of


@dataclass(frozen=True)
class CoveredSite:
    """One site of one native type. ``unreachable``: what this environment lacks for it, None where nothing.

    ``conditions`` are the ways to it as far as they could be said, ``opaque`` the parts that could not.
    """

    site: EffectSite
    rules: tuple[str, ...]
    conditions: tuple[Predicate, ...]
    opaque: tuple[str, ...]
    unreachable: str | None

    @property
    def reachable(self) -> bool:
        """Whether a config can get there in this environment, as far as is known."""
        return self.unreachable is None or bool(self.rules)


@dataclass(frozen=True)
class Witness:
    """A confirmed rule, and where its positive showed its effect."""

    rule: str
    native_type: str
    file: str
    function: str
    line: int
    fields: frozenset[str]
    dormant: frozenset[str]
    says: str


def witnesses(entries: Iterable[Mapping[str, Any]]) -> list[Witness]:
    """The confirmed rules of a validated corpus (its plain entries)."""
    found = []
    for entry in entries:
        if entry["verdict"] != "confirmed":
            continue
        rule = rule_from(entry["rule"])
        file, function, line = _place(entry["positive"].get("site"))
        if rule.source is not None and rule.expected.effect == "dormant_silent":
            file, function = rule.source.file, rule.source.function
        fields, dormant = frozenset(fields_of(rule.predicate)), frozenset(rule.dormant_fields)
        says = rule.expected.effect
        found.append(Witness(rule.id, rule.native_type, file, function, line, fields, dormant, says))
    return found


def _place(site: str | None) -> tuple[str, str, int]:
    if site is None:
        return "", "", -1
    file, function, line = site.rsplit(":", 2)
    return file, function, int(line)


def cover(findings: Sequence[Finding], confirmed: Sequence[Witness], surroundings: Surroundings) -> list[CoveredSite]:
    """Every site of the findings, once, with the rules that reach it; sorted by type, file and line."""
    by_site: dict[tuple[str, str, int, str, str | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_site[finding.site.key].append(finding)
    by_type: dict[str, list[Witness]] = defaultdict(list)
    for witness in confirmed:
        by_type[witness.native_type].append(witness)
    covered = []
    for ways in by_site.values():
        site = ways[0].site
        rules = tuple(sorted({w.rule for w in by_type[site.native_type] if _reaches(w, site)}))
        missing = [_missing(way.condition, surroundings) for way in ways]
        covered.append(
            CoveredSite(
                site=site,
                rules=rules,
                conditions=tuple(way.condition for way in ways),
                opaque=tuple(sorted({f"{part.text} ({part.why})" for way in ways for part in way.opaque})),
                unreachable=None if None in missing else "; ".join(sorted({reason for reason in missing if reason})),
            )
        )
    return sorted(covered, key=lambda one: (one.site.native_type, one.site.file, one.site.line, one.site.field or ""))


def _reaches(witness: Witness, site: EffectSite) -> bool:
    """Whether a rule's effect was seen at a site."""
    if witness.file != site.file:
        return False
    same_function = witness.function.rpartition(".")[2] == site.function.rpartition(".")[2]
    match site.kind:
        case "constraint":
            return same_function and site.field in witness.fields
        case "collect":
            # What is collected is announced elsewhere in the same function, by the names of the fields.
            return same_function and site.field in (witness.dormant or witness.fields)
        case "rewrite":
            return same_function and site.field in witness.dormant
    return witness.line == site.line


def _missing(predicate: Predicate, surroundings: Surroundings) -> str | None:
    """What the surroundings lack for a condition, in words; None where they lack nothing."""
    lacking = []
    for part, wanted in _surrounding_parts(predicate):
        truth = compile_predicate(part)(Config({}, surroundings=surroundings))
        if truth is not None and truth is not wanted:
            lacking.append(f"needs another {part.domain}: {part.name}")
    return "; ".join(sorted(set(lacking))) or None


def _surrounding_parts(predicate: Predicate, wanted: bool = True) -> list[tuple[Surrounding, bool]]:
    """The parts that have to hold (or not) for the whole to hold, and that speak of the surroundings."""
    match predicate:
        case Surrounding():
            return [(predicate, wanted)]
        case AllOf(parts=parts) if wanted:
            return [found for part in parts for found in _surrounding_parts(part, wanted)]
        case Not(part=part):
            return _surrounding_parts(part, not wanted)
    return []
