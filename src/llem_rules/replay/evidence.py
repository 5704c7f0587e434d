"""Verdicts as the committed document: no durations, no clock, the same bytes for the same evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from llem_rules.environments import Facts
from llem_rules.replay.verdict import Verdict
from llem_rules.rules.evidence import Environment
from llem_rules.rules.kinds import to_document
from llem_rules.rules.observation import Observation

_LONGEST = 500


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
    )


def validated_entry(verdict: Verdict, library_version: str) -> dict[str, Any]:
    """One rule of the validated corpus, as plain values in their order."""
    entry: dict[str, Any] = {"id": verdict.rule.id, "verdict": verdict.outcome}
    if verdict.proof is not None:
        entry["proof"] = verdict.proof
    if verdict.outcome == "confirmed":
        entry["applies_to"] = [library_version]
    entry["rule"] = to_document(verdict.rule)
    entry["positive"] = _case(verdict.positive_verdict, verdict.positive)
    entry["negative"] = _case(verdict.negative_verdict, verdict.negative)
    counts = asdict(verdict.table)
    entry["table"] = {name: count for name, count in counts.items() if count or name.startswith("true")}
    if verdict.divergences:
        entry["divergences"] = [
            {"kind": one.kind, "where": one.where, "kwargs": dict(one.kwargs), "detail": one.detail}
            for one in verdict.divergences
        ]
    if verdict.unchecked is not None:
        entry["unchecked"] = verdict.unchecked
    return entry


def _case(verdict: str, seen: Observation) -> dict[str, Any]:
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
