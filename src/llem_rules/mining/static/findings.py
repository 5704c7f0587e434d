"""From recorded sites to findings: collected issues joined with their announcement, conditions settled, doubles dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from llem_rules.mining.model import EffectSite, Finding, Step
from llem_rules.mining.static.formulas import TRUE, Both, Either, Formula, Gathered, both
from llem_rules.mining.static.settle import opened, settle
from llem_rules.mining.static.world import Issue, Raw, World
from llem_rules.rules.kinds import REACHES

_LOUDNESS = {"critical": 4, "error": 3, "warning": 2, "info": 1, "debug": 0}


def findings_of(world: World) -> Iterator[Finding]:
    """All findings, each once."""
    seen: set[tuple[object, ...]] = set()
    settled: dict[tuple[object, ...], int] = {}
    raws = [*world.raws, *(one for raw in _announcements(world) for one in raw)]
    ways: dict[tuple[object, ...], dict[tuple[Step, ...], None]] = {}
    for raw in raws:
        ways.setdefault(raw.site.key, {})[raw.way] = None
    for raw in raws:
        if raw.site.kind == "rewrite" and (raw.site.field or "").startswith("_"):
            continue  # no public field
        found = settle(raw.formula, world.held)
        if found is None:
            continue
        site, (condition, opaque) = raw.site, found
        place = (site.file, site.line, site.kind, site.field, site.message)
        stage = REACHES.index(site.stage)
        if settled.get(place, stage) < stage or (*place, site.stage, condition, opaque) in seen:
            continue
        seen.add((*place, site.stage, condition, opaque))
        if not opaque:
            settled.setdefault(place, stage)
        path = tuple(mark.split(":")[1] for mark in raw.trail)
        yield Finding(site, condition, opaque, path, tuple(ways[site.key]))


def _announcements(world: World) -> Iterator[list[Raw]]:
    """For each collection of issues, its entries as they are announced."""
    for number, issues in world.issues.items():
        announcing = [raw for raw in world.raws if _tells(raw.formula, number)]
        announcing.sort(key=lambda raw: (raw.site.kind != "raise", -_LOUDNESS.get(raw.site.level or "", 2)))
        for issue in issues:
            if issue.key is None and issue.message is None:
                continue  # neither a field nor a text: a mapping that is only filled
            made = [_joined(world, issue, raw, number) for raw in announcing]
            possible = [raw for raw in made if settle(raw.formula, world.held) is not None]
            yield possible[:1]


def _joined(world: World, issue: Issue, raw: Raw, number: int) -> Raw:
    told = opened(raw.formula, lambda other: TRUE if other == number else world.held(other))
    site: EffectSite = replace(
        raw.site,
        file=issue.file,
        line=issue.line,
        function=issue.function,
        kind="collect",
        field=issue.key,
        message=issue.message,
    )
    return Raw(site, both(issue.formula, told), issue.trail, issue.way)


def _tells(formula: Formula, number: int) -> bool:
    match formula:
        case Gathered(collection=own, wanted=wanted):
            return own == number and wanted
        case Both(parts=parts) | Either(parts=parts):
            return any(_tells(part, number) for part in parts)
    return False
