"""Every native type's unfinished findings, put to the live library: what they became, and why the others became nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from llem_rules.environments import Library
from llem_rules.mining.dynamic.fields import fields_of_type
from llem_rules.mining.dynamic.probe import probe
from llem_rules.mining.dynamic.targets import quest_for
from llem_rules.mining.model import Candidate, Finding
from llem_rules.mining.solve import Ground

SiteKey = tuple[Any, ...]  # EffectSite.key


@dataclass(frozen=True)
class Completed:
    """``reached``: sites of which a condition was inferred. ``why``: of the other sites that were probed, why not."""

    candidates: tuple[Candidate, ...]
    reached: frozenset[SiteKey]
    why: Mapping[SiteKey, str]
    cases: int

    @property
    def counts(self) -> dict[str, int]:
        """Sites that were probed, those that were completed, and the cases that it took."""
        probed = self.reached | self.why.keys()
        return {"probed": len(probed), "completed": len(self.reached), "probe_cases": self.cases}


def complete(
    library: Library,
    findings: Iterable[Finding],
    grounds: Mapping[str, Ground],
    tell: Callable[[str, int, int], None],
    *,
    seed: int = 0,
) -> Completed:
    """Probe each type that has partial findings. The budget is a number of cases, so a slow machine finds the same."""
    by_type: dict[str, list[Finding]] = {}
    for one in findings:
        if not one.complete and one.lacking is None:
            by_type.setdefault(one.site.native_type, []).append(one)
    candidates: list[Candidate] = []
    reached: set[SiteKey] = set()
    why: dict[SiteKey, str] = {}
    cases = 0
    for number, (native_type, own) in enumerate(sorted(by_type.items())):
        tell(native_type, number, len(by_type))
        quest = quest_for(native_type, own, fields_of_type(library, native_type), grounds.get(native_type))
        if quest is None:
            why.update({one.site.key: "nothing says which fields matter" for one in own})
            continue
        found = probe(
            library,
            native_type,
            quest.fields,
            quest.hints,
            quest.sites,
            budget=quest.budget,
            seed=seed,
            reach=quest.reach,
        )
        cases += found.cases
        candidates += found.candidates
        reached.update(site.key for site in found.reached)
        for untold in found.untold:
            why.update({site.key: untold.why for site in untold.sites if site.key not in reached})
    return Completed(tuple(candidates), frozenset(reached), why, cases)
