"""An image as a place for workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from llem_rules.corpus.versions import EngineVersions
from llem_rules.engines import Engine
from llem_rules.environments.containers.client import connect, engine_errors
from llem_rules.environments.containers.confined import Confinement
from llem_rules.environments.containers.images import reference_of
from llem_rules.environments.containers.reaping import reap
from llem_rules.environments.containers.worker import ContainerWorker
from llem_rules.environments.settings import Limits

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass
class ContainerPlace:
    """``image``: its reference. ``python``: the interpreter in it that has the library."""

    image: str
    python: str = "python3"
    confinement: Confinement = field(default_factory=Confinement)

    @cached_property
    def _client(self) -> DockerClient:
        client = connect()
        with engine_errors("what earlier runs left cannot be cleared"):
            reap(client)
        return client

    @property
    def key(self) -> str:
        """The image by its content, and the accelerators that it is given."""
        with engine_errors(f"the image {self.image} cannot be used"):
            digest = str(self._client.images.get(self.image).id)
        return f"image-{digest.removeprefix('sha256:')[:16]}-gpus-{self.confinement.gpus}"

    def start(self, engine: Engine, limits: Limits, scratch: Path) -> ContainerWorker:
        """A worker in a new container; ``scratch`` of this machine is not used: the container has its own, in memory."""
        del scratch
        return ContainerWorker(self._client, self.image, self.python, engine, limits, self.confinement)


def place_in_image(versions: EngineVersions, gpus: str, tag: str | None = None) -> ContainerPlace:
    """The image that an engine's file names (or ``tag``), as a place that is given so many GPUs.

    Raises:
        Failure: (2) ``gpus`` cannot be read.
    """
    reference = tag or reference_of(versions, "cpu" if gpus == "none" else "cuda")
    return ContainerPlace(reference, versions.image.python, Confinement(gpus=gpus))
