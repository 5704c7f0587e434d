"""Records as the miners' cases: each distinct config of a native type once, with all that its runs showed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.check import Corpus
from llem_rules.mining.dynamic.signatures import Reader, Seen
from llem_rules.rules.config import Config
from llem_rules.runtime.records import Record


@dataclass
class Run:
    """One distinct config, over its cycles and studies. ``raw``: what was seen of it, in the worker's own form."""

    config_hash: str
    sections: Mapping[str, Mapping[str, Any]]
    raw: dict[str, Any]
    effective: Mapping[str, Mapping[str, Any]]
    observed_hash: str | None
    outcomes: set[str] = field(default_factory=set)
    cycles: int = 1

    def add(self, record: Record) -> None:
        """Another cycle: whatever was seen in one of them was seen."""
        self.cycles += 1
        self.outcomes.add(record["outcome"])
        known = {(one["channel"], one["level"], one["text"]) for one in self.raw["messages"]}
        new = [one for one in record["messages"] if (one["channel"], one["level"], one["text"]) not in known]
        self.raw["messages"] += new
        if record.get("exception") and not self.raw.get("exception"):
            self.raw["exception"] = record["exception"]
        if record.get("effective") and not self.effective:
            self.effective = record["effective"]
        self.observed_hash = self.observed_hash or record.get("observed_config_hash")


@dataclass
class Runs:
    """The runs of one engine. ``lines``: records; ``replaced``: of these, how many a later record of the same key replaced."""

    engine: str
    by_text: dict[str, Run] = field(default_factory=dict)
    lines: int = 0
    replaced: int = 0
    died: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    versions: set[str] = field(default_factory=set)
    studies: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _keys: set[tuple[str, str, int]] = field(default_factory=set)

    def add(self, record: Record) -> None:
        """Take one record."""
        self.lines += 1
        key = (record["study_run_id"], record["config_hash"], record["cycle"])
        self.replaced += key in self._keys
        self._keys.add(key)
        self.studies[record["study_run_id"]] += 1
        if record.get("library_version"):
            self.versions.add(record["library_version"])
        if record["outcome"] == "subprocess_died":
            process = record.get("process") or {}
            self.died[process.get("signal") or f"exit code {process.get('exit_code')}"] += 1
        # By its exact spelling: 1 and 1.0 are one config for a study, and two for a library that looks at types.
        exact = json.dumps(record["config"], sort_keys=True)
        known = self.by_text.get(exact)
        if known is not None:
            known.add(record)
            return
        raw = {"messages": record["messages"], "exception": record.get("exception")}
        self.by_text[exact] = Run(
            record["config_hash"],
            record["config"],
            raw,
            record.get("effective") or {},
            record.get("observed_config_hash"),
            {record["outcome"]},
        )


def runs_by_engine(records: Iterable[Record], engine: str | None = None) -> dict[str, Runs]:
    """All records, by engine; with ``engine`` only its own."""
    found: dict[str, Runs] = {}
    for record in records:
        name = record["engine"]
        if engine is None or name == engine:
            found.setdefault(name, Runs(name)).add(record)
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Sightings:
    """The runs that configure one native type, as cases; ``runs`` in the same order."""

    native_type: str
    seen: tuple[Seen, ...]
    runs: tuple[Run, ...]


def sightings(runs: Runs, corpus: Corpus) -> list[Sightings]:
    """The cases by native type. What dies without a word shows nothing, so it is neither a hit nor a miss."""
    by_type: dict[str, list[Run]] = defaultdict(list)
    for run in runs.by_text.values():
        for name in run.sections:
            by_type[name].append(run)
    return [_of_type(name, found, corpus) for name, found in sorted(by_type.items())]


def _of_type(name: str, runs: list[Run], corpus: Corpus) -> Sightings:
    defaults = corpus.defaults(name)
    known = {*defaults, *(field for run in runs for field in run.sections[name])}
    usual = {message["text"] for run in runs if not any(run.sections.values()) for message in run.raw["messages"]}
    reader = Reader(known, usual)
    seen = []
    for run in runs:
        point = run.sections[name]
        sections = {other: Config.of(kwargs, corpus.defaults(other)) for other, kwargs in run.sections.items()}
        config = Config(Config.of(point).given, defaults, sections)
        seen.append(reader.read(point, config, _raw(run, name)))
    return Sightings(name, tuple(seen), tuple(runs))


def _raw(run: Run, name: str) -> dict[str, Any]:
    if run.outcomes == {"subprocess_died"} and not run.raw["messages"]:
        return {"unchecked": {"reason": "died", "detail": "the process died without a word"}}
    return {**run.raw, "effective": run.effective.get(name, {})}
