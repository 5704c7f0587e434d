"""``dedupe``: a study's members before it runs, and the groups that the engine made of them after it ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from llem_rules.rules.kinds import Model
from llem_rules.runtime.groups import EquivalenceGroups
from llem_rules.runtime.reducing import Judged, Reduced

if TYPE_CHECKING:
    from rich.console import Console

_MOST = 20


class DedupeSummary(Model):
    """The study in numbers. ``kept + invalid + duplicates = members``."""

    members: int
    kept: int
    invalid: int
    duplicates: int
    dormant: int = Field(description="Members with a field that does nothing, whether kept or not.")
    saved: float = Field(description="The share of runs that need not be made.")


class DedupeItem(Model):
    """One member."""

    number: int = Field(description="In the order in which the study would run, from 1.")
    entry: int = Field(description="The entry of the study that it comes from, from 1.")
    config: dict[str, dict[str, Any]]
    kept: bool
    same_as: int | None = Field(description="The member that stands for it.")
    refused_by: list[str]
    dormant: dict[str, str] = Field(description="native.Type.field to the rule by which it does nothing.")
    config_hash: str
    resolved_config_hash: str


class DedupeReport(Model):
    """``dedupe STUDY --format json``."""

    schema_version: Literal[1]
    command: Literal["dedupe"]
    summary: DedupeSummary
    items: list[DedupeItem]


def document(reduced: Reduced) -> dict[str, Any]:
    """The whole report."""
    return DedupeReport(
        schema_version=1, command="dedupe", summary=_summary(reduced), items=[_item(one) for one in reduced.members]
    ).model_dump()


def _summary(reduced: Reduced) -> DedupeSummary:
    return DedupeSummary(
        members=len(reduced.members),
        kept=len(reduced.kept),
        invalid=reduced.invalid,
        duplicates=reduced.duplicates,
        dormant=sum(bool(one.dormant) for one in reduced.members),
        saved=round(reduced.saved, 4),
    )


def _item(one: Judged) -> DedupeItem:
    return DedupeItem(
        number=one.member.number,
        entry=one.member.entry,
        config=one.member.sections,
        kept=one.kept,
        same_as=one.same_as,
        refused_by=sorted({finding.rule.id for _, finding in one.refusals}),
        dormant={f"{name}.{field}": finding.rule.id for name, finding in one.dormant for field in finding.fields},
        config_hash=one.declared,
        resolved_config_hash=one.resolved,
    )


def print_reduced(name: str, reduced: Reduced, console: Console) -> None:
    """For a person: the sum, then what is refused, what does nothing, and who stands for whom."""
    one = _summary(reduced)
    console.print(f"{name} · {one.members:,} configs\n", markup=False)
    console.print(f"keep         {one.kept:,}   ({one.saved:.0%} of the runs saved)", markup=False)
    console.print(f"invalid      {one.invalid:,}", markup=False)
    console.print(f"duplicates   {one.duplicates:,}", markup=False)
    console.print(f"dormant      {one.dormant:,}   with a field that does nothing", markup=False)
    _print_rules("refused by", [finding.rule.id for j in reduced.members for _, finding in j.refusals], console)
    dormant = [finding.rule.id for j in reduced.members for _, finding in j.dormant]
    _print_rules("does nothing by", dormant, console)
    _print_classes(reduced, console)


def _print_rules(title: str, ids: Sequence[str], console: Console) -> None:
    if ids:
        console.print(f"\n{title}", markup=False)
        counted = Counter(ids).most_common()
        for rule, count in counted[:_MOST]:
            console.print(f"  {count:>6,}  {rule}", markup=False)
        if len(counted) > _MOST:
            console.print(f"  and {len(counted) - _MOST} more rules", markup=False)


def _print_classes(reduced: Reduced, console: Console) -> None:
    classes: dict[int, list[int]] = {}
    for one in reduced.members:
        if one.same_as is not None:
            classes.setdefault(one.same_as, []).append(one.member.number)
    if classes:
        console.print("\nruns the same as", markup=False)
        for number, others in list(classes.items())[:_MOST]:
            listed = ", ".join(f"#{other}" for other in others[:8]) + (" …" if len(others) > 8 else "")
            console.print(f"  #{number}  {reduced.members[number - 1].member.sections}", markup=False)
            console.print(f"      {listed}", markup=False)
        if len(classes) > _MOST:
            console.print(f"  and {len(classes) - _MOST} more classes", markup=False)


def print_groups(groups: EquivalenceGroups, console: Console) -> None:
    """After a run: what the engine collapsed, and which of it nothing explains."""
    gaps = [one for one in groups.groups if one.gap_detected]
    console.print(
        f"{groups.engine} · {groups.configs:,} configs ran as {groups.classes:,} · {len(groups.groups)} groups, "
        f"{len(gaps)} of them a gap",
        markup=False,
    )
    for one in gaps:
        console.print("\n[yellow]gap[/yellow]  ", end="")
        console.print(
            f"{len(one.members)} configs differ in {', '.join(one.differing_fields) or 'their spelling'}", markup=False
        )
        console.print(f"  {one.proposed_invariant_id or 'the study cannot tell why'}", markup=False)
    if gaps:
        console.print("\nthe rules: llem-rules report-gaps --source equivalence-groups --study-dir …", markup=False)
