"""Verdicts as the committed document: no durations, no clock, the same bytes for the same evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llem_rules.environments import Facts
from llem_rules.environments.gears import Checks
from llem_rules.replay.verdict import Verdict
from llem_rules.rules.evidence import Environment
from llem_rules.rules.kinds import to_document
from llem_rules.rules.observation import Observation

_LONGEST = 500
_CASES = ("positive", "negative")


def environment_of(package: str, facts: Facts, packages: Iterable[str]) -> Environment:
    """The header. ``packages``: distribution names whose versions matter for the evidence."""
    return Environment(
        library=package,
        library_version=facts.library_version,
        python=facts.python,
        system=facts.system,
        machine=facts.machine,
        device=facts.device,
        packages={name: facts.packages[name] for name in sorted(packages) if name in facts.packages},
        image=facts.image,
        driver=facts.confinement.get("driver") or None,
        accelerators=list(facts.confinement.get("accelerators", ())) or None,
        compute_capability=facts.compute_capability or None,
        cuda=facts.cuda or None,
    )


def isolation_of(checks: Checks | None) -> dict[str, Any]:
    """How cases were kept apart, and how often the two gears disagreed on a case that both of them saw."""
    if checks is None:
        return {"gear": "reference"}
    counts = {"gear": "fast", "checked": len(checks.checked), "disagreed": len(checks.disagreed)}
    return {**counts, **({"put_back": sorted(checks.back)} if checks.back else {})}


def validated_entry(verdict: Verdict, library_version: str, device: str = "cpu") -> dict[str, Any]:
    """One rule of the validated corpus, as plain values in their order. ``device``: where it was replayed."""
    entry: dict[str, Any] = {"id": verdict.rule.id, "verdict": verdict.outcome}
    if verdict.proof is not None:
        entry["proof"] = verdict.proof
    if verdict.outcome == "confirmed":
        entry["applies_to"] = [library_version]
    if verdict.others:
        entry["holds_on"] = verdict.holds_on(device)
    entry["rule"] = to_document(verdict.rule)
    seen = _seen(verdict)
    entry |= seen
    if verdict.why_unchecked is not None:
        entry["unchecked"] = verdict.why_unchecked
    if verdict.others:
        entry["platforms"] = {name: _elsewhere(one, seen) for name, one in sorted(verdict.others.items())}
    return entry


def _elsewhere(verdict: Verdict, seen_here: Mapping[str, Any]) -> dict[str, Any]:
    """What another platform showed, where it is not what was seen here."""
    entry: dict[str, Any] = {"verdict": verdict.here}
    if verdict.here == "unchecked":
        return {**entry, "unchecked": verdict.unchecked}
    seen = _seen(verdict)
    if seen == seen_here:
        return {**entry, "same": True}
    return {**entry, **({"proof": verdict.proof} if verdict.proof is not None else {}), **seen}


def _seen(verdict: Verdict) -> dict[str, Any]:
    counts = vars(verdict.table)
    seen: dict[str, Any] = {
        "positive": _case(verdict.positive_verdict, verdict.positive, verdict.positive_also),
        "negative": _case(verdict.negative_verdict, verdict.negative, verdict.negative_also),
        "table": {name: count for name, count in counts.items() if count or name.startswith("true")},
    }
    if verdict.divergences:
        seen["divergences"] = [
            {"kind": one.kind, "where": one.where, "kwargs": dict(one.kwargs), "detail": one.detail}
            for one in verdict.divergences
        ]
    return seen


def _case(verdict: str, seen: Observation, also: Mapping[str, str]) -> dict[str, Any]:
    return {**_observed(verdict, seen), **({"also_fires": dict(also)} if also else {})}


def _observed(verdict: str, seen: Observation) -> dict[str, Any]:
    entry: dict[str, Any] = {"verdict": verdict}
    if seen.unchecked:
        return {**entry, "unchecked": ": ".join(seen.unchecked)[:_LONGEST]}
    entry |= {"effect": seen.effect, "channel": seen.channel}
    if seen.refusals:
        first = seen.refusals[0]
        entry["exception"] = first.exceptions[0]
        if first.field is not None:
            entry["field"] = first.field
        entry["message"] = first.message[:_LONGEST]
    elif seen.loud:
        entry["message"] = seen.loud[0].text[:_LONGEST]
    if seen.site is not None:
        entry["site"] = site_text(seen.site)
    if seen.effective:
        entry["effective"] = dict(seen.effective)
    if seen.behaviour:
        entry["behaviour"] = dict(sorted(seen.behaviour.items()))
    return entry


def site_text(site: Any) -> str:
    """``file:function:line``."""
    return f"{site['file']}:{site['function']}:{site['line']}"


def cross_fire(engine: str, entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The cross-fire matrix: each rule's own cases on which other rules fire, and whether what was seen explains it.

    ``shown``: the other rule's effect is there too. ``masked``: an earlier refusal hid it. ``unexplained``: the other rule is
    too wide, and divergent. Cases on which no other rule fires are left out.
    """
    crossed: dict[str, dict[str, dict[str, str]]] = {}
    for name, entry in sorted(entries.items()):
        fired = {case: dict(entry[case]["also_fires"]) for case in _CASES if "also_fires" in entry[case]}
        if fired:
            crossed[name] = fired
    told = [how for fired in crossed.values() for others in fired.values() for how in others.values()]
    return {
        "schema_version": 1,
        "engine": engine,
        "cases": len(_CASES) * len(entries),
        "crossed": sum(len(fired) for fired in crossed.values()),
        **{how: told.count(how) for how in ("shown", "masked", "unexplained")},
        "also_fires": crossed,
    }
