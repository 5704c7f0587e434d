"""The validated corpus as a document: each rule with what was seen, its confusion table and verdict."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from llem_rules.rules.kinds import Channel, Effect, Model, Proof, Rule
from llem_rules.rules.observation import Behaviour

Outcome = Literal["confirmed", "divergent", "unchecked"]
CaseVerdict = Literal[
    "positive_confirmed", "negative_confirmed", "missing", "noisy", "wrong", "predicate", "unstable", "unchecked"
]
Fired = Literal["shown", "masked", "unexplained"]


class Environment(Model):
    """Where the evidence was taken. The only place for facts of a platform."""

    library: str
    library_version: str
    python: str
    system: str
    machine: str
    device: str
    packages: dict[str, str] = Field(default_factory=dict, description="Versions that the engine-versions file names.")
    image: str | None = Field(None, description="Digest of the container image that it was taken in.")
    driver: str | None = Field(None, description="Version of the GPU driver.")
    accelerators: list[str] | None = Field(None, description="The GPUs that the worker saw, by model.")
    compute_capability: str | None = Field(None, description="Of the first GPU.")
    cuda: str | None = Field(None, description="The CUDA that torch was built with.")


class Isolation(Model):
    """How cases were kept apart. ``reference``: a process for each; ``fast``: one process, its state put back between them."""

    gear: Literal["fast", "reference"]
    checked: int | None = Field(None, description="Cases that were seen in both gears.")
    disagreed: int | None = Field(None, description="Of these, the cases on which the gears differed.")
    put_back: tuple[str, ...] = Field((), description="Native types seen in the reference gear because of that.")


class CaseEvidence(Model):
    """What was seen of one of a rule's own cases."""

    verdict: CaseVerdict
    effect: Effect | None = None
    channel: Channel | None = None
    exception: str | None = None
    field: str | None = None
    message: str | None = None
    site: str | None = Field(None, description="file:function:line inside the library")
    effective: dict[str, Any] | None = None
    behaviour: dict[str, Behaviour] | None = Field(
        None, description="Given fields, by what was seen of them while the config was used."
    )
    unchecked: str | None = None
    also_fires: dict[str, Fired] | None = Field(
        None,
        description="Other rules that fire on this case, and whether their effect shows or an earlier refusal hid it.",
    )


class DivergenceEvidence(Model):
    """How the rule and the library differ, with the smallest kwargs that show it."""

    kind: Literal["missing", "noisy", "wrong", "predicate", "unstable"]
    where: Literal["positive", "negative", "point"]
    kwargs: dict[str, Any]
    detail: str


class TableEvidence(Model):
    """Predicted against observed, over every point that speaks about the rule."""

    true_positive: int
    true_negative: int
    false_positive: int = 0
    false_negative: int = 0
    masked: int = 0
    unknown: int = 0
    unchecked: int = 0


class PlatformEvidence(Model):
    """What another platform showed of a rule. ``silent``: the rule says that nothing happens there, and nothing does."""

    verdict: Literal["confirmed", "silent", "divergent", "unchecked"]
    same: bool = Field(False, description="The observations, and the table, are those of the environment at the head.")
    proof: Proof | None = None
    positive: CaseEvidence | None = None
    negative: CaseEvidence | None = None
    table: TableEvidence | None = None
    divergences: tuple[DivergenceEvidence, ...] = ()
    unchecked: str | None = None


class ValidatedRule(Model):
    """A rule with its evidence."""

    id: str
    verdict: Outcome
    proof: Proof | None = None
    applies_to: tuple[str, ...] = Field((), description="Library versions on which it was seen to hold.")
    holds_on: tuple[str, ...] | None = Field(
        None, description="Platforms on which its effect was seen, where evidence of several is there."
    )
    rule: Rule
    positive: CaseEvidence
    negative: CaseEvidence
    table: TableEvidence
    divergences: tuple[DivergenceEvidence, ...] = ()
    unchecked: str | None = None
    platforms: dict[str, PlatformEvidence] | None = None


class PlatformHeader(Model):
    """Evidence of another platform: where it was taken, and how."""

    environment: Environment
    isolation: Isolation | None = None
    cases: int = Field(description="Cases that were put to the library there.")


class ValidatedCorpus(Model):
    """``corpus/<engine>/invariants.validated.yaml``."""

    schema_version: Literal[1] = 1
    engine: str
    environment: Environment
    isolation: Isolation | None = None
    platforms: dict[str, PlatformHeader] | None = None
    rules: tuple[ValidatedRule, ...]


class CrossFired(Model):
    """The other rules that fire on one rule's cases."""

    positive: dict[str, Fired] | None = None
    negative: dict[str, Fired] | None = None


class CrossFire(Model):
    """``corpus/<engine>/cross_fire.yaml``: every rule's cases under every rule's predicate."""

    schema_version: Literal[1] = 1
    engine: str
    cases: int = Field(description="Cases of all rules: two each.")
    crossed: int = Field(description="Of these, the cases on which another rule fires.")
    shown: int = Field(description="Pairs of a case and another rule, where that rule's effect shows too.")
    masked: int = Field(description="Pairs where a refusal came first.")
    unexplained: int = Field(description="Pairs where the other rule is too wide.")
    also_fires: dict[str, CrossFired]


class ProposedCorpus(Model):
    """``corpus/<engine>/invariants.proposed.yaml``: candidates merged with the authored rules."""

    schema_version: Literal[1] = 1
    engine: str
    library_version: str
    rules: tuple[Rule, ...]
