"""Sites that nothing given ever shows: what leads there is refused by a proved rule, or sets only what was not given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from llem_rules.mining.coverage import Key
from llem_rules.mining.model import EffectSite, Finding
from llem_rules.mining.presence import presences
from llem_rules.mining.tidy import implies
from llem_rules.rules.kinds import rule_from
from llem_rules.rules.predicates import AllOf, AnyOf, Field, Predicate, Test, fields_of

_MOST = 12  # refusals of one site that are held against its condition together


@dataclass(frozen=True)
class Refusal:
    """A confirmed rule that says error, and when."""

    rule: str
    predicate: Predicate


@dataclass(frozen=True)
class Shadows:
    """``reasons``: the sites whose every way is refused elsewhere, and by what; ``filling``: rewrites of nothing given."""

    reasons: dict[Key, str] = field(default_factory=dict)
    filling: set[Key] = field(default_factory=set)


def refusals(entries: Iterable[Mapping[str, Any]]) -> dict[str, list[Refusal]]:
    """The confirmed refusals of a validated corpus (its plain entries), by native type."""
    found: dict[str, list[Refusal]] = defaultdict(list)
    for entry in entries:
        if entry["verdict"] == "confirmed" and entry["rule"]["expected"]["effect"] == "error":
            rule = rule_from(entry["rule"])
            found[rule.native_type].append(Refusal(rule.id, rule.predicate))
    return found


def find_shadows(
    sites: Mapping[Key, Sequence[Finding]],
    known: Mapping[str, Sequence[Refusal]],
    defaults: Mapping[str, Mapping[str, Any]],
) -> Shadows:
    """Judge sites by the parts of their conditions that could be said: what those exclude, the whole condition excludes.

    ``defaults``: of the fields of each native type, decoded. A None that is the default counts as not given.
    """
    shadows = Shadows()
    for key, found in sites.items():
        site = found[0].site
        own = defaults.get(site.native_type, {})
        fills = site.kind == "rewrite" and own.get(site.field or "", 0) is None
        ways = [_given(one.condition, site) if fills else one.condition for one in found]
        told = [_refused(way, known.get(site.native_type, ()), own) for way in dict.fromkeys(ways)]
        if None in told:
            continue
        names = sorted({name for names in told if names for name in names})
        if fills:
            shadows.filling.add(key)
        elif names:
            shadows.reasons[key] = f"never: refused by {', '.join(names)}"
    return shadows


def _given(condition: Predicate, site: EffectSite) -> Predicate:
    assert site.field is not None
    return AllOf((condition, Field(site.field, (Test("!=", None),))))


def _refused(condition: Predicate, about: Sequence[Refusal], defaults: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The rules that refuse whatever satisfies the condition, as few as were found; empty where nothing can; else None."""
    if implies(condition, AnyOf(())):
        return ()
    near = list(_near(condition, about))[:_MOST]
    condition = AllOf((condition, *presences([one.predicate for one in near], defaults)))
    alone = next((one for one in near if implies(condition, one.predicate)), None)
    if alone is not None:
        return (alone.rule,)
    if not near or not implies(condition, AnyOf(tuple(one.predicate for one in near))):
        return None
    for one in list(near):
        fewer = [other for other in near if other is not one]
        if implies(condition, AnyOf(tuple(other.predicate for other in fewer))):
            near = fewer
    return tuple(one.rule for one in near)


def _near(condition: Predicate, about: Sequence[Refusal]) -> Iterator[Refusal]:
    """Those that speak of its fields, the ones that speak of fewest others first."""
    fields = set(fields_of(condition))
    strange = {one.rule: len(set(fields_of(one.predicate)) - fields) for one in about}
    shared = [one for one in about if fields & set(fields_of(one.predicate)) and strange[one.rule] <= 1]
    yield from sorted(shared, key=lambda one: (strange[one.rule], one.rule))


__all__ = ["Refusal", "Shadows", "find_shadows", "refusals"]
