"""Coverage of a live library: sites, the rules that trigger them, and what the library answers for the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from llem_rules.engines import NativeType
from llem_rules.environments import Library
from llem_rules.mining.coverage import CoveredSite, cover, grouped, judged, place_of, witnesses
from llem_rules.mining.model import Finding
from llem_rules.mining.reach import Look, Reasons
from llem_rules.mining.shadow import find_shadows, refusals

_MORE = 6  # configs of each native type (and of each function that refuses them) that are looked at, besides its base config


def cover_library(
    session: Library,
    findings: Sequence[Finding],
    entries: Sequence[Mapping[str, Any]],
    defaults: Mapping[str, Mapping[str, Any]],
    announced: Mapping[str, Sequence[str]],
) -> list[CoveredSite]:
    """Every site with its rules or with the reason.

    ``entries``: the plain entries of a validated corpus; ``defaults``: of the fields of each native type, decoded;
    ``announced``: by rule, the sites of messages that only its positive shows.
    """
    types = session.engine.native_types
    builders = {name for name, about in types.items() if about.build is not None}
    sites = grouped(findings, builders)
    covered = cover(sites, witnesses(entries, announced), session.facts.surroundings, builders)
    uncovered = {one.site.key: sites[one.site.key] for one in covered if not one.rules and one.apart is None}
    shadows = find_shadows(uncovered, refusals(entries), defaults)
    near = {step.function for found in uncovered.values() for one in found for way in one.ways for step in way}
    reasons, foreign = Reasons(session, list(_looks(types, entries, near))).judge(uncovered)
    return judged(covered, shadows.reasons | reasons, {"not of the config": foreign, "filling": shadows.filling})


def _looks(
    types: Mapping[str, NativeType], entries: Sequence[Mapping[str, Any]], near: Collection[str]
) -> Iterator[Look]:
    """Base configs, some that are accepted with a remark, and both of some pairs refused in a function ``near`` the sites.

    What is refused elsewhere does not lead far.
    """
    yield from (Look(name, {}, about.before_use) for name, about in types.items())
    more: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        rule = entry["rule"]
        name = rule["native_type"]
        refused = rule["expected"]["effect"] == "error"
        place = place_of(entry["positive"].get("site"))[1] if refused else ""
        if entry["verdict"] != "confirmed" or name not in types or (refused and place not in near):
            continue
        more[name, place] += 1
        if more[name, place] <= _MORE:
            yield Look(name, rule["kwargs_positive"], types[name].before_use)
            if refused:
                yield Look(name, rule["kwargs_negative"], types[name].before_use)
