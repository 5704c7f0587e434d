"""The shapes of what ``diff``, ``graph`` and ``impact`` print with ``--format json``, of approvals and of a step's artefact."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from llem_rules.graph.step import Step
from llem_rules.rules.kinds import Model

_Severity = Literal["safe", "notable", "breaking"]
_Concern = Literal["invariants", "schemas"]


class DiffSide(Model):
    """One side of a comparison."""

    name: str
    library_version: str | None
    rules: int | None = Field(description="Null where the side holds no rules.")


class DiffSummary(Model):
    """All changes together. ``breaking`` counts those that nobody approved of."""

    engine: str
    base: DiffSide
    head: DiffSide
    concerns: list[_Concern]
    first_version: list[_Concern] = Field(description="Of these the base has nothing, so nothing was compared.")
    changes: int
    breaking: int
    library_changed: int | None = Field(
        description="Changes that both versions showed; null where they were not asked."
    )
    approved: int
    by_severity: dict[_Severity, int] = Field(description="Changes by the worse of their verdicts.")
    unchecked: int = Field(description="Rules of the head about which replay could say nothing.")
    divergent: int = Field(description="Rules of the head that the library contradicts.")
    labels: list[str]
    notes: list[str]


class DiffVerdicts(Model):
    """For config authors, and for coverage."""

    authors: _Severity
    coverage: _Severity


class DiffApproval(Model):
    """Who accepted a change, and why."""

    author: str
    reason: str
    expires: str | None


class DiffTried(Model):
    """What both versions of the library did with configs of a change (``--try``)."""

    library_changed: bool = Field(description="Whether some config shows the change; else only what is known changed.")
    came: dict[str, Any] | None = Field(
        description="A config that shows it: it worked, and fares worse or otherwise now."
    )
    went: dict[str, Any] | None = Field(description="A config that fared worse, and works now.")
    missed: dict[str, Any] | None = Field(
        description="A config of which a rule no longer speaks, though the library has not stopped, and no other rule says so."
    )
    asked: int = Field(description="How many configs were put to both versions.")


class DiffItem(Model):
    """One change."""

    kind: str
    concern: _Concern
    native_type: str
    subject: str
    fields: list[str]
    facet: str = Field(description="The row of the severity table.")
    verdicts: DiffVerdicts
    explanation: str
    basis: Literal["read", "proved", "sampled"]
    before: Any
    after: Any
    witnesses: dict[Literal["only_old", "only_new"], dict[str, Any]]
    tried: DiffTried | None = Field(
        description="Null where the versions were not asked, or nothing is claimed of them."
    )
    reaches: list[list[str]] | None = Field(description="Ways to what uses it; null where nothing is known of use.")
    fingerprint: str
    approved: DiffApproval | None
    place: str


class DiffReport(Model):
    """``diff --format json``."""

    schema_version: Literal[1]
    command: Literal["diff"]
    summary: DiffSummary
    items: list[DiffItem]


class GraphNode(Model):
    """One node."""

    kind: Literal["type", "field", "rule", "parameter", "config"]
    name: str
    effect: str | None = Field(None, description="Of a rule.")
    reach: str | None = Field(None, description="Of a rule.")


class GraphEnd(Model):
    """One end of an edge."""

    kind: str
    name: str


class GraphEdge(Model):
    """One edge."""

    from_: GraphEnd = Field(alias="from")
    to: GraphEnd
    edge: Literal["declares", "reads", "silences", "sets", "exposes", "narrows"]


class GraphSummary(Model):
    """Nodes and edges by kind."""

    engine: str
    nodes: dict[str, int]
    edges: dict[str, int]


class GraphDormancy(Model):
    """One dormancy that fires on a config. ``moot_by``: an earlier one that took away what it asks for."""

    rule: str
    fields: list[str]
    moot_by: str | None


class GraphConfig(Model):
    """What the dormancies do to one config, in the order in which they apply."""

    config: str
    native_type: str
    dormancies: list[GraphDormancy]
    circle: list[str] = Field(description="Dormancies that have no order; then none is listed.")


class GraphReport(Model):
    """``graph --format json``."""

    schema_version: Literal[1]
    command: Literal["graph"]
    summary: GraphSummary
    items: list[GraphNode]
    edges: list[GraphEdge]
    moot: dict[str, list[str]] = Field(description="For a dormancy the rules of which nothing comes where it fires.")
    configs: list[GraphConfig]


class ImpactReport(Model):
    """``impact --format json``: of one rule or field, or with ``--base`` of every engine's changes."""

    schema_version: Literal[1]
    command: Literal["impact"]
    summary: dict[str, Any]
    items: list[dict[str, Any]]


class DigestSummary(Model):
    """Which pages there are, and how many are new."""

    engine: str
    base: str | None = Field(description="What was compared with; null where there is no earlier version.")
    pages: int
    changed: int


class DigestPage(Model):
    """One page under docs/generated/."""

    page: str
    changed: bool


class DigestReport(Model):
    """``digest --format json``."""

    schema_version: Literal[1]
    command: Literal["digest"]
    summary: DigestSummary
    items: list[DigestPage]


REPORTS = (
    ("digest-report", "What llem-rules digest --format json prints", DigestReport),
    ("diff-report", "What llem-rules diff --format json prints", DiffReport),
    ("graph-report", "What llem-rules graph --format json prints", GraphReport),
    ("impact-report", "What llem-rules impact --format json prints", ImpactReport),
    ("engine-step-diff", "What one step of a pull request found", Step),
)
