"""Many versions, several at a time. What one of them does, or fails to do, is no other's business."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from llem_rules.compat.one import VersionResult
from llem_rules.engines import Engine
from llem_rules.environments import Facts, Library
from llem_rules.environments.session import Case, Done, Observation
from llem_rules.rules.failure import Failure

Look = Callable[[str, Callable[[], None]], VersionResult]  # a version, and what raises when the sweep has to stop


class Heeding:
    """A library that asks after every answer, in whatever gear and for whatever check, whether the sweep has to stop."""

    def __init__(self, library: Library, heed: Callable[[], None]) -> None:
        self.engine: Engine = library.engine
        self._library = library
        self._heed = heed

    @property
    def facts(self) -> Facts:
        """The library's."""
        return self._library.facts

    def run(self, cases: Iterable[Case], done: Done | None = None) -> list[Observation]:
        """Put every case to the library, until ``heed`` raises."""

        def tell(index: int, seen: Observation) -> None:
            self._heed()
            if done is not None:
                done(index, seen)

        return self._library.run(cases, tell)


@dataclass(frozen=True)
class Sweep:
    """What was found, by version, in their order; and why nothing could be seen of the others."""

    results: dict[str, VersionResult] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


class Stopped(BaseException):
    """The sweep was told to end: nothing of this version is kept but what the library has answered."""


def sweep(versions: Sequence[str], look: Look, done: Callable[[str, VersionResult | str], None], at_once: int) -> Sweep:
    """Look at every version. Interrupted, it ends what is under way; what was finished has been kept by ``look``."""
    stop = threading.Event()

    def heed() -> None:
        if stop.is_set():
            raise Stopped

    def one(version: str) -> VersionResult | str:
        heed()
        try:
            return look(version, heed)
        except Failure as failure:
            return failure.message

    found: dict[str, VersionResult | str] = {}
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        waiting: dict[Future[VersionResult | str], str] = {pool.submit(one, version): version for version in versions}
        try:
            for future in as_completed(waiting):
                version = waiting[future]
                found[version] = future.result()
                done(version, found[version])
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    ordered = [(version, found[version]) for version in versions]
    return Sweep(
        {version: one for version, one in ordered if isinstance(one, VersionResult)},
        {version: one for version, one in ordered if isinstance(one, str)},
    )
