"""The page of all corpora, from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from llem_rules.check.load import validated_document
from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.discovered import load_discovered
from llem_rules.corpus.documents import load_rules
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.corpus.matrix import load_matrix
from llem_rules.engines.registry import engine_names, find_engine
from llem_rules.reporting.console import note
from llem_rules.reporting.page import Known, engine_payload, render
from llem_rules.reporting.page.summary import document, text
from llem_rules.rules.failure import NOT_CHECKED, NOTHING, Failure

_STDOUT = Path("-")


def write_page(engines: Sequence[str], to: Path, coverage: Sequence[Path], *, as_json: bool) -> int:
    """Write the page. Returns the exit code.

    Raises:
        Failure: (2) no such engine, or something cannot be read or written; (3) an engine that was named has no corpus;
            (4) none has.
    """
    if as_json and to == _STDOUT:
        raise Failure(
            "--format json and the page cannot both go to the standard output", hint="give the page a file: -o FILE"
        )
    if to.is_dir():
        raise Failure(f"{shown(to)} is a folder, and a file is needed here", hint=f"-o {shown(to / 'llem-rules.html')}")
    project = find_project()
    sites = {str(one["summary"]["engine"]): one for one in map(_coverage, coverage)}
    known, without = _known(engines, project, sites)
    unused = [name for name in sites if name not in {one.engine for one in known}]
    if unused:
        raise Failure(f"--coverage: {unused[0]} is not among the engines of this page", hint=f"add it: {unused[0]}")
    payloads = [engine_payload(one) for one in known]
    page = render(payloads, "llem-rules", without)
    if to == _STDOUT:
        sys.stdout.write(page)
        return 0
    changed = write_artefact(to, page)
    told = document(shown(to), len(page.encode()), changed, payloads)
    typer.echo(json.dumps(told, indent=1) if as_json else text(told), nl=as_json)
    return 0


def _known(engines: Sequence[str], project: Project, sites: dict[str, Any]) -> tuple[list[Known], list[str]]:
    known, without = [], []
    for name in dict.fromkeys(engines or engine_names()):
        find_engine(name)
        try:
            validated = validated_document(name, project)
        except Failure as failure:
            if engines or failure.code != NOT_CHECKED:
                raise
            without.append(name)
            continue
        note(f"read       {name}")
        places = {one.rule.id: f"{one.file}:{one.span().line}" for one in load_rules(name, project)}
        schema, matrix = load_discovered(name, project), load_matrix(name, project)
        known.append(Known(name, validated, schema, matrix, sites.get(name), places))
    if not known:
        raise Failure("no engine has a corpus yet", hint="llem-rules replay ENGINE makes one", code=NOTHING)
    return known, without


def _coverage(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_bytes())
    except OSError as error:
        raise Failure(f"{shown(path)} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Failure(f"{shown(path)} is not JSON: {error}", hint=_HINT) from error
    if not isinstance(read, dict) or read.get("command") != "coverage" or "items" not in read:
        raise Failure(f"{shown(path)} is not a report of effect sites", hint=_HINT)
    return read


_HINT = "it is made by: llem-rules coverage ENGINE --format json > FILE"
