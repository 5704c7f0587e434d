"""Where a worker runs: the two sides of the line between a session and its process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

from llem_rules.engines import Engine
from llem_rules.environments.facts import Facts
from llem_rules.environments.settings import Limits
from llem_rules.rules.failure import NOT_CHECKED, Failure


class Worker(Protocol):
    """A worker that has imported the library. ``facts``: what it said of its environment."""

    facts: Facts

    def send(self, line: bytes) -> bool:
        """Write one line; False when nobody reads any more."""
        ...

    def receive(self, patience_s: float) -> dict[str, Any] | None:
        """The next answer; None when there will be none: it has ended, or patience ran out."""
        ...

    def log(self) -> str:
        """The end of what it printed."""
        ...

    def how_it_ended(self) -> str:
        """Why it is no longer there, as far as is known; empty where nothing is."""
        ...

    def stop(self) -> None:
        """End it, with everything that its cases left behind."""
        ...


class Place(Protocol):
    """An interpreter that can be given a worker: on this machine, or in a container.

    ``key``: what observations made there are filed under; two places of one key hold the same library. None: nobody knows
    what will be there tomorrow.
    """

    @property
    def key(self) -> str | None:
        """What observations are filed under."""
        ...

    def start(self, engine: Engine, limits: Limits, scratch: Path) -> Worker:
        """A worker that is ready.

        Raises:
            Failure: (3) it cannot be started, or the library cannot be imported.
        """
        ...


def answer_of(line: bytes, scratch: str) -> dict[str, Any] | None:
    """One line of a worker, without the name of its scratch folder: messages that print it would differ in every run."""
    try:
        answer = json.loads(line.decode("utf-8", "surrogatepass").replace(scratch, "<scratch>"))
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def facts_of(answer: dict[str, Any] | None, engine: Engine, where: str, ended: str) -> Facts:
    """What a worker's first line says. ``ended``: what is known where there is no such line.

    Raises:
        Failure: (3) the library could not be imported.
    """
    if answer is not None and answer.get("event") == "ready":
        return Facts.from_answer(answer, engine.files)
    if answer is not None:
        said = f"{engine.package} cannot be imported: {answer.get('error')}"
        hint = "the environment lacks something that the library needs: see environment in engine_versions/"
    else:
        said, hint = ended.removesuffix(": "), f"see what happens when {where} imports {engine.package}"
    raise Failure(said, hint=hint, code=NOT_CHECKED)
