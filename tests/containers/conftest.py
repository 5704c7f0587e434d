"""An image of the fake engine, made once, and the promise that no container is left.

Without an engine these tests are skipped, unless ``LLEM_RULES_CONTAINERS=required``. The base image, any with a Python,
is named by ``LLEM_RULES_BASE_IMAGE``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace

import docker
import pytest
from docker.errors import DockerException

from llem_rules.environments import Limits, Session
from llem_rules.environments.containers import Confinement, ContainerPlace
from llem_rules.environments.containers.reaping import OWNER
from tests.engines import FOLDER, LIMITS, faux

BASE = os.environ.get("LLEM_RULES_BASE_IMAGE", "python:3.12-slim-bookworm")
REQUIRED = os.environ.get("LLEM_RULES_CONTAINERS") == "required"
IMAGE = "llem-rules-test-fauxllm"


@pytest.fixture(scope="session")
def client() -> Iterator[docker.DockerClient]:
    """The engine of this machine."""
    try:
        found = docker.from_env()
        found.ping()
    except DockerException as error:
        if REQUIRED:
            raise
        pytest.skip(f"no container engine answers: {error}")
    yield found
    found.close()


@pytest.fixture(scope="session")
def image(client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The fake engine's image."""
    if not REQUIRED and not client.images.list(BASE):
        pytest.skip(f"the base image {BASE} is not here: docker pull {BASE}, or set LLEM_RULES_BASE_IMAGE")
    context = tmp_path_factory.mktemp("context")
    shutil.copytree(FOLDER / "fauxllm", context / "fauxllm", ignore=shutil.ignore_patterns("__pycache__"))
    (context / "Dockerfile").write_text(f"FROM {BASE}\nCOPY fauxllm /faux/fauxllm\n")
    client.images.build(path=str(context), tag=IMAGE, rm=True)
    return IMAGE


class Opener:
    """Opens sessions with the fake engine in a container."""

    def __init__(self, image: str) -> None:
        self._image = image

    def __call__(
        self, *, importing: str = "", limits: Limits = LIMITS, confinement: Confinement | None = None
    ) -> Session:
        engine = faux(importing=importing)
        engine = replace(engine, environment={**engine.environment, "PYTHONPATH": "/faux"})
        return Session(engine, self.place(confinement), limits)

    def place(self, confinement: Confinement | None = None) -> ContainerPlace:
        """The image as a place."""
        return ContainerPlace(self._image, confinement=confinement or Confinement(memory_bytes=1 << 30))


@pytest.fixture
def contained(client: docker.DockerClient, image: str) -> Iterator[Opener]:
    """Opens sessions; no container of ours may be left at the end."""
    yield Opener(image)
    left = client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
    assert [one.name for one in left] == []
