"""The shapes of what ``mine``, ``coverage`` and ``discover`` print with ``--format json``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from llem_rules.corpus.compat import Lost
from llem_rules.rules.kinds import AddedBy, Model


class SiteCounts(Model):
    """Effect sites. ``sites`` is the sum of those apart, those out of reach and ``reachable``."""

    sites: int
    apart: dict[str, int] = Field(
        description="Sites that no rule could be about, by class: quiet, conversion, not of the config."
    )
    unreachable: dict[str, int] = Field(description="Sites that no config reaches in this environment, by reason.")
    told: int = Field(description="Of the unreachable ones, those of which a person said why (sites/).")
    reachable: int
    covered: int = Field(description="Reachable sites that a confirmed rule triggers.")
    share: float | None = Field(description="covered / reachable; null where nothing can be reached.")
    share_untold: float | None = Field(description="The same with the told ones among the reachable.")


class CoverageSummary(SiteCounts):
    """All native types together, and each."""

    engine: str
    version: str
    native_types: dict[str, SiteCounts]
    landmarks_missing: list[Lost]
    landmarks_absent: list[Lost] = Field(description="Native types that an older version does not have.")
    refuted: list[str] = Field(description="Sites that a person took for out of reach, and a case reached.")
    idle: list[str] = Field(description="Sites in sites/ that need no reason.")


class CoverageItem(Model):
    """One effect site of one native type."""

    native_type: str
    kind: Literal["raise", "warn", "log", "rewrite", "collect", "constraint"]
    file: str
    line: int
    function: str
    field: str | None
    message: str | None
    rules: list[str]
    conditions: list[dict[str, Any]] = Field(description="Ways to the site, as far as they could be said.")
    opaque: list[str] = Field(description="Parts of these that could not.")
    apart: Literal["quiet", "assertion", "passed on", "filling", "conversion", "not of the config"] | None
    reachable: bool
    why: str | None = Field(description="Why no rule covers it.")
    told: bool = Field(description="Whether a person said so (sites/).")


class CoverageReport(Model):
    """``coverage --format json``."""

    schema_version: Literal[1]
    command: Literal["coverage"]
    summary: CoverageSummary
    items: list[CoverageItem]


class MineSummary(Model):
    """What was mined. ``proposed``, ``merged`` and ``rejected`` add up to ``candidates``."""

    native_types: int
    sites: int
    candidates: int
    proposed: int
    merged: int
    rejected: int
    idle: int = Field(description="Candidates about values that no config holds; left out.")
    partial: int = Field(
        description="Sites that became no candidate: what the source says of them is not the whole condition."
    )
    probed: int = Field(description="Sites that guided probing looked for.")
    completed: int = Field(description="Those of which it inferred the condition.")
    probe_cases: int = Field(description="Cases that this took.")
    rules: int = Field(description="Rules in the proposed corpus.")
    cross_validated: int
    missing_types: list[str]
    version: str
    landmarks_missing: list[Lost]
    landmarks_absent: list[Lost] = Field(description="Native types that an older version does not have.")


class MineItem(Model):
    """How one candidate ended."""

    native_type: str
    name: str
    added_by: AddedBy
    outcome: Literal["proposed", "merged", "rejected"]
    reason: str
    rule: str | None = None
    site: str | None = None


class LeftSite(Model):
    """A finding that became no candidate."""

    site: str
    why: str


class MineReport(Model):
    """``mine --format json``."""

    schema_version: Literal[1]
    command: Literal["mine"]
    summary: MineSummary
    items: list[MineItem]
    left: list[LeftSite]


class DiscoverSummary(Model):
    """What was described."""

    native_types: int
    fields: int
    changed: bool


class DiscoverItem(Model):
    """One native type, as its ``$defs`` entry has it."""

    native_type: str
    type: Literal["object"]
    x_flavour: str = Field(alias="x-flavour", description="How the class declares its fields.")
    properties: dict[str, dict[str, Any]]
    required: list[str] = Field(default_factory=list)
    additionalProperties: bool  # noqa: N815 - JSON Schema's own word


class DiscoverReport(Model):
    """``discover --format json``."""

    schema_version: Literal[1]
    command: Literal["discover"]
    summary: DiscoverSummary
    items: list[DiscoverItem]


REPORTS = (
    ("coverage-report", "What llem-rules coverage --format json prints", CoverageReport),
    ("mine-report", "What llem-rules mine --format json prints", MineReport),
    ("discover-report", "What llem-rules discover --format json prints", DiscoverReport),
)
