"""One function of many things, worked out on all cores: forks, each with its share, whose results come back in order.

What the function and the things refer to need not be sent anywhere, only the results. They must not depend on each other.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

Thing = TypeVar("Thing")
Result = TypeVar("Result")
_FEW = 16  # below it a fork costs more than it saves


def shared(function: Callable[[Thing], Result], things: Sequence[Thing], cores: int | None = None) -> list[Result]:
    """The result of each thing, in order. ``cores``: all there are by default.

    Raises:
        Exception: what the function raised in any share.
    """
    parts = max(1, min(cores or os.cpu_count() or 1, len(things) // _FEW))
    shares = [things[first::parts] for first in range(parts)]
    forks = [_Fork(function, share) for share in shares[1:]]
    try:
        results = [[function(thing) for thing in shares[0]], *(fork.results() for fork in forks)]
    finally:
        for fork in forks:
            fork.end()
    return [results[at % parts][at // parts] for at in range(len(things))]


class _Fork(Generic[Result]):
    """A copy of this process that works out one share, and nothing else."""

    def __init__(self, function: Callable[[Thing], Result], things: Sequence[Thing]) -> None:
        read, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(read)
            _work(function, things, write)
        os.close(write)
        self._answers = os.fdopen(read, "rb")

    def results(self) -> list[Result]:
        """What it worked out.

        Raises:
            Exception: what it raised.
            ChildProcessError: it was ended before it had said anything.
        """
        data = self._answers.read()
        if not data:
            raise ChildProcessError("a share of the work was ended from outside")
        found = pickle.loads(data)  # our own, from a pipe that nobody else holds
        if isinstance(found, Exception):
            raise found
        return cast("list[Result]", found)

    def end(self) -> None:
        """Wait for it; with its pipe closed it has nobody to write to."""
        self._answers.close()
        os.waitpid(self._pid, 0)


def _work(function: Callable[[Thing], Result], things: Sequence[Thing], write: int) -> None:
    """In the fork: never returns, and runs nothing of what its parent would at its end."""
    try:
        found: object
        try:
            found = [function(thing) for thing in things]
        except Exception as error:  # noqa: BLE001 - the parent raises it
            found = error
        with os.fdopen(write, "wb") as answers:
            pickle.dump(found, answers)
    finally:
        os._exit(0)
