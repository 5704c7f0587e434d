"""One worker in a container: created confined, spoken to through its attached stream, removed whatever happens."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llem_rules import inside
from llem_rules.engines import Engine
from llem_rules.environments.containers.client import engine_errors, gone
from llem_rules.environments.containers.confined import NOBODY, SCRATCH, Confinement
from llem_rules.environments.containers.reaping import OWNER, owner_label, remove
from llem_rules.environments.containers.stream import AttachedStream
from llem_rules.environments.facts import Facts
from llem_rules.environments.place import answer_of, facts_of
from llem_rules.environments.settings import Limits, variables_for
from llem_rules.environments.wire import line_of

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container
    from docker.models.images import Image

_MOUNTED = "/llem-rules-inside"
_SHOWN = 1500
_NOTICED_WITHIN_S = 3.0
_KILLED = 128 + 9


class ContainerWorker:
    """A worker that has imported the library, in a container of its own. ``facts``: what it said of its environment.

    Raises:
        Failure: (3) the engine is gone or refuses, the container is not confined as asked, or the library cannot be imported.
    """

    def __init__(
        self, client: DockerClient, image: Image, python: str, engine: Engine, limits: Limits, confinement: Confinement
    ) -> None:
        self._engine = engine
        self._client = client
        self._confinement = confinement
        self._stream: AttachedStream | None = None
        name = _name(image)
        with engine_errors(f"no container of {name} can be made"):
            self._container = self._create(str(image.id), python)
        try:
            self.facts = replace(self._begin(name, limits), image=_digest(image))
        except BaseException:
            self.stop()
            raise

    def _create(self, image: str, python: str) -> Container:
        # The engine's plain interface: the one above it knows no stop timeout.
        api = self._client.api
        made = api.create_container(
            image,
            [python, "-s", "-B", _MOUNTED],
            entrypoint=[],
            hostname="llem-rules",  # else a new one each time, in every message that names it
            user=NOBODY,
            environment=variables_for(self._engine, SCRATCH),
            use_config_proxy=False,  # the user's own settings are no part of the environment
            labels={OWNER: owner_label()},
            stdin_open=True,
            healthcheck={"test": ["NONE"]},
            stop_timeout=self._confinement.stop_s,
            host_config=api.create_host_config(mounts=[_mount()], **self._confinement.options()),
        )
        return self._client.containers.get(made["Id"])

    def _begin(self, image: str, limits: Limits) -> Facts:
        with engine_errors(f"a container of {image} does not start"):
            # Attached before it starts: what it says first must not be lost.
            asked = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._stream = AttachedStream(self._client.api.attach_socket(str(self._container.id), params=asked))
            self._container.start()
        self.send(line_of({"engine": self._engine.message(), "scratch": SCRATCH, "limits": limits.message()}))
        answer = self.receive(limits.import_s)
        silent = f"{self._engine.package} was not imported within {limits.import_s:g} s"
        ended = "" if answer is not None else f"{self.how_it_ended() or silent}: {self.log()}"
        facts = facts_of(answer, self._engine, image, ended)
        self._confinement.require(facts.confinement)
        return facts

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
        """Out of memory, its exit code, or that nobody can tell; empty while it runs."""
        try:
            state = self._state()
        except gone():
            return "the container engine no longer answers, or the container is gone"
        if state["Running"]:
            return ""
        memory = f"{self._confinement.memory_bytes >> 20} MiB of memory"
        if state["OOMKilled"]:
            return f"the container used more than its {memory}"
        if state["ExitCode"] == _KILLED:  # not every engine tells whose memory ran out
            return f"the container was killed by the system, most likely because it used more than its {memory}"
        return f"the container ended with code {state['ExitCode']}"

    def _state(self) -> dict[str, Any]:
        """The container's state; where its streams have ended, that of its end, which engines may notice a little later."""
        deadline = time.monotonic() + (_NOTICED_WITHIN_S if self._stream is not None and self._stream.ended else 0.0)
        while True:
            state: dict[str, Any] = self._client.api.inspect_container(str(self._container.id))["State"]
            if not state["Running"] or time.monotonic() >= deadline:
                return state
            time.sleep(0.05)

    def stop(self) -> None:
        """End it with its container. What an engine that is away keeps is removed when it is back, or by the next run."""
        if self._stream is not None:
            self._stream.close()
        remove(self._container)


def _digest(image: Image) -> str:
    """The registry's digest; an image that never was in one has only its own id."""
    return str((image.attrs.get("RepoDigests") or [image.id])[0])


def _name(image: Image) -> str:
    return str(image.tags[0] if image.tags else image.id)


def _mount() -> Any:
    from docker.types import Mount

    # A bind mount of this type refuses a missing folder; the older kind makes an empty one in silence.
    return Mount(target=_MOUNTED, source=str(Path(inside.__file__).resolve().parent), type="bind", read_only=True)
