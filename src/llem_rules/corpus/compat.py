"""``engine_versions/<engine>.compat.json``: what probes found, by library version and producer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.locate import Project, shown
from llem_rules.engines.base import Producer
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model

Reason = Literal["landmark-missing", "outside-pin"]


class Lost(Model):
    """A landmark that is not there. ``near``: what comes nearest to it, the likeliest first."""

    landmark: str
    why: str
    near: tuple[str, ...] = ()


class ProbeResult(Model):
    """What one version of a library has of one producer's landmarks.

    ``absent``: native types that an older version did not have yet; no fault. ``declared``: a digest of what was looked for.
    """

    verdict: Literal["pass", "fail"]
    reasons: tuple[Reason, ...] = ()
    pin: str = Field(description="The producer's pin at that time.")
    landmarks: int = Field(description="Landmarks that were found.")
    fingerprint: str = Field(description="Of their shapes: kinds, homes, bases, names of parameters.")
    declared: str
    missing: tuple[Lost, ...] = ()
    absent: tuple[Lost, ...] = ()


class Compatibility(Model):
    """Probe results by version and producer: a cache, and the compatibility matrix."""

    schema_version: Literal[1] = 1
    engine: str
    versions: dict[str, dict[Producer, ProbeResult]] = Field(default_factory=dict)

    def result(self, version: str, producer: Producer) -> ProbeResult | None:
        """What was found; None where nobody looked."""
        return self.versions.get(version, {}).get(producer)

    def with_result(self, version: str, producer: Producer, result: ProbeResult) -> Compatibility:
        """The same with one result more."""
        there = {**self.versions.get(version, {}), producer: result}
        return self.model_copy(update={"versions": {**self.versions, version: there}})


def compat_path(engine: str, project: Project) -> Path:
    """Where the results of an engine are kept."""
    return project.engine_versions_dir / f"{engine}.compat.json"


def read_compat(engine: str, project: Project) -> Compatibility:
    """The results of an engine; none where there is no file.

    Raises:
        Failure: (2) the file is there, and is not what ``probe`` writes.
    """
    path = compat_path(engine, project)
    if not path.is_file():
        return Compatibility(engine=engine)
    try:
        return Compatibility.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        hint = "it is machine-made: remove it, and `llem-rules probe` makes it again"
        raise Failure(f"{shown(path)} holds no probe results: {error}", hint=hint) from error


def compat_text(compatibility: Compatibility) -> str:
    """The results as the text of their file, oldest version first."""
    from packaging.version import Version

    plain: dict[str, Any] = compatibility.model_dump(mode="json")
    versions = plain["versions"]
    plain["versions"] = {name: dict(sorted(versions[name].items())) for name in sorted(versions, key=Version)}
    return json.dumps({"schema_version": 1, **plain}, indent=1, ensure_ascii=False) + "\n"


def write_compat(compatibility: Compatibility, project: Project) -> bool:
    """Write the results. Returns whether anything changed."""
    return write_artefact(compat_path(compatibility.engine, project), compat_text(compatibility))
