"""The shape of what ``mutation`` prints with ``--format json``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from llem_rules.rules.kinds import Model
from llem_rules.rules.mutants import Change


class MutationCounts(Model):
    """``mutants = killed + equivalent + masked + alike + survived``. A share of nothing is 1."""

    mutants: int
    killed: int = Field(description="Contradicted by what replay saw.")
    equivalent: int = Field(description="Proved to fire on the same configs as the rule.")
    masked: int = Field(description="Proved to differ only on configs that other confirmed rules refuse in any case.")
    alike: int = Field(
        description="Not contradicted on five configs or more that tell it from the rule: another refusal comes first there, "
        "or another rule claims the same."
    )
    survived: int
    score: float = Field(description="killed / (killed + survived).")
    least: float = Field(description="killed / (killed + survived + alike).")


class TypeCounts(MutationCounts):
    """One native type's rules."""

    rules: int


class MutationSummary(TypeCounts):
    """All native types together, and each; then by kind of change."""

    engine: str
    library: str
    points: int = Field(description="Configs that replay asks, which are the evidence.")
    remembered: int = Field(description="How many of their observations were in the cache of the same environment.")
    native_types: dict[str, TypeCounts]
    changes: dict[Change, MutationCounts]
    bars: dict[str, bool] = Field(description="Which of the bars hold.")


class Survivor(Model):
    """A mutant that no point contradicts and no proof settles."""

    rule: str
    change: Change
    text: str = Field(description="What was changed, in the words of the language.")


class MutationReport(Model):
    """``mutation --format json``."""

    schema_version: Literal[1]
    command: Literal["mutation"]
    summary: MutationSummary
    items: list[Survivor]


REPORTS = (("mutation-report", "What llem-rules mutation --format json prints", MutationReport),)
