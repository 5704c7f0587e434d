"""From the findings that the static miner could not finish to what probing is asked: sites, fields, starts, a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llem_rules.mining.dynamic.hints import Hints, hints_from
from llem_rules.mining.model import EffectSite, Finding
from llem_rules.mining.solve import Ground, Unsolved, solve
from llem_rules.rules.kinds import REACHES, Reach
from llem_rules.rules.predicates import fields_of

_FEW = 12  # a type with so few fields has all of them tried: what is opaque may read any
_STARTS = 2  # solved conditions for one site
_FIRST, _EACH = 600, 500  # cases for a type, and for each of its sites
_MOST = {"construct": 3000, "validate": 3000, "build": 1000, "generate": 500}  # later stages cost more


@dataclass(frozen=True)
class Quest:
    """What is asked of one native type. ``fields``: those worth changing, with decoded defaults."""

    native_type: str
    sites: tuple[EffectSite, ...]
    fields: Mapping[str, Any]
    hints: Hints
    reach: Reach
    budget: int


def quest_for(
    native_type: str, findings: Iterable[Finding], fields: Mapping[str, Any], ground: Ground | None = None
) -> Quest | None:
    """The quest for the partial ones among a type's findings; None where there are none, or no field is known to matter."""
    partial = [one for one in findings if not one.complete and one.lacking is None and not _quiet(one.site)]
    if not partial:
        return None
    sites = tuple({one.site.key: one.site for one in partial}.values())
    about = ground or Ground(defaults=fields)
    usual = {name: values for name, values in about.usual.items() if name in fields}
    hints = replace(hints_from(partial, fields, _starts(partial, about)), usual=usual)
    names = {name for near in hints.near.values() for name in near} | {n for start in hints.starts for n in start}
    if len(fields) <= _FEW:
        names |= fields.keys()
    if not names:
        return None
    reach = max((site.stage for site in sites), key=REACHES.index)
    known = {name: value for name, value in fields.items() if name in names}
    return Quest(native_type, sites, known, hints, reach, min(_FIRST + _EACH * len(sites), _MOST[reach]))


def _quiet(site: EffectSite) -> bool:
    return site.kind == "log" and (site.level or "").startswith(("info", "debug"))


def _starts(findings: Sequence[Finding], ground: Ground) -> list[dict[str, Any]]:
    """Kwargs that fulfil what could be said of a condition, the plainest conditions first."""
    found: dict[str, dict[str, Any]] = {}
    tried: dict[tuple[Any, ...], int] = {}
    asked = set()
    for one in sorted(findings, key=lambda finding: (len(fields_of(finding.condition)), repr(finding.condition))):
        if tried.get(one.site.key, 0) >= _STARTS or one.condition in asked or not fields_of(one.condition):
            continue
        asked.add(one.condition)
        tried[one.site.key] = tried.get(one.site.key, 0) + 1
        pair = solve(one.condition, ground)
        if not isinstance(pair, Unsolved):
            found.setdefault(repr(pair.positive), pair.positive)
    return list(found.values())
