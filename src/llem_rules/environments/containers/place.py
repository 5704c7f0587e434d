"""An image as a place for workers."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from llem_rules.corpus.versions import EngineVersions
from llem_rules.engines import Engine
from llem_rules.environments.containers.client import connect, engine_errors, gone
from llem_rules.environments.containers.confined import Confinement
from llem_rules.environments.containers.images import reference_of
from llem_rules.environments.containers.reaping import reap
from llem_rules.environments.containers.worker import ContainerWorker
from llem_rules.environments.settings import Limits

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.images import Image

_LOOKS_EVERY_S = 0.5


@dataclass
class ContainerPlace:
    """``image``: its reference. ``python``: the interpreter in it that has the library.

    ``patience_s``: how long an engine that answered before may be away, for instance while it is upgraded.
    """

    image: str
    python: str = "python3"
    confinement: Confinement = field(default_factory=Confinement)
    patience_s: float = 30.0
    _started: bool = field(default=False, init=False, repr=False)

    @cached_property
    def _client(self) -> DockerClient:
        return connect()

    @cached_property
    def _held(self) -> Image:
        """What the reference names now: it may name another image by the time that a worker has to be started again."""
        with engine_errors(f"the image {self.image} cannot be used"):
            return self._client.images.get(self.image)

    @property
    def key(self) -> str:
        """The image by its content, and the accelerators that it is given."""
        return f"image-{str(self._held.id).removeprefix('sha256:')[:16]}-gpus-{self.confinement.gpus}"

    def start(self, engine: Engine, limits: Limits, scratch: Path) -> ContainerWorker:
        """A worker in a new container, which has a scratch folder of its own, in memory.

        The one of this machine is given back at once: nothing of it can outlive a run that is killed.
        """
        shutil.rmtree(scratch, ignore_errors=True)
        client, image = self._client, self._held
        if self._started:
            self._wait_for(client)
        with engine_errors("what earlier runs left cannot be cleared"):
            reap(client)
        worker = ContainerWorker(client, image, self.python, engine, limits, self.confinement)
        self._started = True
        return worker

    def _wait_for(self, client: DockerClient) -> None:
        """Until the engine answers again, or patience runs out."""
        client.close()  # an engine that is about to stop still serves the connections that it has, but takes no new ones
        deadline = time.monotonic() + self.patience_s
        while time.monotonic() < deadline:
            with suppress(*gone()):
                client.ping()
                return
            time.sleep(_LOOKS_EVERY_S)
        with engine_errors(f"the container engine went away, and was not back within {self.patience_s:g} s"):
            client.ping()


def place_in_image(versions: EngineVersions, gpus: str, tag: str | None = None) -> ContainerPlace:
    """The image that an engine's file names (or ``tag``), as a place that is given so many GPUs.

    Raises:
        Failure: (2) ``gpus`` cannot be read.
    """
    reference = tag or reference_of(versions, "cpu" if gpus == "none" else "cuda")
    return ContainerPlace(reference, versions.image.python, Confinement(gpus=gpus))
