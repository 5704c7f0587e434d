"""``report-gaps``: what it prints as JSON, and for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from llem_rules.rules.kinds import Model
from llem_rules.runtime.finding import EngineGaps
from llem_rules.runtime.gaps import Source, Untold
from llem_rules.runtime.proposals import Proposal
from llem_rules.runtime.records import Reading

if TYPE_CHECKING:
    from rich.console import Console


class TornLine(Model):
    """A line that is no record; it was set aside."""

    file: str
    line: int
    bytes: int
    why: str


class GapsSummary(Model):
    """How much was read, and what came of it."""

    source: Source
    files: int
    lines: int
    configs: int = Field(description="Distinct configs.")
    replaced: int = Field(description="Records that a later one of the same run and cycle repeats.")
    died: dict[str, int] = Field(description="Workers that died, by signal or exit code.")
    torn: list[TornLine]
    explained: int = Field(description="Effects that the corpus explains wherever they showed.")
    told: int
    untold: int
    confirmed: int | None = Field(description="Proposals that replay confirmed; null where it was not asked.")


class GapItem(Model):
    """One effect that no rule explains."""

    engine: str
    native_type: str
    effect: str = Field(description="What showed, and where.")
    message: str | None = Field(description="One of the messages.")
    rule: dict[str, Any] | None = Field(
        description="The proposed rule; null where the study cannot tell the condition."
    )
    reason: str | None = Field(description="Why it cannot be told.")
    support: int = Field(description="Configs that showed it (and fulfil the condition).")
    counter_examples: int
    missed: int = Field(description="Configs that showed it without fulfilling the condition.")
    confidence: float | None
    questions: list[str] = Field(description="What is left for a person to decide.")
    confirmed: bool | None
    why: str | None = Field(description="What replay said.")


class GapsReport(Model):
    """``report-gaps --format json``."""

    schema_version: Literal[1]
    command: Literal["report-gaps"]
    summary: GapsSummary
    items: list[GapItem]


def document(found: Sequence[EngineGaps], reading: Reading, source: Source) -> dict[str, Any]:
    """The whole report."""
    told = [(one, proposal) for one in found for proposal in one.proposals]
    untold = [(one, gaps.native_type, left) for one in found for gaps in one.gaps for left in gaps.untold]
    died: dict[str, int] = {}
    for one in found:
        for how, count in one.runs.died.items():
            died[how] = died.get(how, 0) + count
    asked = [proposal.confirmed for _, proposal in told if proposal.confirmed is not None]
    summary = GapsSummary(
        source=source,
        files=len(reading.files),
        lines=reading.lines,
        configs=sum(len(one.runs.by_text) for one in found),
        replaced=sum(one.runs.replaced for one in found),
        died=dict(sorted(died.items())),
        torn=[TornLine(file=one.file, line=one.line, bytes=one.size, why=one.why) for one in reading.torn],
        explained=sum(one.explained for one in found),
        told=len(told),
        untold=len(untold),
        confirmed=sum(asked) if asked else None,
    )
    items = [_told(one.runs.engine, proposal) for one, proposal in told]
    items += [_untold(one.runs.engine, name, left) for one, name, left in untold]
    return GapsReport(schema_version=1, command="report-gaps", summary=summary, items=items).model_dump()


def _told(engine: str, proposal: Proposal) -> GapItem:
    told = proposal.told
    return GapItem(
        engine=engine,
        native_type=str(proposal.document["native_type"]),
        effect=told.aim.words,
        message=told.hits[0].shown.get(told.aim.signature) if told.aim.signature else None,
        rule=proposal.document,
        reason=None,
        support=told.support,
        counter_examples=len(told.counter),
        missed=len(told.missed),
        confidence=round(told.confidence, 3),
        questions=list(proposal.questions),
        confirmed=proposal.confirmed,
        why=proposal.why or None,
    )


def _untold(engine: str, native_type: str, left: Untold) -> GapItem:
    return GapItem(
        engine=engine,
        native_type=native_type,
        effect=left.aim.words,
        message=left.hits[0].shown.get(left.aim.signature) if left.aim.signature else None,
        rule=None,
        reason=left.reason,
        support=len(left.hits),
        counter_examples=0,
        missed=0,
        confidence=None,
        questions=[],
        confirmed=None,
        why=None,
    )


def print_summary(found: Sequence[EngineGaps], reading: Reading, console: Console) -> None:
    """What was read, what the study cannot tell, and what was set aside; not the rules themselves."""
    for one in found:
        runs = one.runs
        version = f" {', '.join(sorted(runs.versions))}" if runs.versions else ""
        console.print(
            f"{runs.engine}{version} · {runs.lines:,} records of {len(runs.by_text):,} configs · "
            f"{len(runs.studies)} stud{'y' if len(runs.studies) == 1 else 'ies'}",
            markup=False,
        )
        if runs.died:
            died = ", ".join(f"{count} by {how}" for how, count in sorted(runs.died.items()))
            console.print(f"died         {died}", markup=False)
        console.print(f"explained    {one.explained} effects, by the corpus of {one.corpus.version}", markup=False)
        if runs.versions and runs.versions != {one.corpus.version}:
            console.print("             the runs are of another version than the corpus", markup=False)
        for name in one.unknown:
            console.print(f"unknown      {name}: the corpus has no such native type", markup=False)
        console.print(
            f"gaps         {len(one.proposals)} told, {sum(len(g.untold) for g in one.gaps)} cannot be told",
            markup=False,
        )
        for gaps in one.gaps:
            for left in gaps.untold:
                console.print("\n[yellow]cannot tell[/yellow]  ", end="")
                console.print(f"{gaps.native_type}: {left.aim.words}", markup=False)
                console.print(
                    f"  {left.reason}  ·  {len(left.hits)} configs, such as {dict(left.hits[0].point)}", markup=False
                )
    for torn in reading.torn:
        console.print(f"set aside    {torn.file}:{torn.line}: {torn.size:,} bytes, {torn.why}", markup=False)
