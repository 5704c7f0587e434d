"""The evidence of a replay as the committed files: what was seen of each rule, and which rules fire on each other's cases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llem_rules.compat.one import digest_of
from llem_rules.corpus.artefacts import dump_yaml, load_yaml, write_artefact
from llem_rules.corpus.locate import Project, shown
from llem_rules.corpus.matrix import Matrix, load_matrix
from llem_rules.corpus.rulebook import PROPOSED, VALIDATED, Rulebook, proposed_text
from llem_rules.corpus.versions import EngineVersions
from llem_rules.replay.evidence import cross_fire, environment_of, isolation_of, validated_entry
from llem_rules.replay.run import Replay
from llem_rules.reporting.console import note
from llem_rules.rules.kinds import rule_from

CROSS_FIRE = "cross_fire.yaml"
_HEADER = "# Made by llem-rules replay: what the live library did. Not for editing.\n"
_CROSS_HEADER = "# Made by llem-rules replay: the other rules that fire on each rule's own cases. Not for editing.\n"
Entries = Mapping[str, dict[str, Any]]


def write(
    project: Project, versions: EngineVersions, book: Rulebook, result: Replay, *, partial: bool
) -> tuple[str | None, int]:
    """Write the evidence into ``corpus/``. Returns the file, and how many rules changed in it.

    ``partial``: only some rules were replayed; what is there of the others stays.
    """
    if not project.writable:
        return None, 0
    folder = project.corpus_dir(versions.engine)
    path = folder / VALIDATED
    before = load_yaml(path) if path.is_file() else {}
    header, entries = _header(versions, result), _entries(versions, result)
    isolation = isolation_of(result.checks)
    platforms = _platforms(versions, result)
    old = _by_id(before)
    if partial:
        if old and before.get("environment") != header:
            note("evidence not written: what is there was taken in another environment; replay all rules")
            return None, 0
        # How the whole was taken; a few rules say nothing about that.
        isolation = before.get("isolation", isolation) if old else isolation
        known = {rule.id for rule in book.rules}
        kept = {name: _speaking_of(one, known) for name, one in old.items() if name in known}
        entries = kept | {name: _with_others(one, kept, entries) for name, one in entries.items()}
    entries = _over_versions(entries, load_matrix(versions.engine, project), versions.library.current_version)
    write_artefact(folder / PROPOSED, proposed_text(versions, book.rules))
    write_artefact(path, _document_text(versions, header, isolation, entries, platforms))
    write_artefact(folder / CROSS_FIRE, dump_yaml(cross_fire(versions.engine, entries), _CROSS_HEADER))
    return shown(path), _changed(old, entries)


def fill_applies_to(engine: str, project: Project, matrix: Matrix) -> bool:
    """Write the versions on which each confirmed rule holds into the evidence that is there. Returns whether it changed."""
    path = project.corpus_dir(engine) / VALIDATED
    if not path.is_file():
        return False
    document = load_yaml(path)
    current = str(document["environment"]["library_version"])
    entries = _over_versions(_by_id(document), matrix, current)
    return write_artefact(
        path, dump_yaml({**document, "rules": [entries[one["id"]] for one in document["rules"]]}, _HEADER)
    )


def _over_versions(entries: Entries, matrix: Matrix | None, current: str) -> dict[str, dict[str, Any]]:
    """The entries with every version on which a sweep saw the same rule hold, oldest first."""
    from packaging.version import Version

    found = {}
    for name, entry in entries.items():
        known = matrix.known_of(name, digest_of(rule_from(entry["rule"]))) if matrix is not None else None
        applies = {*(known.applies_to if known else ()), current}
        listed = {"applies_to": sorted(applies, key=Version)} if "applies_to" in entry else {}
        found[name] = {**entry, **listed}
    return found


def write_to(path: Path, versions: EngineVersions, result: Replay) -> tuple[str, int]:
    """Write the evidence alone. Returns the file, and how many rules changed in it."""
    old = _by_id(load_yaml(path)) if path.is_file() else {}
    write_artefact(path, text_of(versions, result))
    return shown(path), _changed(old, _entries(versions, result))


def text_of(versions: EngineVersions, result: Replay) -> str:
    """The evidence alone."""
    header, isolation = _header(versions, result), isolation_of(result.checks)
    return _document_text(versions, header, isolation, _entries(versions, result), _platforms(versions, result))


def _by_id(document: Any) -> Entries:
    return {one["id"]: one for one in (document.get("rules") or ())} if isinstance(document, dict) else {}


def described(versions: EngineVersions, result: Replay) -> str:
    """The environment, for people."""
    facts = result.facts
    torch = f", torch {facts.packages['torch']}" if "torch" in facts.packages else ""
    return f"{versions.library.pep503_name} {facts.library_version}{torch} ({facts.device}), Python {facts.python}"


def _speaking_of(entry: dict[str, Any], known: set[str]) -> dict[str, Any]:
    """An entry of before, without what it says of rules that are no longer there."""
    return {name: _narrowed(part, known) if name in _CASES else part for name, part in entry.items()}


_CASES = ("positive", "negative")


def _narrowed(case: dict[str, Any], known: set[str]) -> dict[str, Any]:
    others = {name: how for name, how in case.get("also_fires", {}).items() if name in known}
    rest = {name: value for name, value in case.items() if name != "also_fires"}
    return {**rest, "also_fires": others} if others else rest


def _with_others(entry: dict[str, Any], kept: Entries, new: Entries) -> dict[str, Any]:
    """A new entry that still says which rules fire on its cases that were not replayed this time."""
    old = kept.get(entry["id"])
    if old is None:
        return entry
    result = dict(entry)
    for part in _CASES:
        before = {name: how for name, how in old[part].get("also_fires", {}).items() if name not in new}
        if before and old["rule"][f"kwargs_{part}"] == entry["rule"][f"kwargs_{part}"]:
            others = dict(sorted({**before, **entry[part].get("also_fires", {})}.items()))
            result[part] = {**entry[part], "also_fires": others}
    return result


def _header(versions: EngineVersions, result: Replay) -> dict[str, Any]:
    environment = environment_of(versions.library.pep503_name, result.facts, _named_packages(versions))
    return environment.model_dump(mode="json", exclude_none=True)


def _entries(versions: EngineVersions, result: Replay) -> dict[str, dict[str, Any]]:
    current, device = versions.library.current_version, result.facts.device
    return {v.rule.id: validated_entry(v, current, device) for v in result.verdicts}


def _platforms(versions: EngineVersions, result: Replay) -> dict[str, Any]:
    """Where, and how, the evidence of other platforms was taken."""
    return {
        one.facts.device: {
            "environment": _header(versions, one),
            "isolation": isolation_of(one.checks),
            "cases": one.cases,
        }
        for one in result.elsewhere
    }


def _document_text(
    versions: EngineVersions,
    header: dict[str, Any],
    isolation: dict[str, Any],
    entries: Entries,
    platforms: Mapping[str, Any],
) -> str:
    ordered = sorted(entries.values(), key=lambda one: (one["rule"]["native_type"], one["id"]))
    document = {
        "schema_version": 1,
        "engine": versions.engine,
        "environment": header,
        "isolation": isolation,
        **({"platforms": dict(sorted(platforms.items()))} if platforms else {}),
        "rules": ordered,
    }
    return dump_yaml(document, _HEADER)


def _named_packages(versions: EngineVersions) -> list[str]:
    from packaging.requirements import Requirement

    lines = versions.environment.requirements if versions.environment else ()
    return [Requirement(line.replace("{version}", "0")).name for line in lines] + ["torch"]


def _changed(old: Entries, new: Entries) -> int:
    return sum(repr(old.get(name)) != repr(new.get(name)) for name in old.keys() | new.keys())
