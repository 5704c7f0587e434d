"""``llem-rules image``: the container images that replay runs in."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import GpusOption


class Target(StrEnum):
    """Which image of the Dockerfile."""

    CPU = "cpu"
    CUDA = "cuda"


EngineArgument = Annotated[str, typer.Argument(help="The engine.")]
TagOption = Annotated[str | None, typer.Option("--tag", help="Another name than the engine-versions file gives it.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    images = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Build and verify the images that `--env docker` uses."
    )
    images.command(epilog=epilog("image-build"))(build)
    images.command(epilog=epilog("image-verify"))(verify)
    app.add_typer(images, name="image")


def build(
    engine: EngineArgument,
    target: Annotated[Target, typer.Option(help="cpu: small, for CI. cuda: with what only GPUs use.")] = Target.CPU,
    base_image: Annotated[str | None, typer.Option("--base-image", help="Another base than the Dockerfile's.")] = None,
    tag: TagOption = None,
) -> int:
    """Build a first-party image from docker/Dockerfile.ENGINE, with the versions of the engine-versions file."""
    from llem_rules.corpus.locate import find_project
    from llem_rules.corpus.versions import load_engine_versions
    from llem_rules.environments.containers import images
    from llem_rules.reporting.console import console, status

    project = find_project()
    with status(f"building     {engine}") as tell:
        versions = load_engine_versions(engine, project)
        folder = project.root / "docker"
        built = images.build(versions, folder, target=target, base_image=base_image, tag=tag, report=tell)
    console().print(f"{built.reference}  {built.digest}", markup=False)
    return 0


def verify(engine: EngineArgument, gpus: GpusOption = "none", tag: TagOption = None) -> int:
    """Start the image, and see that worker, library and every native type are there."""
    from llem_rules.corpus.versions import load_engine_versions
    from llem_rules.environments.containers import verifying
    from llem_rules.reporting.console import console, status

    with status(f"starting     {engine}"):
        found = verifying.verify(load_engine_versions(engine), gpus=gpus, tag=tag)
    out, facts = console(), found.facts
    devices = ", ".join(facts.confinement.get("accelerators", ())) or "no GPU"
    out.print(f"image        {found.reference}  {facts.image}", markup=False)
    out.print(f"library      {facts.library_version}, Python {facts.python}, {facts.device}, {devices}", markup=False)
    out.print(f"types        {found.types} native types, {len(facts.missing_types)} missing", markup=False)
    how = "; ".join(facts.fork_unclean) or "a fork for each case"
    out.print(f"worker       {how}", markup=False)
    for one in found.wrong:
        out.print(f"wrong        {one}", markup=False)
    return int(bool(found.wrong))
