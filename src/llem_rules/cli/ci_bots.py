"""``ci approve-reuse``, ``publish``, ``sweep`` and ``sync-dockerfile``: what runs beside the cells."""

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
    import json

    from llem_rules.corpus.locate import find_project
    from llem_rules.pipeline.approving import approve, request_in
    from llem_rules.pipeline.git import Repository
    from llem_rules.pipeline.hub import from_environment, opened

    request = request_in(json.loads(event.read_text(encoding="utf-8")))
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
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, metavar="DIR", help="What the run uploaded.")],
    head: HeadOption,
    source: Annotated[
        str, typer.Option("--from", metavar="OWNER:BRANCH", help="The fork's branch, as the run's event says.")
    ],
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Comment and label for a pull request that gets no token: only what its checked artefacts say, nothing is written back.

    States: told, superseded (no open pull request is at that commit).
    """
    from llem_rules.corpus.versions import engine_names
    from llem_rules.pipeline import texts
    from llem_rules.pipeline.cells import Cell
    from llem_rules.pipeline.comments import upsert
    from llem_rules.pipeline.hub import from_environment, opened
    from llem_rules.pipeline.labelling import add_own
    from llem_rules.pipeline.untrusted import checked_step

    steps = [checked_step(path, head, engine_names()) for path in sorted(folder.rglob("engine-step-diff-*.yaml"))]
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


def publish(
    engine: Annotated[str, typer.Argument(help="An engine whose image is first-party.")],
    commit: Annotated[str, typer.Option(metavar="SHA", help="The commit on main.")],
    room: Annotated[
        str,
        typer.Option("--room", metavar="REGISTRY/OWNER/NAME", help="Where the images lie; the registry stands first."),
    ],
    user: Annotated[str | None, typer.Option(envvar="REGISTRY_USER", help="Who logs in to the registry.")] = None,
    password: Annotated[
        str | None, typer.Option(envvar="REGISTRY_PASSWORD", help="Better in the environment than in a command line.")
    ] = None,
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Give the image that the pull request was proved in its production tags, bit for bit. State: published."""
    from llem_rules.corpus.versions import load_engine_versions
    from llem_rules.pipeline import publishing
    from llem_rules.pipeline.hub import from_environment, opened
    from llem_rules.pipeline.registry import Registry
    from llem_rules.rules.failure import Failure

    pinned = load_engine_versions(engine)
    if pinned.image.source != "first_party":
        raise Failure(f"{engine}'s image is its maker's own: there is nothing to publish")
    with opened(from_environment(repository)) as hub:
        validated = publishing.validated_digest(hub, commit, engine)
    host, _, place = room.partition("/")
    copy = publishing.copy_of(engine, pinned.library.current_version, place.lower())
    registry = Registry(host, user, password)
    try:
        made = publishing.publish(registry, copy, validated, dry_run=dry_run)
    finally:
        registry.close()
    items = [{"tag": f"{copy.target}:{tag}", "digest": made.digest} for tag in copy.tags]
    show("publish", "published", items, output, dry_run=dry_run)
    return 0


def sweep(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    versions: Annotated[str, typer.Option(metavar="SPECIFIER", help="Which versions, such as '>=5,<6'.")],
    every_minor: Annotated[bool, typer.Option(help="Only the last release of each minor version.")] = True,
    base: Annotated[str, typer.Option(metavar="BRANCH", help="Where the pull request goes.")] = "main",
    env: EnvOption = EnvironmentKind.VENV,
    remote: RemoteOption = "origin",
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Probe a range of versions, and open a pull request where engine_versions/ENGINE.compat.json changed.

    States: unchanged, opened, updated (its pull request was open already).
    """
    from llem_rules.cli.ci_sweeping import probe_all, propose

    failed = probe_all(engine, versions, env.value, every_minor=every_minor)
    state, commit = propose(engine, base, remote, repository, dry_run=dry_run)
    show("sweep", state, failed, output, commit=commit, dry_run=dry_run)
    return 3 if failed else 0


def sync_dockerfile(
    engines: Annotated[list[str] | None, typer.Argument(metavar="[ENGINE]...", help="Default: every one.")] = None,
    check: Annotated[
        bool, typer.Option("--check", "--dry-run", help="Write nothing; exit 1 where a line is stale.")
    ] = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Make docker/Dockerfile.ENGINE repeat what engine_versions/ENGINE.yaml says. States: synced, changed, stale."""
    from llem_rules.corpus.locate import find_project
    from llem_rules.pipeline.dockerfile import derived, sync

    project = find_project()
    places = derived(project, engines or None)
    stale = [one for one in places if one.stale]
    if stale and not check:
        sync(project, places)
    items = [{"place": f"docker/{one.file}:{one.line}", one.argument: f"{one.found} → {one.wanted}"} for one in stale]
    show("sync-dockerfile", "synced" if not stale else "stale" if check else "changed", items, output, dry_run=check)
    return int(check and bool(stale))
