"""Coverage of a live library: sites, the rules that trigger them, and what the library answers for the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llem_rules.engines import NativeType
from llem_rules.environments import Library
from llem_rules.mining.coverage import CoveredSite, cover, grouped, judged, witnesses
from llem_rules.mining.model import Finding
from llem_rules.mining.reach import Look, Reasons

_MORE = 6  # configs of each native type that are looked at, besides its base config


def cover_library(
    session: Library, findings: Sequence[Finding], entries: Sequence[Mapping[str, Any]]
) -> list[CoveredSite]:
    """Every site with its rules or with the reason. ``entries``: the plain entries of a validated corpus."""
    types = session.engine.native_types
    builders = {name for name, about in types.items() if about.build is not None}
    sites = grouped(findings, builders)
    covered = cover(sites, witnesses(entries), session.facts.surroundings, builders)
    uncovered = {one.site.key: sites[one.site.key] for one in covered if not one.rules and one.apart is None}
    reasons, foreign = Reasons(session, list(_looks(types, entries))).judge(uncovered)
    return judged(covered, reasons, foreign)


def _looks(types: Mapping[str, NativeType], entries: Sequence[Mapping[str, Any]]) -> Iterator[Look]:
    """Base configs, and some that are accepted with a remark: what is refused does not lead far."""
    yield from (Look(name, {}, about.before_use) for name, about in types.items())
    more: dict[str, int] = defaultdict(int)
    for entry in entries:
        rule = entry["rule"]
        name = rule["native_type"]
        if entry["verdict"] == "confirmed" and name in types and rule["expected"]["effect"] != "error":
            more[name] += 1
            if more[name] <= _MORE:
                yield Look(name, rule["kwargs_positive"], types[name].before_use)
