"""The shapes of every ``--format json`` document and of the machine doors, published as JSON Schemas."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from llem_rules.corpus.matrix import Matrix
from llem_rules.corpus.schemas import add_schema
from llem_rules.curation import Decisions
from llem_rules.graph.approvals import ADAPTER as APPROVALS
from llem_rules.replay.sharding import Shard
from llem_rules.reporting.approve_report import ApproveReport
from llem_rules.reporting.ci_report import CiReport
from llem_rules.reporting.compat_report import CompatReport
from llem_rules.reporting.curation_report import CurationReport
from llem_rules.reporting.dedupe_report import DedupeReport
from llem_rules.reporting.explain_report import ExplainReport
from llem_rules.reporting.gaps_report import GapsReport
from llem_rules.reporting.graph_documents import REPORTS as GRAPH_REPORTS
from llem_rules.reporting.mining_documents import REPORTS
from llem_rules.reporting.mutation_documents import REPORTS as MUTATION_REPORTS
from llem_rules.reporting.page.summary import PageReport
from llem_rules.reporting.probe_report import ProbeReport
from llem_rules.reporting.verify_documents import REPORTS as VERIFY_REPORTS
from llem_rules.reporting.version_report import VersionReport
from llem_rules.rules.evidence import CrossFire, Isolation, Outcome, ProposedCorpus, TableEvidence, ValidatedCorpus
from llem_rules.rules.kinds import Channel, Effect, Model
from llem_rules.rules.observation import Behaviour
from llem_rules.runtime.groups import EquivalenceGroups
from llem_rules.runtime.records import RuntimeObservation


class Counts(Model):
    """Rules by how they ended. They add up to ``total``."""

    total: int
    confirmed: int
    divergent: int
    unchecked: int


class EngineCounts(Counts):
    """One engine's counts, with where they were taken."""

    cases: int = Field(description="Cases that were put to the library.")
    remembered: int = Field(description="Of these, how many were in the cache of the same environment.")
    environment: str
    evidence: str | None = Field(description="The file that holds the evidence, where it was written.")
    stopped: str | None = Field(description="Why nothing could be checked, where that is so.")
    isolation: Isolation


class ReplaySummary(Counts):
    """All engines together, and each."""

    engines: dict[str, EngineCounts]


class ReplayDivergence(Model):
    """How a rule and the library differ."""

    kind: Literal["missing", "noisy", "wrong", "predicate", "unstable"]
    where: Literal["positive", "negative", "point"]
    kwargs: dict[str, Any]
    detail: str
    try_: str = Field(alias="try", description="The command that shows it.")


class ReplayItem(Model):
    """One rule."""

    engine: str
    id: str
    verdict: Outcome
    positive: str
    negative: str
    proof: str | None
    unchecked: str | None
    table: TableEvidence
    place: str | None = Field(description="file:line:column of a rule that a person wrote")
    divergences: list[ReplayDivergence]


class ReplayReport(Model):
    """``replay --format json``."""

    schema_version: Literal[1]
    command: Literal["replay"]
    summary: ReplaySummary
    items: list[ReplayItem]


class CheckSummary(Model):
    """Findings by effect."""

    configs: int
    error: int
    warn: int
    dormant_announced: int
    dormant_silent: int
    differs: int = Field(0, description="What holds on some platforms alone: counted apart.")
    unchecked: int = Field(0, description="Files that were not judged.")


class Position(Model):
    """Counted from 1."""

    line: int
    column: int


class CheckFix(Model):
    """One field set to another value, or dropped: of the item's native type, or of one that holds it in a field."""

    native_type: str
    field: str
    drop: bool
    value: Any


class CheckItem(Model):
    """One rule that fires on one config, or another problem of it (``rule``: unknown-field, other-type, unreadable)."""

    file: str
    native_type: str
    engine: str
    engine_version: str
    rule: str
    effect: Effect
    reach: str
    message: str
    fields: list[str]
    effective: dict[str, Any]
    positions: list[Position] = Field(description="Of the fields, in their order.")
    proof: str | None = Field(None, description="How the effect was seen: exception, message, state or behaviour.")
    versions: list[str] = Field(default_factory=list, description="Versions on which it was seen.")
    suggestion: str | None = Field(None, description="The name that was probably meant.")
    fix: CheckFix | None = Field(None, description="The smallest change that clears it.")


class CheckDiffers(CheckItem):
    """What holds on some platforms alone, where no platform was asked for."""

    platforms: list[str]


class CheckUnchecked(Model):
    """A file that was not judged, and why."""

    file: str
    message: str


class CheckReport(Model):
    """``check --format json``."""

    schema_version: Literal[1]
    command: Literal["check"]
    summary: CheckSummary
    items: list[CheckItem]
    differs: list[CheckDiffers] = Field(default_factory=list)
    unchecked: list[CheckUnchecked] = Field(default_factory=list)


