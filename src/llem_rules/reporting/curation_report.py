"""Curation: for a person, and as the document that ``schemas/curation-report.schema.json`` describes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from llem_rules.curation import Standing
from llem_rules.rules.kinds import Model

if TYPE_CHECKING:
    from rich.console import Console

_KINDS = ("same", "narrower", "wider", "unknown", "missing", "stale")
_WORDS = {
    "same": "exposed as it is",
    "narrower": "exposed, narrowed",
    "wider": "takes more than the library",
    "unknown": "exposed; the library does not say what it takes",
    "missing": "not exposed",
    "stale": "exposed, and no longer there",
}


class CurationSummary(Model):
    """Fields of the curated native types by where they stand."""

    engine: str
    library_version: str
    curated: str
    exposed: int
    counts: dict[str, int]


class CurationReport(Model):
    """``curation --format json``."""

    schema_version: Literal[1] = 1
    command: Literal["curation"] = "curation"
    summary: CurationSummary
    items: tuple[Standing, ...]


def report_of(engine: str, version: str, curated: str, found: Sequence[Standing]) -> CurationReport:
    """The report of a comparison."""
    counts = Counter(one.kind for one in found)
    summary = CurationSummary(
        engine=engine,
        library_version=version,
        curated=curated,
        exposed=len(found) - counts["missing"],
        counts={kind: counts[kind] for kind in _KINDS},  # type: ignore[index]
    )
    return CurationReport(summary=summary, items=tuple(found))


def print_text(report: CurationReport, console: Console) -> None:
    """Counts, then what is wrong, then what is not exposed."""
    summary = report.summary
    console.print(f"{summary.engine} {summary.library_version} · {summary.curated}", markup=False)
    for kind, count in summary.counts.items():
        if count:
            console.print(f"  {count:>4}  {_WORDS[kind]}", markup=False)
    for one in report.items:
        if one.wrong:
            beyond = f": {', '.join(str(part) for part in one.beyond)}" if one.beyond else ""
            console.print(f"[red]{one.kind:<10}[/red] ", end="")
            console.print(f"{one.model}.{one.field} ({one.native_type}){beyond}", markup=False)
    missing: dict[str, list[str]] = {}
    for one in report.items:
        if one.kind == "missing":
            missing.setdefault(one.native_type, []).append(one.field)
    for native_type, fields in missing.items():
        console.print(f"missing    {native_type}: {', '.join(fields)}", markup=False)
