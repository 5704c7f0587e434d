"""Studies from the command line, before and after they run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from llem_rules.cli.checking import Shelf
from llem_rules.corpus.artefacts import dump_yaml, write_artefact
from llem_rules.corpus.locate import find_project, shown
from llem_rules.corpus.reader import read_yaml
from llem_rules.reporting import dedupe_report
from llem_rules.reporting.console import console, note
from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.runtime.finding import find_gaps, read_runs
from llem_rules.runtime.groups import FILE, EquivalenceGroups, equivalence_groups
from llem_rules.runtime.records import Reading
from llem_rules.runtime.reducing import Reduced, reduced
from llem_rules.runtime.study import members_of


def dedupe_file(path: Path, native_type: str | None, engine: str | None, out: Path | None, *, as_json: bool) -> int:
    """Judge a study before it runs. Returns 1 where something need not run, 0 where all of it is worth running.

    Raises:
        Failure: (2) it cannot be read, or is no study; (3) nothing is proved for an engine.
    """
    read = read_yaml(path)
    bad = next((finding for finding in read.findings if read.data is None), None)
    if bad is not None:
        raise Failure(f"{bad.place}: {bad.sentence}")
    members = members_of(read.data if read.data is not None else [], native_type)
    if not members:
        return NOTHING
    result = reduced(members, Shelf(engine, None).for_type)
    if as_json:
        typer.echo(json.dumps(dedupe_report.document(result), indent=1, default=repr))
    elif result.saved or any(one.dormant for one in result.members):
        dedupe_report.print_reduced(shown(path), result, console())
    else:
        note(f"{len(members)} configs, all of them worth running")
    if out is not None:
        write_artefact(out, _study(result, native_type, shown(path)))
        note(f"{shown(out)}: {len(result.kept)} configs")
    return int(result.saved > 0)


def _study(result: Reduced, native_type: str | None, source: str) -> str:
    """The reduced study as a list, which can be read as the whole one was."""
    kept: list[Any] = [one.member.sections for one in result.kept]
    if native_type is not None:
        kept = [sections[native_type] for sections in kept]
    left = len(result.members) - len(kept)
    return dump_yaml(kept, f"# {source} without {left} of its {len(result.members)} configs: llem-rules dedupe\n")


def dedupe_folder(folder: Path, engine: str | None, out: Path | None, *, as_json: bool) -> int:
    """The equivalence groups of a study that ran, written beside its records. Returns 1 where one of them is a gap.

    Raises:
        Failure: (2) unreadable; (3) nothing is proved for the engine; (4) no record, or no engine reported effective values.
    """
    runs = read_runs([folder], engine, Reading())
    if len(runs) > 1:
        raise Failure(f"{folder} holds runs of {', '.join(runs)}", hint="say which with --engine")
    [one] = runs.values()
    found = find_gaps(one, "equivalence-groups", project=find_project())
    groups = equivalence_groups(one, found.corpus, found.proposals)
    if not groups.configs:
        hint = "call seen.report(object) in the worker when the engine has built its config"
        raise Failure(f"no run in {folder} reported effective values", hint=hint, code=NOTHING)
    place = out or folder / FILE
    write_artefact(place, text_of(groups))
    if as_json:
        typer.echo(text_of(groups), nl=False)
    else:
        dedupe_report.print_groups(groups, console())
        note(f"written: {shown(place)}")
    return int(any(group.gap_detected for group in groups.groups))


def text_of(groups: EquivalenceGroups) -> str:
    """``equivalence_groups.json``."""
    return json.dumps(groups.model_dump(), indent=1, default=repr) + "\n"