class GridSummary(Model):
    """Configs by their worst effect."""

    configs: int
    error: int
    warn: int
    dormant_announced: int
    dormant_silent: int
    passed: int = Field(alias="pass")
    duplicates: int = Field(description="Accepted configs that come to the same as an earlier one.")
    undecided_rules: int = Field(description="Rules that depend on what is not known, the platform above all.")


class GridItem(Model):
    """One rule, and on how many configs it is told; ``unknown-field``: a name that the library refuses."""

    rule: str
    configs: int
    field: str | None = None


class GridReport(Model):
    """``check --grid --format json``."""

    schema_version: Literal[1]
    command: Literal["check"]
    summary: GridSummary
    items: list[GridItem]


class DoorRequest(Model):
    """One line into ``check --jsonl`` or ``try --jsonl``."""

    native_type: str
    kwargs: dict[str, Any] = Field(default_factory=dict)


class CheckAnswer(Model):
    """One line out of ``check --jsonl``; ``{"error": …}`` for a line that could not be read."""

    effect: Effect
    rules: list[str]
    fields: list[str]
    effective: dict[str, Any]


class DoorError(Model):
    """What a bad line gets, or a case that could not be seen."""

    error: str
    unchecked: dict[str, str] | None = None


class TryMessage(Model):
    """Something that the library said."""

    channel: Channel
    level: str
    text: str
    site: str | None
    usual: bool = Field(description="Said of a config in which nothing is given, too; it does not count.")


class TryAnswer(Model):
    """One line out of ``try --jsonl``."""

    effect: Effect
    channel: Channel
    exception: dict[str, Any] | None
    messages: list[TryMessage]
    site: str | None = Field(description="file:function:line inside the library")
    effective: dict[str, Any] = Field(description="Declared fields whose value the library did not keep.")
    stage: str
    proof: str | None
    behaviour: dict[str, Behaviour] = Field(
        description="Given fields that depart from their default, by what was seen of them while the config was used."
    )
    output: str | None = Field(description="The beginning of what was printed, where anything was.")


class TrySummary(Model):
    """What was seen, and of which library. ``effect`` is null where nothing could be."""

    effect: Effect | None
    library: str


class TryReport(Model):
    """``try --format json``."""

    schema_version: Literal[1]
    command: Literal["try"]
    summary: TrySummary
    items: list[dict[str, Any]] = Field(description="The request and the answer of the door, in one.")


def publish() -> None:
    """Add the schemas of this room to the published ones."""
    from pydantic import TypeAdapter

    for name, title, model in (
        ("invariants.proposed", "Candidates merged with the authored rules", ProposedCorpus),
        ("invariants.validated", "Rules with their evidence", ValidatedCorpus),
        ("cross-fire", "The other rules that fire on each rule's cases", CrossFire),
        ("replay-shard", "What one shard of a replay saw", Shard),
        ("replay-report", "What llem-rules replay --format json prints", ReplayReport),
        ("check-report", "What llem-rules check --format json prints", CheckReport),
        ("check-grid-report", "What llem-rules check --grid --format json prints", GridReport),
        ("check-versions-report", "What llem-rules check --versions --format json prints", VersionReport),
        ("explain-report", "What llem-rules explain --format json prints", ExplainReport),
        ("try-report", "What llem-rules try --format json prints", TryReport),
        ("door-request", "A line into check --jsonl and try --jsonl", DoorRequest),
        *REPORTS,
        *GRAPH_REPORTS,
        ("approve-report", "What llem-rules approve-reuse --format json prints", ApproveReport),
        ("compat-report", "What llem-rules compat --format json prints", CompatReport),
        ("version-matrix", "Every rule over the versions of its library", Matrix),
        ("curation-report", "What llem-rules curation --format json prints", CurationReport),
        ("curation-decisions", "Decisions about the curated models", Decisions),
        ("probe-report", "What llem-rules probe --format json prints", ProbeReport),
        *VERIFY_REPORTS,
        ("runtime-observation", "A line of runtime_observations.jsonl", RuntimeObservation),
        ("equivalence-groups", "equivalence_groups.json", EquivalenceGroups),
        ("gaps-report", "What llem-rules report-gaps --format json prints", GapsReport),
        ("dedupe-report", "What llem-rules dedupe --format json prints", DedupeReport),
        *MUTATION_REPORTS,
        ("page-report", "What llem-rules report --format json prints", PageReport),
        ("ci-report", "What the commands of llem-rules ci print with --format json", CiReport),
    ):
        add_schema(name, title, model.model_json_schema)
    add_schema("approvals", "Changes that somebody accepted", APPROVALS.json_schema)
    check_line: TypeAdapter[Any] = TypeAdapter(CheckAnswer | DoorError)
    try_line: TypeAdapter[Any] = TypeAdapter(TryAnswer | DoorError)
    add_schema("check-answer", "A line out of check --jsonl", check_line.json_schema)
    add_schema("try-answer", "A line out of try --jsonl", try_line.json_schema)
