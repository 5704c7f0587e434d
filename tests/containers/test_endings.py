"""However a run ends, no container stays, nothing that was written is lost or half there, and the next run goes on."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docker
import pytest

from llem_rules.corpus.artefacts import load_yaml
from llem_rules.environments import RememberingSession, Session
from llem_rules.environments.containers.reaping import OWNER
from llem_rules.rules.failure import NOT_CHECKED, Failure
from tests.containers.conftest import Opener, cannot, containers_of_ours
from tests.containers.project import RULES, Project, faux_in_image
from tests.containers.proxy import Proxy
from tests.engines import LIMITS, case

pytestmark = pytest.mark.xdist_group("containers")
# The SDK does not close the socket of a connection that is refused.
REFUSED = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def collected() -> Iterator[None]:
    """What a test leaves to the garbage collector is collected while its own filter for warnings holds."""
    yield
    gc.collect()


def at_work(client: docker.DockerClient) -> None:
    """Return when a container of ours has had cases running: beside the worker, its child."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for one in client.containers.list(filters={"label": OWNER}, ignore_removed=True):
            processes = one.top().get("Processes") or ()
            if sum("/llem-rules-inside" in " ".join(process) for process in processes) > 2:  # init names it, too
                time.sleep(1)  # until some have been answered
                return
        time.sleep(0.05)
    raise AssertionError("no case was ever seen to run")


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_ended_takes_its_container_along(
    project: Project, client: docker.DockerClient, how: signal.Signals, code: int
) -> None:
    process = project.start("--gear", "reference")  # where each answer comes by itself, not with its group
    at_work(client)
    process.send_signal(how)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == code, said
    assert "Traceback" not in said
    assert containers_of_ours(client) == []
    assert not project.evidence.exists()
    code, said = project.replay("--gear", "reference")
    assert (code, " remembered)" in said) == (0, True), said  # what had been seen before was kept


def test_what_a_killed_run_leaves_the_next_one_clears(project: Project, client: docker.DockerClient) -> None:
    process = project.start()
    at_work(client)
    process.kill()
    process.communicate()
    assert len(containers_of_ours(client)) == 1
    code, said = project.replay()
    assert code == 0, said
    assert containers_of_ours(client) == []


def test_a_connection_that_drops_is_made_again(project: Project, client: docker.DockerClient, tmp_path: Path) -> None:
    with Proxy(tmp_path, to=unix_host()) as proxy:
        process = project.start("--jobs", "2", host=proxy.host)
        at_work(client)
        proxy.cut()
        time.sleep(1)
        proxy.open()
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert [one["verdict"] for one in load_yaml(project.evidence)["rules"]] == ["confirmed"] * RULES


@REFUSED
@pytest.mark.usefixtures("collected")
def test_a_connection_that_stays_away_ends_the_run_and_keeps_what_was_seen(
    contained: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path / "cache"))
    cases = [case("config.Slow", seconds=0.05, limit=number) for number in range(60)]
    with Proxy(tmp_path, to=unix_host()) as proxy:
        monkeypatch.setenv("DOCKER_HOST", proxy.host)
        place = replace(contained.place(), patience_s=0.5)
        came: list[int] = []

        def cut(index: int, _seen: object) -> None:
            came.append(index)
            if len(came) == 20:
                proxy.cut()

        with (
            pytest.raises(Failure, match=r"was not back within .* s: No such file or directory") as failed,
            RememberingSession(Session(faux_in_image(), place, LIMITS)) as session,
        ):
            session.run(cases, cut)
        assert failed.value.code == NOT_CHECKED
        assert 20 <= len(came) < 60
        proxy.open()
        # Same process: it clears what it could not tell the engine to remove.
        with RememberingSession(Session(faux_in_image(), contained.place(), LIMITS)) as session:
            seen = session.run(cases)
    assert session.remembered == len(came)
    assert [one.get("exception", {}).get("type") for one in seen] == ["FieldError"] + [None] * 59


def unix_host() -> str:
    """Where the engine is, if that is a socket of this machine."""
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    return host if host.startswith("unix://") else cannot(f"DOCKER_HOST={host} is no Unix socket")
