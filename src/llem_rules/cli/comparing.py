"""Comparing two sides of an engine from the command line."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import typer

from llem_rules.cli.asking import asking
from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.locate import find_project
from llem_rules.engines import find_engine
from llem_rules.graph.approvals import load_approvals
from llem_rules.graph.base import SideReader
from llem_rules.graph.changes.model import CONCERNS
from llem_rules.graph.comparison import Comparison, compare
from llem_rules.graph.places import Places
from llem_rules.graph.severity import SEVERITIES, project_table
from llem_rules.graph.step import file_name, step_text
from llem_rules.graph.usage import Usage, curated_parameters, read_configs
from llem_rules.reporting import diff_report
from llem_rules.reporting.console import console


def compare_sides(
    engine: str,
    base: str,
    head: str | None,
    concerns: Sequence[str] | None,
    configs: Sequence[Path],
    approvals: Path | None,
    *,
    ask: bool = False,
) -> Comparison:
    """Read both sides and compare them. ``ask``: put every change to both versions of the library.

    Raises:
        Failure: (2) something cannot be read; (3) a library cannot be asked; (4) the head holds nothing to compare.
    """
    project = find_project()
    package = find_engine(engine).package
    accepted, table = load_approvals(engine, project, approvals), project_table(project)
    usage = Usage(curated_parameters(package), read_configs(configs))
    with _making_no_rubbish():
        reader = SideReader(engine, project)
        new = reader.working_tree() if head is None else reader.named(head)
        old = reader.named(base)
    chosen = None if concerns is None else tuple(one for one in CONCERNS if one in concerns)
    with asking(old, new, engine, usage) if ask else nullcontext() as put:
        return compare(engine, old, new, concerns=chosen, usage=usage, table=table, approvals=accepted, ask=put)


@contextmanager
def _making_no_rubbish() -> Iterator[None]:
    """Reading corpora makes a million objects that stay: looking for rubbish among them costs a sixth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def show(compared: Comparison, output: str) -> None:
    """Write the report to standard output."""
    places = Places(compared.engine, find_project())
    match output:
        case "text":
            from llem_rules.reporting.diff_text import print_comparison

            print_comparison(compared, console())
        case "json":
            _echo(json.dumps(diff_report.document(compared, places), indent=1, default=repr) + "\n")
        case "markdown":
            from llem_rules.reporting.diff_markdown import markdown

            _echo(markdown(compared))
        case "sarif":
            from llem_rules.reporting.diff_sarif import sarif

            _echo(sarif(compared, places))
        case _:
            from llem_rules.reporting import diff_ci

            _echo(diff_ci.junit(compared) if output == "junit" else diff_ci.github(compared, places))


def _echo(text: str) -> None:
    typer.echo(text, nl=False)


def write_steps(compared: Comparison, folder: Path) -> list[Path]:
    """Write the artefact of each concern. Returns the files.

    Raises:
        Failure: (2) the folder cannot be written.
    """
    written = []
    for step in diff_report.steps(compared):
        path = folder / file_name(step.engine, step.concern)
        write_artefact(path, step_text(step))
        written.append(path)
    return written


def exit_code(compared: Comparison, fail_on: str) -> int:
    """1 where a change that nobody approved is as bad as asked."""
    if fail_on == "never":
        return 0
    bound = SEVERITIES.index("breaking" if fail_on == "breaking" else "notable")
    bad = (SEVERITIES.index(one.verdicts.worst) >= bound for one in compared.items if one.approval is None)
    return int(any(bad))
