"""Which effect sites of the library a confirmed rule triggers, and why the others are not covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from llem_rules.mining.model import EffectSite, Finding
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import rule_from
from llem_rules.rules.predicates import AllOf, Not, Predicate, Surrounding, fields_of

Apart = Literal["quiet", "assertion", "passed on", "filling", "conversion", "not of the config"]
Key = tuple[str, str, int, str, str | None]
_QUIET = {"info", "debug"}
_NEVER = {"quiet", "assertion", "passed on"}  # not counted, whether a rule triggers them or not


@dataclass(frozen=True)
class CoveredSite:
    """One site of one native type. ``unreachable``: what this environment lacks for it, None where nothing.

    ``apart``: why it is no effect that a rule could be about: ``quiet`` (a log record below warning level announces
    nothing), ``assertion`` (what the library takes for certain), ``passed on`` (what was raised elsewhere),
    ``filling`` (a rewrite only of what was not given), ``conversion`` (the value only becomes the library's own type),
    ``not of the config`` (no field decides). ``told``: the reason is a person's, see ``told.py``. ``conditions`` are the
    ways to it as far as they could be said, ``opaque`` the parts that could not.
    """

    site: EffectSite
    rules: tuple[str, ...]
    conditions: tuple[Predicate, ...]
    opaque: tuple[str, ...]
    unreachable: str | None
    apart: Apart | None = None
    told: bool = False

    @property
    def counted(self) -> bool:
        """Whether it belongs to the denominator when it can be reached."""
        return self.apart is None or (self.apart not in _NEVER and bool(self.rules))

    @property
    def reachable(self) -> bool:
        """Whether a config can get there in this environment, as far as is known, and it counts."""
        return self.counted and (self.unreachable is None or bool(self.rules))

    @property
    def covered(self) -> bool:
        """Whether it counts and a confirmed rule triggers it."""
        return self.counted and bool(self.rules)


@dataclass(frozen=True)
class Witness:
    """A confirmed rule, and where its positive showed its effect. ``beside``: lines that say something on the way to it."""

    rule: str
    native_type: str
    file: str
    function: str
    line: int
    fields: frozenset[str]
    dormant: frozenset[str]
    says: str
    beside: frozenset[tuple[str, int]] = frozenset()


def witnesses(
    entries: Iterable[Mapping[str, Any]], announced: Mapping[str, Sequence[str]] | None = None
) -> list[Witness]:
    """The confirmed rules of a validated corpus (its plain entries).

    ``announced``: by rule, the sites (``file:function:line``) of messages that only its positive shows.
    """
    found = []
    for entry in entries:
        if entry["verdict"] != "confirmed":
            continue
        rule = rule_from(entry["rule"])
        file, function, line = place_of(_site(entry))
        if rule.source is not None and rule.expected.effect == "dormant_silent":
            file, function = rule.source.file, rule.source.function
        fields, dormant = frozenset(fields_of(rule.predicate)), frozenset(rule.dormant_fields)
        says = rule.expected.effect
        places = [place_of(site) for site in (announced or {}).get(rule.id, ())]
        beside = frozenset((name, number) for name, _function, number in places)
        found.append(Witness(rule.id, rule.native_type, file, function, line, fields, dormant, says, beside))
    return found


def _site(entry: Mapping[str, Any]) -> str | None:
    """Where the positive showed its effect: here, or on a platform where the rule holds."""
    others = entry.get("platforms") or {}
    elsewhere = [others.get(name, {}) for name in entry.get("holds_on") or ()]
    shown = [entry["positive"], *(one["positive"] for one in elsewhere if one.get("positive"))]
    return next((one["site"] for one in shown if one.get("site")), None)


def place_of(site: str | None) -> tuple[str, str, int]:
    """File, function and line of a site as the evidence writes it; a place that is nowhere where there is none."""
    if site is None:
        return "", "", -1
    file, function, line = site.rsplit(":", 2)
    return file, function, int(line)


def grouped(findings: Iterable[Finding], builders: Collection[str] = ()) -> dict[Key, list[Finding]]:
    """Findings by site. ``builders``: native types whose build makes objects of others.

    A place in the class of another native type belongs to that type where its own construction leads there too.
    """
    by_site: dict[Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.site.kind == "implicit":
            continue  # no statement of the source has this effect
        by_site[finding.site.key].append(finding)
    own = {key[1:]: key[0] for key in by_site if key[0] not in builders}
    return {key: ways for key, ways in by_site.items() if key[0] not in builders or key[1:] not in own}


def cover(
    sites: Mapping[Key, Sequence[Finding]],
    confirmed: Sequence[Witness],
    surroundings: Surroundings,
    builders: Collection[str] = (),
) -> list[CoveredSite]:
    """Every site, once, with the rules that reach it; sorted by type, file and line."""
    by_type: dict[str, list[Witness]] = defaultdict(list)
    for witness in confirmed:
        by_type[witness.native_type].append(witness)
    shared = [witness for name in builders for witness in by_type[name]]
    covered = []
    for ways in sites.values():
        site = ways[0].site
        near = by_type[site.native_type] + ([] if site.native_type in builders else shared)
        rules = tuple(sorted({w.rule for w in near if _reaches(w, site)}))
        missing = [way.lacking or _missing(way.condition, surroundings) for way in ways]
        covered.append(
            CoveredSite(
                site=site,
                rules=rules,
                conditions=tuple(way.condition for way in ways),
                opaque=tuple(sorted({f"{part.text} ({part.why})" for way in ways for part in way.opaque})),
                unreachable=None if None in missing else "; ".join(sorted({reason for reason in missing if reason})),
                apart=_apart(site),
            )
        )
    return sorted(covered, key=lambda one: (one.site.native_type, one.site.file, one.site.line, one.site.field or ""))


def _apart(site: EffectSite) -> Apart | None:
    if site.kind == "log" and (site.level or "").lower() in _QUIET:
        return "quiet"
    if site.kind == "raise" and site.exception == "AssertionError":
        return "assertion"
    if site.again:
        return "passed on"
    return "conversion" if site.kind == "rewrite" and site.converts else None


def judged(
    covered: Iterable[CoveredSite], reasons: Mapping[Key, str], apart: Mapping[Apart, Collection[Key]]
) -> list[CoveredSite]:
    """With what was shown of sites that no rule covers: why they cannot be reached, and which stand apart."""
    made = []
    for one in covered:
        key = one.site.key
        why = next((name for name, keys in apart.items() if key in keys), None)
        if one.rules or one.apart is not None:
            made.append(one)
        elif why is not None:
            made.append(replace(one, apart=why))
        else:
            made.append(replace(one, unreachable=one.unreachable or reasons.get(key)))
    return made


def _reaches(witness: Witness, site: EffectSite) -> bool:
    """Whether a rule's effect was seen at a site, or the site spoke on the way to it."""
    if site.kind in {"warn", "log"} and (site.file, site.line) in witness.beside:
        return True
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
            lacking.append(f"needs {_lacking(part, surroundings)}: {part.name}")
    return "; ".join(sorted(set(lacking))) or None


def _lacking(part: Surrounding, surroundings: Surroundings) -> str:
    match part.domain:
        case "packages":
            return "another version of a package" if part.name in (surroundings.packages or {}) else "a package"
        case "env":
            return "an environment variable"
    return "another platform"


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
