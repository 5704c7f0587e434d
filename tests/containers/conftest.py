"""An image of the fake engine, made once, and the promise that no container is left.

Without an engine these tests are skipped, unless ``LLEM_RULES_CONTAINERS=required``. The base image, any with a Python,
is named by ``LLEM_RULES_BASE_IMAGE``.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import docker
import pytest
from docker.errors import DockerException

from llem_rules.environments import Limits, Session
from llem_rules.environments.containers import Confinement, ContainerPlace
from llem_rules.environments.containers.reaping import OWNER
from tests.containers.project import IMAGE, VERSION, Project, faux_in_image, make_project
from tests.engines import FOLDER, LIMITS
from tests.engines.leftovers import left_in

BASE = os.environ.get("LLEM_RULES_BASE_IMAGE", "python:3.12-slim-bookworm")
REQUIRED = os.environ.get("LLEM_RULES_CONTAINERS") == "required"


def cannot(why: str) -> NoReturn:
    """Skip, or fail where the container tests are required."""
    if REQUIRED:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def client() -> Iterator[docker.DockerClient]:
    """The engine of this machine. When all is done no container of ours may be left on it."""
    try:
        found = docker.from_env()
        found.ping()
    except DockerException as error:
        cannot(f"no container engine answers: {error}")
    yield found
    assert containers_of_ours(found) == []
    found.close()


@pytest.fixture(scope="session")
def image(client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fake engine's image."""
    if not REQUIRED and not client.images.list(BASE):
        cannot(f"the base image {BASE} is not here: docker pull {BASE}, or set LLEM_RULES_BASE_IMAGE")
    yield build_image(client, BASE, tmp_path_factory.mktemp("context"))
    client.images.remove(f"{IMAGE}:{VERSION}", force=True)


def build_image(client: docker.DockerClient, base: str, context: Path) -> str:
    """The fake engine's image on any engine that has the base."""
    shutil.copytree(FOLDER / "fauxllm", context / "fauxllm", ignore=shutil.ignore_patterns("__pycache__"))
    (context / "Dockerfile").write_text(f"FROM {base}\nCOPY fauxllm /faux/fauxllm\n")
    client.images.build(path=str(context), tag=f"{IMAGE}:{VERSION}", rm=True)
    return f"{IMAGE}:{VERSION}"


def containers_of_ours(client: docker.DockerClient) -> list[str]:
    """The containers that this machine's sessions have on an engine: name and owner."""
    found = client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
    owners = {str(one.name): str(one.labels[OWNER]) for one in found}
    return [f"{name} of {owner}" for name, owner in owners.items() if owner.startswith(f"{socket.gethostname()}/")]


class Opener:
    """Opens sessions with the fake engine in a container."""

    def __init__(self, image: str) -> None:
        self._image = image

    def __call__(
        self, *, importing: str = "", limits: Limits = LIMITS, confinement: Confinement | None = None
    ) -> Session:
        return Session(faux_in_image(importing), self.place(confinement), limits)

    def place(self, confinement: Confinement | None = None) -> ContainerPlace:
        """The image as a place."""
        return ContainerPlace(self._image, confinement=confinement or Confinement(memory_bytes=1 << 30))


@pytest.fixture
def contained(client: docker.DockerClient, image: str) -> Iterator[Opener]:
    """Opens sessions; no container of ours may be left at the end."""
    yield Opener(image)
    assert containers_of_ours(client) == []


@pytest.fixture
def project(client: docker.DockerClient, image: str, tmp_path: Path) -> Iterator[Project]:
    """A project of the fake engine; of its commands no container, process or temporary folder may be left at the end."""
    del image
    made = make_project(tmp_path / "project")
    yield made
    assert containers_of_ours(client) == []
    assert left_in(made.temporary) == []
