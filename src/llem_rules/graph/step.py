"""``engine-step-diff-<engine>-<concern>.yaml``: what one step of a pull request found, for the steps after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from llem_rules.corpus.artefacts import dump_yaml, load_yaml
from llem_rules.corpus.locate import shown
from llem_rules.graph.changes.model import Concern
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model


class StepChange(Model):
    """One change in short."""

    kind: str
    subject: str
    authors: Literal["safe", "notable", "breaking"]
    coverage: Literal["safe", "notable", "breaking"]
    fingerprint: str
    approved: bool = False


class Step(Model):
    """The artefact. ``ran``: whether a comparison was made at all; ``blocked``: why the probe stopped it."""

    schema_version: Literal[1] = 1
    engine: str
    concern: Concern
    base: str
    head: str
    base_version: str | None = None
    head_version: str | None = None
    first_version: bool = False
    ran: bool = True
    blocked: str | None = None
    unchecked: int = Field(0, ge=0, description="Rules of the head about which replay could say nothing.")
    divergent: int = Field(0, ge=0, description="Rules of the head that the library contradicts.")
    breaking: int = Field(0, ge=0, description="Changes that are breaking, and that nobody approved of.")
    labels: tuple[str, ...] = ()
    changes: tuple[StepChange, ...] = ()

    @property
    def safe(self) -> bool:
        """Whether nothing here stands against a safe bump. A first version was compared with nothing."""
        return self.ran and not (
            self.blocked or self.unchecked or self.divergent or self.breaking or self.first_version
        )


def file_name(engine: str, concern: Concern) -> str:
    """The name of the artefact."""
    return f"engine-step-diff-{engine}-{concern}.yaml"


def step_text(step: Step) -> str:
    """The artefact as text."""
    document: dict[str, Any] = step.model_dump(mode="json")
    return dump_yaml(document)


def read_step(path: Path) -> Step:
    """Read an artefact.

    Raises:
        Failure: (2) it is not one.
    """
    return _step(load_yaml(path), shown(path))


def step_of(text: bytes, name: str) -> Step:
    """The same from text. ``name``: what to call it where it is none.

    Raises:
        Failure: (2) it is not one.
    """
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Failure(f"{name} is no step of a diff: not YAML") from error
    return _step(document, name)


def _step(document: Any, name: str) -> Step:
    try:
        return Step.model_validate(document)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"])) or "the document"
        raise Failure(f"{name} is no step of a diff: {where}: {problem['msg']}") from error
