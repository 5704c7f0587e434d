"""A line of ``runtime_observations.jsonl``: its shape, and reading many of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.rules.kinds import Model

FILE = "runtime_observations.jsonl"
_REQUIRED = {
    "study_run_id": str,
    "config_hash": str,
    "cycle": int,
    "engine": str,
    "config": dict,
    "outcome": str,
    "messages": list,
}
Record = dict[str, Any]
Outcome = Literal["success", "exception", "subprocess_died"]


class RecordedSite(Model):
    """Where in the engine something was said or raised. ``file`` is relative to site-packages."""

    file: str
    function: str
    line: int


class RecordedMessage(Model):
    """Something that was said, the first time; ``count``: how often."""

    channel: Literal["warnings", "logger"]
    level: Literal["INFO", "WARNING", "ERROR", "CRITICAL"]
    text: str
    stage: str | None = Field(description="What the worker said it was at.")
    site: RecordedSite | None
    count: int
    cut: bool = Field(False, description="Whether the text was longer than is kept.")
    logger: str | None = None
    category: str | None = Field(None, description="The warning's class.")


class RecordedProcess(Model):
    """How a supervised worker ended: one of the two."""

    exit_code: int | None
    signal: str | None


class RuntimeObservation(Model):
    """One run of one config: one line for each (study_run_id, config_hash, cycle)."""

    schema_version: Literal[1]
    study_run_id: str
    config_hash: str = Field(description="Of the declared config.")
    cycle: int
    engine: str
    library_version: str | None
    config: dict[str, dict[str, Any]] = Field(description="The declared arguments by native type, in the tagged form.")
    outcome: Outcome
    messages: list[RecordedMessage]
    messages_dropped: int = Field(description="Messages that were counted only: floods are not stored.")
    exception: dict[str, Any] | None = Field(description="Type, classes, message, site, field, and the single errors.")
    effective: dict[str, dict[str, Any]] = Field(description="By native type, declared fields that were not kept.")
    observed_config_hash: str | None = Field(description="Of all values that the engine reported.")
    process: RecordedProcess | None = Field(None, description="Where a parent watched the worker.")


@dataclass(frozen=True)
class Torn:
    """A line that is no record: set aside."""

    file: str
    line: int
    size: int
    why: str


@dataclass
class Reading:
    """What reading met: lines in all, those set aside, and those that a later line of the same run replaces."""

    files: list[str] = field(default_factory=list)
    lines: int = 0
    torn: list[Torn] = field(default_factory=list)


def observation_files(places: list[Path]) -> list[Path]:
    """The files in study folders; a file stands for itself.

    Raises:
        Failure: (4) a folder has none; (2) no such place.
    """
    found = []
    for place in places:
        if place.is_dir():
            inside = sorted(place.rglob(FILE))
            if not inside:
                raise Failure(f"{place} holds no {FILE}", hint="record one: llem-rules observe --help", code=NOTHING)
            found += inside
        elif place.is_file():
            found.append(place)
        else:
            raise Failure(f"{place}: no such file or folder")
    return list(dict.fromkeys(found))


def read_records(files: list[Path], reading: Reading) -> Iterator[Record]:
    """Records in the order in which they were written. What is no record is noted in ``reading``, and passed over.

    Raises:
        Failure: (2) a file cannot be read.
    """
    for path in files:
        reading.files.append(str(path))
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    if not line.strip():
                        continue
                    reading.lines += 1
                    record = _record(line)
                    if isinstance(record, str):
                        reading.torn.append(Torn(str(path), number, len(line), record))
                    else:
                        yield record
        except OSError as error:
            raise Failure(f"{path} cannot be read: {error.strerror}") from error


def _record(line: bytes) -> Record | str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return "torn" if not line.endswith(b"\n") else "not JSON"
    if not isinstance(record, dict):
        return "not a record"
    if record.get("schema_version") != 1:
        return f"schema_version {record.get('schema_version')!r} is not known here"
    for name, kind in _REQUIRED.items():
        if not isinstance(record.get(name), kind):
            return f"{name} is missing, or not of the right type"
    if not all(isinstance(kwargs, dict) for kwargs in record["config"].values()):
        return "config is not by native type"
    return record
