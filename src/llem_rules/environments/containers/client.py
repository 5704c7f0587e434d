"""Reaching a Docker-compatible engine, and saying what is wrong when it cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from llem_rules.rules.failure import NOT_CHECKED, Failure

if TYPE_CHECKING:
    from docker import DockerClient

_ANSWER_S = 60  # how long the engine may take for one request before it counts as gone


def connect() -> DockerClient:
    """The engine that ``DOCKER_HOST`` names, else the one at its usual socket.

    Raises:
        Failure: (3) the SDK is not installed, or no engine answers.
    """
    try:
        import docker
    except ImportError as error:
        raise Failure(
            "the Docker SDK for Python is not installed",
            hint="pip install 'llem-rules[docker]'",
            code=NOT_CHECKED,
        ) from error
    with engine_errors("no container engine answers"):
        client = docker.from_env(timeout=_ANSWER_S)
        client.ping()
    return client


@contextmanager
def engine_errors(doing: str) -> Iterator[None]:
    """Turn whatever the engine, or the way to it, says into a failure. ``doing``: what did not work, in words.

    Raises:
        Failure: (3) always where the engine refused or was gone.
    """
    from docker.errors import APIError, DockerException, ImageNotFound
    from requests.exceptions import RequestException

    try:
        yield
    except ImageNotFound as error:
        raise Failure(
            f"{doing}: there is no such image here",
            hint="`llem-rules image build` makes a first-party image; `docker pull` fetches an upstream one",
            code=NOT_CHECKED,
        ) from error
    except APIError as error:
        raise Failure(f"{doing}: {error.explanation or error}", hint=_way_out(str(error)), code=NOT_CHECKED) from error
    except (DockerException, RequestException, OSError) as error:
        raise Failure(
            f"{doing}: {_shortly(error)}",
            hint="start the engine, or set DOCKER_HOST to the socket of one that runs (Podman's works too)",
            code=NOT_CHECKED,
        ) from error


def gone() -> tuple[type[Exception], ...]:
    """What is raised where the engine, or the thing that was asked for, is no longer there."""
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    return (DockerException, RequestException)


def _way_out(said: str) -> str:
    if "could not select device driver" in said or "nvidia" in said.lower():
        return "the engine has no GPU runtime: install the NVIDIA container toolkit, or say `--gpus none`"
    if "bind source path does not exist" in said:
        return "the engine must see this machine's files: the worker is mounted from here (DOCKER_HOST names another machine?)"
    if "no space left" in said:
        return "make room on the engine's disk (`docker system df` shows what lies there)"
    return "see `docker info` and the engine's own log"


def _shortly(error: BaseException) -> str:
    """What the system said at first, where the error only carries that along."""
    first = error
    while (before := first.__cause__ or first.__context__) is not None:
        first = before
    if isinstance(first, OSError) and first.strerror:
        return first.strerror
    return str(error).splitlines()[0] if str(error) else type(error).__name__
