"""The replays of a plan on this machine, or on a cluster that is there already.

Dask over Ray: `distributed` is plain Python of a few megabytes, an existing scheduler is reached by its address alone, and
a task whose worker died is given to another one by itself.
What a task does is a command line, so nothing of ours need be pickled.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.rules.failure import NOT_CHECKED, Failure


@dataclass(frozen=True)
class Ran:
    """What became of one command. ``said``: the end of what it printed."""

    command: tuple[str, ...]
    code: int
    said: str


def run_here(commands: Sequence[Sequence[str]], done: Callable[[Ran], None]) -> list[Ran]:
    """One after the other on this machine."""
    results = []
    for command in commands:
        results.append(_run(tuple(command)))
        done(results[-1])
    return results


def run_on_dask(
    commands: Sequence[Sequence[str]],
    done: Callable[[Ran], None],
    *,
    scheduler: str,
    retries: int = 3,
    patience: float = 20,
) -> list[Ran]:
    """On a Dask cluster; ``scheduler`` is its address. Commands may run again where a worker died: they have to bear it.

    Raises:
        Failure: (3) no scheduler there; a task lost more workers than ``retries``.
    """
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        raise Failure("Dask is not installed", hint="pip install 'llem-rules[cluster]'") from error
    try:
        client: Any = Client(scheduler, timeout=patience, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        raise Failure(f"no scheduler at {scheduler}: {error}", code=NOT_CHECKED) from error
    with client:
        # pure=False: a command is run for what it does, and two equal ones are two.
        tasks = [client.submit(_run, tuple(one), pure=False, retries=retries) for one in commands]
        try:
            for task in as_completed(tasks, loop=client.loop):  # type: ignore[no-untyped-call]
                done(task.result())
            return [task.result() for task in tasks]
        except KilledWorker as error:
            raise Failure(f"a task ended every worker that it was given: {error}", code=NOT_CHECKED) from error
        finally:
            client.cancel(tasks)


def _run(command: tuple[str, ...]) -> Ran:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    return Ran(command, finished.returncode, (finished.stdout + finished.stderr)[-2000:])
