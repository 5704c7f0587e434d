"""Replay in an image as a user's command line meets it: its header, its refusals, a disk that is full."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
import pytest

from llem_rules.corpus.artefacts import load_yaml
from tests.containers.conftest import cannot
from tests.containers.project import IMAGE, RULES, VERSION, Project

pytestmark = pytest.mark.xdist_group("containers")
ROOT = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]


def test_the_header_says_where_the_evidence_was_taken(project: Project, client: docker.DockerClient) -> None:
    code, said = project.replay()
    assert code == 0, said
    found = load_yaml(project.evidence)
    image = client.images.get(f"{IMAGE}:{VERSION}")
    inside = client.containers.run(IMAGE + ":" + VERSION, ["python3", "-V"], remove=True, network_mode="none")
    assert found["environment"] == {
        "library": "fauxllm",
        "library_version": VERSION,
        "python": inside.decode().split()[1],
        "system": "linux",
        "machine": os.uname().machine,
        "device": "cpu",
        "packages": {},
        "image": (image.attrs["RepoDigests"] or [image.id])[0],
    }
    assert [one["verdict"] for one in found["rules"]] == ["confirmed"] * RULES


def test_an_image_with_another_version_is_refused(project: Project, client: docker.DockerClient) -> None:
    client.images.get(f"{IMAGE}:{VERSION}").tag(IMAGE, "9.9")
    try:
        code, said = project.replay("--version", "9.9")
    finally:
        client.images.remove(f"{IMAGE}:9.9")
    assert code == 3
    assert re.search(f"fauxllm {VERSION} is in .*sha256:", said)
    assert "but 9.9 is wanted" in said


REFUSALS = [
    # arguments, DOCKER_HOST, words
    (("--version", "7.7"), None, f"the image {IMAGE}:7.7 cannot be used: there is no such image here"),
    ((), "unix:///no/such/socket", "no container engine answers"),
    (("--gpus", "1"), None, "GPU"),  # refused by the engine, or, where that looks away, by us
]


@pytest.mark.parametrize(("arguments", "host", "words"), REFUSALS)
def test_what_cannot_be_started_is_said(
    project: Project, arguments: tuple[str, ...], host: str | None, words: str
) -> None:
    code, said = project.replay(*arguments, host=host)
    assert (code, words in said, "Traceback" in said) == (3, True, False), said


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A disk of so many kilobytes at a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={kilobytes}k,mode=0777"
    if subprocess.run([*ROOT, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False).returncode:
        cannot("a small disk cannot be mounted: that needs root, or sudo without a password")
    try:
        yield
    finally:
        subprocess.run([*ROOT, "umount", str(folder)], check=True)


@pytest.mark.usefixtures("client")
def test_a_disk_that_is_full_when_the_evidence_is_written(project: Project) -> None:
    with small_disk(project.folder / "corpus", 64):
        assert project.replay("--rule", "*.f0-*")[0] == 0
        before = files_in(project.folder / "corpus")
        filler = project.folder / "corpus" / "filler"
        fill(filler)
        code, said = project.replay()
        assert code not in (0, 1), said
        assert "No space left" in said
        assert "Traceback" not in said
        filler.unlink()
        assert files_in(project.folder / "corpus") == before
        code, said = project.replay()
        assert code == 0, said
        assert load_yaml(project.evidence)["rules"][RULES - 1]["verdict"] == "confirmed"
        replayed = next(line for line in said.splitlines() if line.startswith("replayed")).split()
        assert replayed[1] == replayed[3].lstrip("(")  # nothing had to be asked again


@pytest.mark.usefixtures("client")
def test_a_disk_that_is_full_while_the_library_is_asked(project: Project) -> None:
    with small_disk(project.cache, 24):
        code, said = project.replay()
        assert code == 3, said
        assert "cannot be remembered" in said
        assert "Traceback" not in said
        assert not project.evidence.exists()


def fill(path: Path) -> None:
    """Take all the room that is left on a disk."""
    with path.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(1024))


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below it, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
