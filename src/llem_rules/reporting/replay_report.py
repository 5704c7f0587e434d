"""What a replay reports, as plain values: one shape for text, JSON, JUnit and annotations."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.corpus.documents import LocatedRule
from llem_rules.environments.gears import Checks
from llem_rules.replay.evidence import isolation_of
from llem_rules.replay.verdict import Divergence, Verdict


@dataclass(frozen=True)
class EngineReport:
    """One engine's replay. ``stopped``: why nothing could be checked, where that is so. ``remembered``: cases

    whose observation was in the cache of the same environment. ``checks``: the fast gear's account; None in the reference gear.
    """

    engine: str
    environment: str
    verdicts: Sequence[Verdict]
    places: Mapping[str, LocatedRule]
    cases: int
    seconds: float
    evidence: str | None
    changed: int
    stopped: str | None = None
    total: int = 0
    remembered: int = 0
    checks: Checks | None = None

    def counts(self) -> dict[str, int]:
        """``total, confirmed, divergent, unchecked``: they always add up to the rules that were asked for."""
        if self.stopped is not None:
            return {"total": self.total, "confirmed": 0, "divergent": 0, "unchecked": self.total}
        counted = dict.fromkeys(("confirmed", "divergent", "unchecked"), 0)
        for verdict in self.verdicts:
            counted[verdict.outcome] += 1
        return {"total": len(self.verdicts), **counted}


def summed(reports: Sequence[EngineReport]) -> dict[str, int]:
    """The counts over all engines."""
    counts = [report.counts() for report in reports]
    return {name: sum(one[name] for one in counts) for name in ("total", "confirmed", "divergent", "unchecked")}


def place_of(verdict: Verdict, report: EngineReport) -> str | None:
    """``file:line:column`` of a rule that a person wrote."""
    located = report.places.get(verdict.rule.id)
    return None if located is None else located.place()


def try_command(report: EngineReport, verdict: Verdict, divergence: Divergence) -> str:
    """The command that shows a person the same thing."""
    reach = "" if verdict.rule.reach == "construct" else f" --reach {verdict.rule.reach}"
    kwargs = shlex.quote(json.dumps(dict(divergence.kwargs)))
    return f"llem-rules try {report.engine} --type {verdict.rule.native_type}{reach} --kwargs {kwargs}"


def item(verdict: Verdict, report: EngineReport) -> dict[str, Any]:
    """One rule for machines."""
    return {
        "engine": report.engine,
        "id": verdict.rule.id,
        "verdict": verdict.outcome,
        "positive": verdict.positive_verdict,
        "negative": verdict.negative_verdict,
        "proof": verdict.proof,
        "unchecked": verdict.why_unchecked,
        "table": vars(verdict.table),
        "place": place_of(verdict, report),
        "divergences": [
            {"kind": one.kind, "where": one.where, "kwargs": dict(one.kwargs), "detail": one.detail,
             "try": try_command(report, verdict, one)}
            for one in verdict.divergences
        ],
    }  # fmt: skip


def document(reports: Sequence[EngineReport]) -> dict[str, Any]:
    """``--format json``."""
    return {
        "schema_version": 1,
        "command": "replay",
        "summary": {
            **summed(reports),
            "engines": {
                report.engine: {
                    **report.counts(),
                    "cases": report.cases,
                    "remembered": report.remembered,
                    "environment": report.environment,
                    "evidence": report.evidence,
                    "stopped": report.stopped,
                    "isolation": isolation_of(report.checks),
                }
                for report in reports
            },
        },
        "items": [item(verdict, report) for report in reports for verdict in report.verdicts],
    }
