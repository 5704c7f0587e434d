"""From effect sites with their conditions to candidates: what kind of rule a site is, and what exactly it claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llem_rules.mining.dead import field_meant, says_bad_value, says_dead, usable_template
from llem_rules.mining.model import NO_VALUE, Candidate, EffectSite, Finding
from llem_rules.mining.naming import name_of
from llem_rules.mining.tidy import implies, tidied, without_refused
from llem_rules.rules.expressions import ExpressionError
from llem_rules.rules.kinds import REACHES
from llem_rules.rules.parse import PredicateError, parse_operand
from llem_rules.rules.plain import to_plain
from llem_rules.rules.predicates import AllOf, AnyOf, Field, Not, Predicate, Test, fields_of

_QUIET = ("info", "debug")
_NEW = {"$absent": True}


@dataclass(frozen=True)
class Place:
    """A site with the whole condition under which it is reached."""

    site: EffectSite
    condition: Predicate


@dataclass(frozen=True)
class Made:
    """Candidates, and the findings that become none, each with the reason."""

    candidates: tuple[Candidate, ...]
    left: tuple[tuple[Finding, str], ...]


def make_candidates(findings: Iterable[Finding]) -> Made:
    """Candidates from complete findings. Partial ones are left for guided probing, quiet messages are only reported."""
    left: list[tuple[Finding, str]] = []
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in sorted(findings, key=_order):
        if finding.lacking is not None:
            left.append((finding, finding.lacking))
        elif not finding.complete:
            parts = "; ".join(f"{part.text} ({part.why})" for part in finding.opaque)
            left.append((finding, f"partly opaque: {parts}"))
        elif _quiet(finding.site):
            left.append((finding, "said at info level only: that announces nothing"))
        else:
            groups.setdefault(_identity(finding.site), []).append(finding)
    places = _simplified([_together(several) for several in groups.values()])
    made = [_candidate(place, places) for place in places if not _told_elsewhere(place, places)]
    return Made(tuple(one for some in made for one in some), tuple(left))


def _order(finding: Finding) -> tuple[str, ...]:
    site = finding.site
    return (site.native_type, site.file, f"{site.line:08}", site.kind, repr(site), repr(finding.condition))


def _quiet(site: EffectSite) -> bool:
    return site.kind == "log" and (site.level or "").startswith(_QUIET)


def _identity(site: EffectSite) -> tuple[Any, ...]:
    return (*site.key, site.message, site.exception, repr(site.effective))


def _together(findings: Sequence[Finding]) -> Place:
    """Several paths to one site are alternatives."""
    conditions = list(dict.fromkeys(tidied(finding.condition) for finding in findings))
    kept = [
        one
        for at, one in enumerate(conditions)
        if not any(
            implies(one, two) and (to < at or not implies(two, one)) for to, two in enumerate(conditions) if to != at
        )
    ]
    site = min((finding.site for finding in findings), key=lambda one: REACHES.index(one.stage))
    return Place(site, kept[0] if len(kept) == 1 else tidied(AnyOf(tuple(kept))))


def _simplified(places: Sequence[Place]) -> list[Place]:
    """Without guards that only say that no earlier raise came first."""
    refusals: dict[str, list[Place]] = {}
    for place in places:
        if place.site.kind == "raise":
            refusals.setdefault(place.site.native_type, []).append(place)
    found = []
    for place in places:
        others = [one for one in refusals.get(place.site.native_type, ()) if one.site.key != place.site.key]
        stage = REACHES.index(place.site.stage)
        before = [one.condition for one in others if REACHES.index(one.site.stage) <= stage]
        found.append(replace(place, condition=without_refused(place.condition, before)))
    return found


def _told_elsewhere(place: Place, places: Sequence[Place]) -> bool:
    """Whether a message is told as part of the rewrite that it announces."""
    return place.site.kind in {"warn", "log"} and any(
        other.site.kind == "rewrite" and _announces(place, other) and implies(place.condition, other.condition)
        for other in places
    )


def _announces(message: Place, rewrite: Place) -> bool:
    """Whether the message is always said where the rewrite happens, in the same function."""
    one, two = message.site, rewrite.site
    same = (one.native_type, one.file, one.function) == (two.native_type, two.file, two.function)
    named = two.field is not None and (field_meant(one.message, (two.field,)) is not None or says_dead(one.message))
    return same and named and implies(rewrite.condition, message.condition)


def _candidate(place: Place, places: Sequence[Place]) -> list[Candidate]:
    site = place.site
    match site.kind:
        case "rewrite":
            loud = [one for one in places if one.site.kind in {"warn", "log"} and _announces(one, place)]
            return [_rewritten(place, loud[0].site if loud else None)] if site.field is not None else []
        case "warn" | "log" | "collect":
            field = _dead_field(place)
            return [_document(place, "warn")] if field is None else [_idle(place, field)]
    return [_document(place, "error")]


def _dead_field(place: Place) -> str | None:
    site = place.site
    if site.kind == "collect" and site.field is not None:
        return None if says_bad_value(site.message) else site.field
    if not says_dead(site.message):
        return None
    field = site.field or field_meant(site.message, fields_of(place.condition, references=False))
    # What is said of None is said of a field that was not given: nothing of it can be dead.
    return None if field is not None and implies(place.condition, Field(field, (Test("==", None),))) else field


def _idle(place: Place, field: str) -> Candidate:
    """A field that a message calls dead: it has to have been given."""
    given = Field(field, (Test("present", True),))
    return _document(replace(place, condition=tidied(AllOf((place.condition, given)))), "dormant_announced", [field])


def _rewritten(place: Place, loud: EffectSite | None) -> Candidate:
    """A field whose value is replaced: it was given, and was something else."""
    site, field = place.site, str(place.site.field)
    parts: list[Predicate] = [place.condition, Field(field, (Test("present", True),))]
    dormant: Mapping[str, Any] = {field: {}}
    if site.effective is not NO_VALUE:
        dormant = {field: {"effective": site.effective}}
        parts += _differs(field, site.effective)
    wider = replace(place, condition=tidied(AllOf(tuple(parts))))
    if loud is None:
        return _document(wider, "dormant_silent", dormant)
    told = replace(site, channel=loud.channel, message=loud.message, line=loud.line)
    return _document(replace(wider, site=told), "dormant_announced", dormant, (site, loud))


def _differs(field: str, effective: Any) -> list[Predicate]:
    if effective is None or effective == _NEW:
        return []
    if isinstance(effective, dict) and isinstance(name := effective.get("$dtype"), str):
        return [Field(field, (Test("not_in", tuple(parse_operand([effective, name, f"torch.{name}"]))),))]
    try:
        return [Field(field, (Test("!=", parse_operand(effective)),))]
    except (PredicateError, ExpressionError):
        return []


def _document(place: Place, effect: str, dormant: Any = None, sites: tuple[EffectSite, ...] | None = None) -> Candidate:
    site = place.site
    plain: dict[str, Any] = {"kind": "dormancy" if dormant else "invalidity", "native_type": site.native_type}
    given, required = (None, None) if dormant else _requirement(place.condition)
    if required is not None:
        plain |= {"kind": "invariant"} | ({"given": to_plain(given)} if given else {}) | {"require": to_plain(required)}
    else:
        plain["match"] = to_plain(place.condition)
    if dormant:
        plain["dormant"] = dormant
    channel = "none" if effect == "dormant_silent" else site.channel
    plain["expected"] = {"effect": effect, "channel": channel}
    if effect == "error":
        plain["expected"]["exception"] = site.exception or "Exception"
    if effect != "dormant_silent" and (message := usable_template(site.message)) is not None:
        plain["message_template"] = message
    plain |= {"reach": site.stage, "source": {"file": site.file, "function": site.function}}
    name = name_of(place.condition, dormant or ())
    return Candidate(site.native_type, name, plain, "static_miner", sites or (site,))


def _requirement(condition: Predicate) -> tuple[Predicate | None, Predicate | None]:
    """Guard and requirement, where the condition is a plain negated requirement."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    negated = [part for part in parts if isinstance(part, Not)]
    if len(negated) != 1 or not _plain_bounds(negated[0].part):
        return None, None
    rest = tuple(part for part in parts if part is not negated[0])
    return (rest[0] if len(rest) == 1 else AllOf(rest)) if rest else None, negated[0].part


def _plain_bounds(predicate: Predicate) -> bool:
    parts = predicate.parts if isinstance(predicate, AllOf) else (predicate,)
    return (
        bool(parts)
        and all(isinstance(part, Field) for part in parts)
        and len(fields_of(predicate, references=False)) == 1
    )
