"""The engine itself is stopped while a run goes on: the run waits for it and goes on, or ends keeping all that was seen."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest

from llem_rules.corpus.artefacts import load_yaml
from llem_rules.environments.containers.reaping import OWNER
from tests.containers.conftest import cannot, containers_of_ours
from tests.containers.project import ROOT, RULES, Project
from tests.containers.test_endings import at_work

pytestmark = pytest.mark.xdist_group("containers")


class PrivateEngine:
    """An engine of the test's own. ``host``: its ``DOCKER_HOST``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.host = ""

    def start(self) -> None:
        """Start it, or start it again over what it kept."""
        self.host = self._do("private")

    def halt(self) -> None:
        """Stop it as a reboot would."""
        self._do("halt")

    def stop(self) -> None:
        """Be done with it."""
        self._do("stop")

    def _do(self, action: str) -> str:
        command = [sys.executable, str(ROOT / ".ci" / "docker_engine.py"), action, str(self._folder)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode == 3:
            cannot(done.stderr)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def engine(
    client: docker.DockerClient, image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PrivateEngine]:
    """A private engine that has the fake engine's image."""
    made = PrivateEngine(tmp_path_factory.mktemp("engine"))
    made.start()
    try:
        with closing(docker.DockerClient(base_url=made.host)) as own:
            own.images.load(b"".join(client.images.get(image).save(named=True)))
        yield made
    finally:
        made.stop()


def test_an_engine_that_is_started_again(project: Project, engine: PrivateEngine) -> None:
    process = project.start("--jobs", "2", host=engine.host)
    with closing(docker.DockerClient(base_url=engine.host)) as own:
        at_work(own)
        engine.halt()
        time.sleep(1)
        engine.start()
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        assert containers_of_ours(own) == []
    assert [one["verdict"] for one in load_yaml(project.evidence)["rules"]] == ["confirmed"] * RULES


def test_an_engine_that_stays_away(project: Project, engine: PrivateEngine) -> None:
    process = project.start("--jobs", "2", "--fresh", host=engine.host)
    with closing(docker.DockerClient(base_url=engine.host)) as own:
        at_work(own)
        engine.halt()
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 3, said
        assert "the container engine went away" in said
        assert "Traceback" not in said
        assert not project.evidence.exists()
        engine.start()
        assert len(own.containers.list(all=True, filters={"label": OWNER})) == 1
        code, said = project.replay(host=engine.host)
        assert (code, " remembered)" in said) == (0, True), said
        assert containers_of_ours(own) == []
