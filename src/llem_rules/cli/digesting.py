"""The pages of one engine, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.engines import find_engine
from llem_rules.graph.base import SideReader
from llem_rules.graph.changes.model import Concern
from llem_rules.graph.comparison import Comparison, compare
from llem_rules.graph.gaps import runtime_gaps
from llem_rules.graph.history import version_before
from llem_rules.graph.severity import project_table
from llem_rules.graph.sides import Side
from llem_rules.graph.usage import Usage, curated_parameters
from llem_rules.reporting import digest
from llem_rules.rules.failure import NOTHING, Failure


def digest_engine(engine: str, base: str | None, gaps: Path | None = None, *, write: bool, as_json: bool) -> int:
    """Make the pages. Returns the exit code: 1 where they are stale, and only looked at.

    Raises:
        Failure: (2) something cannot be read or written; (4) nothing is known of the engine.
    """
    project = find_project()
    usage = Usage(curated_parameters(find_engine(engine).package))
    reader = SideReader(engine, project)
    new = reader.working_tree()
    name = base if base is not None else version_before(engine, project, new.version)
    old = None if name is None else reader.named(name)
    pages: dict[str, str] = {}
    if new.entries is not None:
        pages[f"invariants-{engine}.md"] = digest.invariants(
            engine, new, _compared(engine, old, new, "invariants", usage, project)
        )
    if new.schema is not None:
        fields = _compared(engine, old, new, "schemas", usage, project)
        pages[f"curation-{engine}.md"] = digest.curation(
            engine, new.schema, usage, fields, runtime_gaps(engine, project, gaps)
        )
    if not pages:
        raise Failure(f"nothing is known of {engine} yet", hint=f"llem-rules discover {engine}", code=NOTHING)
    stale = _written(project, pages, write=write)
    if as_json:
        items = [{"page": page, "changed": page in stale} for page in pages]
        summary = {"engine": engine, "base": name, "pages": len(pages), "changed": len(stale)}
        typer.echo(json.dumps({"schema_version": 1, "command": "digest", "summary": summary, "items": items}, indent=1))
    else:
        for page in pages:
            word = ("changed" if write else "stale") if page in stale else "unchanged"
            typer.echo(f"page       {shown(_path(project, page))} ({word})")
    return int(bool(stale) and not write)


def _compared(
    engine: str, old: Side | None, new: Side, concern: Concern, usage: Usage, project: Project
) -> Comparison | None:
    held = None if old is None else (old.entries if concern == "invariants" else old.schema)
    if old is None or held is None:
        return None
    return compare(engine, old, new, concerns=(concern,), usage=usage, table=project_table(project))


def _path(project: Project, page: str) -> Path:
    return project.root / "docs" / "generated" / page


def _written(project: Project, pages: dict[str, str], *, write: bool) -> list[str]:
    """The pages whose text is new; written, where that is wanted."""
    if write and not project.writable:
        raise Failure(f"{shown(project.root)} cannot be written", hint="run it in a clone of the repository")
    stale = []
    for page, text in pages.items():
        path = _path(project, page)
        if not path.is_file() or path.read_bytes() != text.encode("utf-8"):
            stale.append(page)
            if write:
                write_artefact(path, text)
    return stale
