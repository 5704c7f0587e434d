"""One worker in a container: created confined, spoken to through its attached stream, removed whatever happens."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llem_rules import inside
from llem_rules.engines import Engine
from llem_rules.environments.containers.client import engine_errors
from llem_rules.environments.containers.confined import SCRATCH, Confinement
from llem_rules.environments.containers.reaping import OWNER, owner_label
from llem_rules.environments.containers.stream import AttachedStream
from llem_rules.environments.facts import Facts
from llem_rules.environments.place import answer_of, facts_of
from llem_rules.environments.settings import Limits, variables_for
from llem_rules.environments.wire import line_of

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

_MOUNTED = "/llem-rules-inside"
_SHOWN = 1500


class ContainerWorker:
    """A worker that has imported the library, in a container of its own. ``facts``: what it said of its environment.

    Raises:
        Failure: (3) the engine is gone or refuses, the container is not confined as asked, or the library cannot be imported.
    """

    def __init__(
        self, client: DockerClient, image: str, python: str, engine: Engine, limits: Limits, confinement: Confinement
    ) -> None:
        self._engine = engine
        self._client = client
        self._confinement = confinement
        self._stream: AttachedStream | None = None
        with engine_errors(f"no container of {image} can be made"):
            self._container: Container = client.containers.create(
                image,
                [python, "-s", "-B", _MOUNTED],
                entrypoint=[],
                environment=variables_for(engine, SCRATCH),
                labels={OWNER: owner_label()},
                mounts=[_mount()],
                stdin_open=True,
                detach=False,
                **confinement.options(),
            )
        try:
            self.facts = self._begin(image, limits)
        except BaseException:
            self.stop()
            raise

    def _begin(self, image: str, limits: Limits) -> Facts:
        with engine_errors(f"a container of {image} does not start"):
            # Attached before it starts: what it says first must not be lost.
            asked = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._stream = AttachedStream(self._client.api.attach_socket(str(self._container.id), params=asked))
            self._container.start()
        self.send(line_of({"engine": self._engine.message(), "scratch": SCRATCH, "limits": limits.message()}))
        answer = self.receive(limits.import_s)
        ended = "" if answer is not None else f"{self.how_it_ended() or 'its worker said nothing'}: {self.log()}"
        facts = facts_of(answer, self._engine, image, ended)
        self._confinement.require(facts.confinement)
        return replace(facts, image=_digest(self._client, image))

    def send(self, line: bytes) -> bool:
        """Write one line; False when nobody reads any more."""
        assert self._stream is not None
        return self._stream.send(line)

    def receive(self, patience_s: float) -> dict[str, Any] | None:
        """The next answer; None when there will be none: it has ended, the engine is gone, or patience ran out."""
        assert self._stream is not None
        line = self._stream.next(patience_s)
        return None if line is None else answer_of(line, SCRATCH)

    def log(self) -> str:
        """The end of what the library printed while it was imported, and of what the worker said."""
        printed = self._stream.printed if self._stream is not None else b""
        return bytes(printed[-_SHOWN:]).decode("utf-8", "replace").strip()

    def how_it_ended(self) -> str:
        """Out of memory, or its exit code; empty while it runs, or where the engine cannot be asked."""
        with suppress(*_gone()):
            state = self._client.api.inspect_container(str(self._container.id))["State"]
            if state["Running"]:
                return ""
            if state["OOMKilled"]:
                return f"the container used more than its {self._confinement.memory_bytes >> 20} MiB of memory"
            return f"the container ended with code {state['ExitCode']}"
        return ""

    def stop(self) -> None:
        """Remove the container, with everything in it. What an engine that is gone keeps is reaped by the next run."""
        if self._stream is not None:
            self._stream.close()
        with suppress(*_gone()):
            self._container.remove(force=True, v=True)


def _gone() -> tuple[type[Exception], ...]:
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    return (DockerException, RequestException)


def _digest(client: DockerClient, image: str) -> str:
    """The registry's digest; an image that never was in one has only its own id."""
    found = client.images.get(image)
    return str((found.attrs.get("RepoDigests") or [found.id])[0])


def _mount() -> Any:
    from docker.types import Mount

    # A bind mount of this type refuses a missing folder; the older kind makes an empty one in silence.
    return Mount(target=_MOUNTED, source=str(Path(inside.__file__).resolve().parent), type="bind", read_only=True)
