"""Reasons that a person gave for sites out of reach, held against what was seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llem_rules.corpus.unreached import Unreached
from llem_rules.mining.coverage import CoveredSite, place_of

Reached = tuple[str, str, int]


@dataclass(frozen=True)
class Told:
    """``covered`` with the reasons; ``refuted``: entries whose site was reached; ``idle``: entries that no site needs."""

    covered: tuple[CoveredSite, ...]
    refuted: tuple[Unreached, ...]
    idle: tuple[str, ...]


def reached(entries: Iterable[Mapping[str, Any]]) -> set[Reached]:
    """Native type, file and line of every site that the cases of a validated corpus (its plain entries) reached."""
    found = set()
    for entry in entries:
        for case in (entry["positive"], entry["negative"]):
            file, _function, line = place_of(case.get("site"))
            if file:
                found.add((entry["rule"]["native_type"], file, line))
    return found


def with_told(covered: Iterable[CoveredSite], told: Sequence[Unreached], seen: Collection[Reached]) -> Told:
    """Give the sites that neither a rule nor a miner speaks of the reasons that a person gave."""
    needed: set[int] = set()
    refuted: set[int] = set()
    made = []
    for one in covered:
        site = one.site
        place = next(
            (
                number
                for number, entry in enumerate(told)
                if entry.is_at(site.native_type, site.file, site.function, site.message, site.field)
            ),
            None,
        )
        found = (site.native_type, site.file, site.line) in seen and site.kind != "rewrite"
        if place is not None and (one.rules or (found and told[place].needs != "no field")):
            refuted.add(place)
        elif place is not None and one.apart is None and one.unreachable is None:
            needed.add(place)
            if told[place].needs == "no field":
                made.append(replace(one, apart="not of the config"))
                continue
            one = replace(one, unreachable=told[place].reason, told=True)  # noqa: PLW2901 - the same site, and more of it
        made.append(one)
    idle = [entry.site for number, entry in enumerate(told) if number not in needed | refuted]
    return Told(tuple(made), tuple(told[number] for number in sorted(refuted)), tuple(sorted(idle)))
