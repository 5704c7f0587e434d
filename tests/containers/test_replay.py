"""The image of a real engine: the same verdicts as in a virtual environment, case for case."""

from __future__ import annotations

from typing import Any

import docker
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.environments.choose import open_library
from llem_rules.environments.containers.images import reference_of
from llem_rules.replay.evidence import validated_entry
from llem_rules.replay.run import replay_rules
from tests.containers.conftest import cannot

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("containers")]
ENGINE = "transformers"
VERSIONS = load_engine_versions(ENGINE)


@pytest.fixture(scope="module")
def built(client: docker.DockerClient) -> str:
    """The CPU image; where it is required it must have been built before."""
    reference = reference_of(VERSIONS, "cpu")
    if not client.images.list(reference):
        cannot(f"the image {reference} is not here: llem-rules image build {ENGINE}")
    return reference


def entries(kind: str) -> dict[str, dict[str, Any]]:
    """The validated corpus as one place sees it: a container is asked everything anew, an environment of our own remembers."""
    rules = read_rulebook(ENGINE, find_project()).rules
    with open_library(ENGINE, kind, fresh=kind == "docker", report=lambda _text: None) as library:
        verdicts = replay_rules(library, rules, lambda _done, _total: None).verdicts
    version = VERSIONS.library.current_version
    return {verdict.rule.id: validated_entry(verdict, version) for verdict in verdicts}


@pytest.mark.usefixtures("built")
def test_a_container_shows_what_a_virtual_environment_shows() -> None:
    inside, outside = entries("docker"), entries("venv")
    assert inside.keys() == outside.keys()
    assert {rule["rule"].get("reach") for rule in inside.values()} >= {"generate"}
    assert [name for name in inside if inside[name] != outside[name]] == []


@pytest.mark.usefixtures("built")
def test_the_image_has_every_native_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["image", "verify", ENGINE]) == 0
    assert "0 missing" in capsys.readouterr().out
