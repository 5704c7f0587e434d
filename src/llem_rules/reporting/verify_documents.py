"""The shape of what ``verify`` prints with ``--format json``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from llem_rules.rules.evidence import Isolation
from llem_rules.rules.kinds import Effect, Model


class EffectScore(Model):
    """Claims of one effect. Errors are counted by config; the others by claim: a rule's message, or a field's fate."""

    hit: int = Field(description="Claimed and seen.")
    false_alarm: int = Field(description="Claimed and not seen.")
    missed: int = Field(description="Seen and not claimed.")
    precision: float
    recall: float


class VerifyScores(Model):
    """``samples = accepted + refused + unchecked``. A share of nothing is 1."""

    samples: int
    accepted: int
    refused: int
    unchecked: int
    false_errors: int = Field(description="Accepted configs that the corpus calls refused.")
    error_recall: float
    dormant_recall: float = Field(description="Of fields ignored or rewritten, announced or not.")
    effective_exact: float = Field(description="Of effective values that the corpus names, the share that was seen.")
    effective: int = Field(description="Effective values that the corpus names.")
    other_site: int = Field(
        description="Configs refused as the corpus says, and also by a site no firing rule is about."
    )
    effects: dict[Effect, EffectScore]


class RelationCounts(Model):
    """How often a metamorphic relation was tried on the live library, and did not hold."""

    tried: int
    broken: int


class VerifySummary(VerifyScores):
    """All native types together, and each."""

    engine: str
    library: str
    seed: int | None = Field(description="Null where saved configs were replayed.")
    remembered: int = Field(description="Configs whose observation was in the cache of the same environment.")
    isolation: Isolation
    native_types: dict[str, VerifyScores]
    not_seen: dict[str, int] = Field(description="Why configs are unchecked, with how many.")
    relations: dict[str, RelationCounts]
    bars: dict[str, bool] = Field(description="Which of the bars hold.")


class MinimalConfig(Model):
    """A config from which nothing can be taken without the disagreement going away."""

    kwargs: dict[str, Any]
    detail: str
    try_: str = Field(alias="try", description="The command that shows it.")


class VerifyItem(Model):
    """One cause of disagreement."""

    native_type: str
    kind: Literal["false_alarm", "missed", "inexact", "other_site", "relation"]
    effect: Effect
    cause: str = Field(description="The rule that claims it, or file:function:line that acts.")
    count: int = Field(description="Sampled configs that show it.")
    minimal: list[MinimalConfig]


class VerifyReport(Model):
    """``verify --format json``."""

    schema_version: Literal[1]
    command: Literal["verify"]
    summary: VerifySummary
    items: list[VerifyItem]


class AcceptedCounts(Model):
    """One native type: configs that the library accepted, and those of them on which a mined rule claims a refusal."""

    mined_rules: int
    accepted: int
    drawn: int
    provoked: int = Field(description="Configs that were chosen because a mined rule fires on them.")
    false_alarms: int
    short: str = Field(description="Why fewer configs than wanted were accepted; empty where they were enough.")


class AcceptedSummary(Model):
    """All native types, and each."""

    engine: str
    library: str
    seed: int
    wanted: int
    isolation: Isolation
    accepted: int
    false_alarms: int
    native_types: dict[str, AcceptedCounts]


class AcceptedReport(Model):
    """``verify --accepted N --format json``."""

    schema_version: Literal[1]
    command: Literal["verify"]
    summary: AcceptedSummary
    items: list[VerifyItem]


REPORTS = (
    ("verify-report", "What llem-rules verify --format json prints", VerifyReport),
    ("verify-accepted-report", "What llem-rules verify --accepted N --format json prints", AcceptedReport),
)
