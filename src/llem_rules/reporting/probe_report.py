"""Probes: for a person, and as the document that ``schemas/probe-report.schema.json`` describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from llem_rules.corpus.compat import Lost, ProbeResult
from llem_rules.engines import Producer
from llem_rules.rules.kinds import Model

if TYPE_CHECKING:
    from rich.console import Console


class ProbeSummary(Model):
    """All producers together. ``labels``: what continuous integration puts on the pull request."""

    engine: str
    version: str
    verdict: Literal["pass", "fail"]
    labels: tuple[str, ...] = ()
    evidence: str | None = Field(None, description="The file that holds the results, where they were written.")


class ProbeItem(ProbeResult):
    """One producer."""

    producer: Producer


class ProbeReport(Model):
    """``probe --format json``."""

    schema_version: Literal[1] = 1
    command: Literal["probe"] = "probe"
    summary: ProbeSummary
    items: tuple[ProbeItem, ...]


def report_of(
    engine: str, version: str, results: Mapping[Producer, ProbeResult], evidence: str | None = None
) -> ProbeReport:
    """The report of a version's probes."""
    failed = any(one.verdict == "fail" for one in results.values())
    summary = ProbeSummary(
        engine=engine,
        version=version,
        verdict="fail" if failed else "pass",
        labels=("probe-blocked",) if failed else (),
        evidence=evidence,
    )
    items = tuple(ProbeItem(**dict(result), producer=producer) for producer, result in results.items())
    return ProbeReport(summary=summary, items=items)


def document(report: ProbeReport) -> dict[str, Any]:
    """``--format json``."""
    return report.model_dump(mode="json")


def print_text(report: ProbeReport, console: Console) -> None:
    """One line a producer, then what is missing or absent, with the nearest candidates."""
    summary = report.summary
    console.print(f"probed       {summary.engine} {summary.version}")
    for one in report.items:
        colour = "green" if one.verdict == "pass" else "red"
        within = "outside" if "outside-pin" in one.reasons else "inside"
        console.print(
            f"[{colour}]{one.verdict}[/{colour}]         {one.producer:<11} {one.landmarks} landmarks, "
            f"{len(one.missing)} missing · fingerprint {one.fingerprint} · {within} the pin {one.pin}"
        )
    print_lost(_once(lost for one in report.items for lost in one.missing), "missing", console)
    print_lost(_once(lost for one in report.items for lost in one.absent), "absent", console)
    for line in _advice(report):
        console.print(line, markup=False)
    if summary.evidence is not None:
        console.print(f"results      {summary.evidence}", markup=False)


def print_lost(lost: Sequence[Lost], what: Literal["missing", "absent"], console: Console) -> None:
    """Landmarks that are not there: ``missing`` ones are wrong, ``absent`` ones an older version need not have."""
    colour, told = ("red", "") if what == "missing" else ("yellow", " (an older version)")
    for one in lost:
        console.print(f"[{colour}]{what:<12}[/{colour}] ", end="")
        console.print(f"{one.landmark}: {one.why}{told}", markup=False)
        if one.near:
            console.print(f"             nearest: {', '.join(one.near)}", markup=False)


def _once(lost: Any) -> list[Lost]:
    return list({one.landmark: one for one in lost}.values())


def _advice(report: ProbeReport) -> list[str]:
    engine = report.summary.engine
    if any(one.missing for one in report.items):
        return [f"next         name the landmarks as this version has them, in engines/{engine}.py; no pin mends that"]
    outside = [one.producer for one in report.items if "outside-pin" in one.reasons]
    if outside:
        at = f" --version {report.summary.version}"
        return [f"next         llem-rules approve-reuse {engine} {one}{at}" for one in outside]
    return []
