"""``ci approve-reuse``, ``report`` and ``sweep``: what runs beside the cells."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.ci_options import DryRun, HeadOption, RemoteOption, RepositoryOption, show
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption


def approve_reuse(
    event: Annotated[
        Path,
        typer.Option(
            envvar="GITHUB_EVENT_PATH", exists=True, dir_okay=False, metavar="FILE", help="The issue_comment event."
        ),
    ],
    remote: RemoteOption = "origin",
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Carry out `/approve-reuse ENGINE PRODUCER` of a comment, and answer there.

    States: approved, already, refused (the answer says why), superseded (the branch went on), ignored (no command).
    """
    from llem_rules.corpus.locate import find_project
    from llem_rules.pipeline.approving import approve, event_in, request_in
    from llem_rules.pipeline.git import Repository
    from llem_rules.pipeline.hub import from_environment, opened

    request = request_in(event_in(event))
    if request is None:
        show("approve-reuse", "ignored", [], output, dry_run=dry_run)
        return 0
    with opened(from_environment(repository)) as hub:
        answer = approve(hub, Repository(find_project().root, remote), request, dry_run=dry_run)
        if not dry_run:
            hub.get_issue(request.number).create_comment(answer.said)
    item = {"engine": request.engine, "producer": request.producer, "by": request.login}
    show("approve-reuse", answer.state, [item], output, commit=answer.commit, said=answer.said, dry_run=dry_run)
    return int(answer.state in {"refused", "superseded"})


def report(
    folder: Annotated[Path, typer.Argument(file_okay=False, metavar="DIR", help="What the run uploaded.")],
    head: HeadOption,
    source: Annotated[
        str, typer.Option("--from", metavar="OWNER:BRANCH", help="The fork's branch, as the run's event says.")
    ],
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Comment and label for a pull request that gets no token: only what its checked artefacts say, nothing is written back.

    States: told, superseded (no open pull request is at that commit), nothing (the run left no artefact).
    """
    from llem_rules.corpus.versions import engine_names
    from llem_rules.pipeline import texts
    from llem_rules.pipeline.cells import Cell
    from llem_rules.pipeline.comments import upsert
    from llem_rules.pipeline.hub import from_environment, opened
    from llem_rules.pipeline.labelling import add_own
    from llem_rules.pipeline.untrusted import checked_steps

    steps = checked_steps(folder, head, engine_names())
    if not steps:
        show("report", "nothing", [], output, dry_run=dry_run)
        return 0
    items = []
    with opened(from_environment(repository)) as hub:
        pulls = [one for one in hub.get_pulls(state="open", head=source) if one.head.sha == head]
        for step in steps if pulls else []:
            cell = Cell(step.engine, step.concern)
            said = upsert(hub, pulls[0].number, cell, head, texts.comment(step), dry_run=dry_run)
            done = add_own(hub, pulls[0].number, step, head, dry_run=dry_run)
            items.append({"cell": str(cell), "comment": said, "labels": ", ".join(done.added)})
    show("report", "told" if pulls else "superseded", items, output, dry_run=dry_run)
    return 0


def sweep(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    versions: Annotated[str | None, typer.Option(metavar="SPECIFIER", help="Which versions, such as '>=5,<6'.")] = None,
    every_minor: Annotated[bool, typer.Option(help="Only the last release of each minor version.")] = True,
    results: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, metavar="FILE", help="Probe nothing: ENGINE.compat.json of another job."
        ),
    ] = None,
    probe_only: Annotated[
        bool, typer.Option("--probe-only", help="Stop after the probes; no token is needed.")
    ] = False,
    base: Annotated[str, typer.Option(metavar="BRANCH", help="Where the pull request goes.")] = "main",
    env: EnvOption = EnvironmentKind.VENV,
    remote: RemoteOption = "origin",
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Probe a range of versions, and open a pull request where engine_versions/ENGINE.compat.json changed.

    States: probed (--probe-only), unchanged, opened, updated (its pull request was open already).
    """
    from llem_rules.cli import ci_sweeping

    if (versions is None) == (results is None):
        raise typer.BadParameter("give either --versions, to probe them, or --results, to propose what was probed")
    failed = ci_sweeping.probe_all(engine, versions, env.value, every_minor=every_minor) if versions else []
    if results is not None:
        ci_sweeping.take(engine, results)
    if probe_only:
        show("sweep", "probed", failed, output, dry_run=dry_run)
    else:
        state, commit = ci_sweeping.propose(engine, base, remote, repository, dry_run=dry_run)
        show("sweep", state, failed, output, commit=commit, dry_run=dry_run)
    return 3 if failed else 0
