"""Building a first-party image from ``docker/Dockerfile.<engine>``, with the versions that the engine's file names."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llem_rules.corpus.versions import EngineVersions
from llem_rules.environments.containers.client import connect, engine_errors
from llem_rules.environments.uv import local_torch
from llem_rules.rules.failure import NOT_CHECKED, Failure

Report = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """``reference`` names the image, ``digest`` is its id: what it holds, whatever it is called."""

    reference: str
    digest: str


def build_arguments(versions: EngineVersions, base_image: str | None, target: str) -> dict[str, str]:
    """What the Dockerfile's ``ARG`` lines are given."""
    version = versions.library.current_version
    environment = versions.environment
    if versions.image.source != "first_party" or environment is None:
        raise Failure(
            f"{versions.engine}'s image is its maker's own: {versions.image.at(version)}",
            hint="there is nothing to build; `docker pull` fetches it, and `--env docker` uses it as it is",
        )
    arguments = {
        "LIBRARY_VERSION": version,
        "REQUIREMENTS": " ".join(line.replace("{version}", version) for line in environment.requirements),
    }
    if environment.torch is not None:
        arguments["TORCH_VERSION"] = environment.torch
    if base_image is not None:
        arguments["CUDA_BASE_IMAGE" if target == "cuda" else "BASE_IMAGE"] = base_image
    return arguments


def build(
    versions: EngineVersions,
    docker_folder: Path,
    *,
    target: str,
    base_image: str | None,
    tag: str | None,
    report: Report,
) -> Built:
    """Build one target, and name it as the engine-versions file does (a CPU image gets ``-cpu``).

    Raises:
        Failure: (2) the image is upstream's or there is no Dockerfile; (3) the engine could not build it.
    """
    arguments = build_arguments(versions, base_image, target)
    dockerfile = docker_folder / f"Dockerfile.{versions.engine}"
    if not dockerfile.is_file():
        raise Failure(f"there is no {dockerfile.name} in {docker_folder}", hint="run it in a checkout of the project")
    reference = tag or reference_of(versions, target)
    client = connect()
    torch = versions.environment.torch if versions.environment else None
    with _context(docker_folder, torch) as context, engine_errors(f"{reference} cannot be built"):
        said = client.api.build(
            path=str(context),
            dockerfile=dockerfile.name,
            target=target,
            tag=reference,
            buildargs=arguments,
            rm=True,
            forcerm=True,
            decode=True,
        )
        _follow(said, reference, report)
        return Built(reference, str(client.images.get(reference).id))


def reference_of(versions: EngineVersions, target: str) -> str:
    """The image's name for a target: the one in the engine-versions file is the GPU image."""
    name = versions.image.at(versions.library.current_version)
    return name if target == "cuda" or versions.image.source == "upstream" else f"{name}-cpu"


@contextmanager
def _context(docker_folder: Path, torch: str | None) -> Iterator[Path]:
    """The folder that is sent to the engine: ours, and a local CPU wheel of torch where this machine has one."""
    with tempfile.TemporaryDirectory(prefix="llem-rules-image-") as made:
        context = Path(made) / "docker"
        shutil.copytree(docker_folder, context)
        wheel = local_torch(torch) if torch is not None else None
        if wheel is not None:
            shutil.copy2(wheel, context / "wheels" / wheel.name)
        yield context


def _follow(said: Iterator[Mapping[str, Any]], reference: str, report: Report) -> None:
    last: list[str] = []
    for event in said:
        text = str(event.get("stream") or event.get("status") or "").strip()
        if text:
            last = [*last[-11:], text]
            report(text.splitlines()[0])
        if "error" in event:
            shown = "\n  ".join([*last, str(event["error"]).strip()])
            raise Failure(
                f"{reference} cannot be built:\n  {shown}",
                hint="mend docker/ or the requirements in engine_versions/; a package index must be in reach",
                code=NOT_CHECKED,
            )
