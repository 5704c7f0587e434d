"""What a pull request has to run: cells for GitHub's own matrix, and replays in parts as large as a job may take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from llem_rules.corpus.artefacts import load_yaml
from llem_rules.corpus.locate import Project
from llem_rules.corpus.versions import engine_names, load_engine_versions
from llem_rules.graph.changes.model import CONCERNS, Concern
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model

# Which engines a changed file is about. One without {engine} is about all of them.
TRIGGERS = (
    "engine_versions/{engine}.yaml", "docker/Dockerfile.{engine}", "rules/{engine}/*", "sites/{engine}.yaml",
    "src/llem_rules/engines/{engine}*.py",
)  # fmt: skip
TRIGGERS_OF_ALL = (
    "src/llem_rules/mining/*", "src/llem_rules/discovery/*", "src/llem_rules/probing/*", "src/llem_rules/replay/*",
    "src/llem_rules/inside/*", ".github/workflows/engine-pipeline.yml", ".github/workflows/engine-cell.yml",
)  # fmt: skip
MOST_SHARDS = 16


class PlannedCell(Model):
    """One job: a concern of an engine."""

    engine: str
    concern: Concern
    version: str
    image: str = Field(description="Where the cell runs.")
    source: Literal["first_party", "upstream"]


class PlannedReplay(Model):
    """One job: a part of a replay of one version."""

    engine: str
    version: str
    shard: str = Field(description="I/N, as `replay --shard` takes it.")
    seconds: int = Field(description="What it will take, by recorded costs.")


class Plan(Model):
    """All jobs."""

    cells: tuple[PlannedCell, ...] = ()
    replays: tuple[PlannedReplay, ...] = ()

    def matrix(self, *, source: str | None = None, concern: str | None = None) -> dict[str, Any]:
        """The cells as GitHub's ``strategy.matrix`` takes them."""
        chosen = [
            one.model_dump(mode="json")
            for one in self.cells
            if (source is None or one.source == source) and (concern is None or one.concern == concern)
        ]
        return {"include": chosen}

    def replay_matrix(self) -> dict[str, Any]:
        """The replays as GitHub's ``strategy.matrix`` takes them: engine, version, shard."""
        return {"include": [one.model_dump(mode="json") for one in self.replays]}


def first_party(room: str, engine: str, version: str) -> str:
    """The cache image of an engine. Registries know no capitals, and owners of repositories have them."""
    return f"{room.lower()}/{engine}-cache:{engine}-{version}".lstrip("/")


def engines_of(changed: Iterable[str], known: Sequence[str]) -> list[str]:
    """The engines that changed files are about."""
    files = list(changed)
    if any(fnmatch(file, pattern) for file in files for pattern in TRIGGERS_OF_ALL):
        return list(known)
    return [
        engine
        for engine in known
        if any(fnmatch(file, pattern.replace("{engine}", engine)) for file in files for pattern in TRIGGERS)
    ]


def make_plan(
    project: Project,
    engines: Sequence[str],
    *,
    versions: Mapping[str, Sequence[str]] | None = None,
    room: str = "",
    costs: Path | None = None,
    most_s: int = 1200,
) -> Plan:
    """Cells and replays of some engines. ``versions``: replays of these by engine, too; ``most_s``: the longest a job may take.

    Raises:
        Failure: (2) no such engine; the file of costs is none.
    """
    known, recorded = engine_names(project), _costs(costs)
    cells: list[PlannedCell] = []
    replays: list[PlannedReplay] = []
    for engine in engines:
        if engine not in known:
            raise Failure(f"no engine_versions/{engine}.yaml; engines that have one: {', '.join(known)}")
        pinned = load_engine_versions(engine, project)
        version, image = pinned.library.current_version, pinned.image
        where = image.at(version) if image.source == "upstream" else first_party(room, engine, version)
        cells += [
            PlannedCell(engine=engine, concern=concern, version=version, image=where, source=image.source)
            for concern in CONCERNS
        ]
        for one in dict.fromkeys([version, *(versions or {}).get(engine, ())]):
            replays += _shards(
                engine, pinned.at(one).library.current_version, _rules(project, engine), recorded, most_s
            )
    return Plan(cells=tuple(cells), replays=tuple(replays))


def _shards(engine: str, version: str, rules: int, costs: Mapping[str, Any], most_s: int) -> list[PlannedReplay]:
    cost = costs.get(engine, costs["default"])
    work, start = rules / 100 * float(cost["hundred_rules_s"]), float(cost["start_s"])
    room = most_s - start
    count = 1 if work <= room or room <= 0 else min(MOST_SHARDS, math.ceil(work / room))
    each = round(start + work / count)
    return [
        PlannedReplay(engine=engine, version=version, shard=f"{n}/{count}", seconds=each) for n in range(1, count + 1)
    ]


def _rules(project: Project, engine: str) -> int:
    """How many rules a replay will look at: those of the last one, and people's own where there was none."""
    path = project.corpus_dir(engine) / "invariants.validated.yaml"
    if path.is_file():
        return sum(line.startswith("- id:") for line in path.read_text(encoding="utf-8").splitlines())
    files = project.rules_dir(engine).glob("*.yaml")
    return sum(line.startswith("- id:") for file in files for line in file.read_text(encoding="utf-8").splitlines())


def _costs(path: Path | None) -> Mapping[str, Any]:
    document = load_yaml(path or Path(__file__).with_name("costs.yaml"))
    fit = isinstance(document, dict) and all(
        isinstance(row, dict) and {"start_s", "hundred_rules_s"} <= row.keys() for row in document.values()
    )
    if not fit or "default" not in document:
        raise Failure(f"{path} holds no costs", hint="write default: {start_s: 60, hundred_rules_s: 20}")
    found: Mapping[str, Any] = document
    return found
