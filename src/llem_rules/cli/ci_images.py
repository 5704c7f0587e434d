"""``ci publish`` and ``sync-dockerfile``: the images that are built here."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from llem_rules.cli.ci_options import DryRun, RepositoryOption, show
from llem_rules.cli.options import Format, FormatOption

if TYPE_CHECKING:
    from llem_rules.pipeline.publishing import Which


class Tags(StrEnum):
    """Which tags are moved."""

    BOTH = "both"
    VERSION = "version"
    LATEST = "latest"


def publish(
    engine: Annotated[str, typer.Argument(help="An engine whose image is first-party.")],
    commit: Annotated[str, typer.Option(metavar="SHA", help="The commit on the main branch.")],
    room: Annotated[
        str,
        typer.Option("--room", metavar="REGISTRY/OWNER/NAME", help="Where the images lie; the registry stands first."),
    ],
    tags: Annotated[
        Tags, typer.Option(help="ENGINE-VERSION, latest (where the branch still has this version), or both.")
    ] = Tags.BOTH,
    branch: Annotated[str, typer.Option(metavar="NAME", help="The branch that latest follows.")] = "main",
    user: Annotated[str | None, typer.Option(envvar="REGISTRY_USER", help="Who logs in to the registry.")] = None,
    password: Annotated[
        str | None, typer.Option(envvar="REGISTRY_PASSWORD", help="Better in the environment than in a command line.")
    ] = None,
    repository: RepositoryOption = None,
    dry_run: DryRun = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Give the image that the pull request was proved in its production tags, bit for bit.

    States: published, outdated (only latest was asked for, and it is another version's by now).
    """
    from contextlib import closing

    from llem_rules.corpus.versions import load_engine_versions
    from llem_rules.pipeline import publishing
    from llem_rules.pipeline.hub import from_environment, opened
    from llem_rules.pipeline.registry import Registry
    from llem_rules.rules.failure import Failure

    pinned = load_engine_versions(engine)
    if pinned.image.source != "first_party":
        raise Failure(f"{engine}'s image is its maker's own: there is nothing to publish")
    host, _, place = room.partition("/")
    if not host or not place:
        raise Failure(f"{room!r} names no place in a registry", hint="write --room REGISTRY/OWNER/NAME")
    version = pinned.library.current_version
    which: Which = tags.value
    with opened(from_environment(repository)) as hub:
        if which != "version" and not publishing.is_latest(hub, engine, version, branch):
            if which == "latest":
                said = f"{branch} has another version by now: latest is for that one's run to move"
                show("publish", "outdated", [], output, dry_run=dry_run, said=said)
                return 0
            which = "version"
        validated = publishing.validated_digest(hub, commit, engine)
    copy = publishing.copy_of(engine, version, place.lower(), which)
    with closing(Registry(host, user, password)) as registry:
        made = publishing.publish(registry, copy, validated, dry_run=dry_run)
    items = [{"tag": f"{copy.target}:{tag}", "digest": made.digest} for tag in copy.tags]
    show("publish", "published", items, output, dry_run=dry_run)
    return 0


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
