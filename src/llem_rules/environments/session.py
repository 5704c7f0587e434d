"""A session with a worker: start it, put cases to it, survive its death, end it."""

from __future__ import annotations

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from llem_rules.engines import Engine
from llem_rules.environments.facts import Facts
from llem_rules.environments.place import Place, Worker
from llem_rules.environments.settings import Limits
from llem_rules.environments.wire import line_of

Case = Mapping[str, Any]
Observation = dict[str, Any]
Done = Callable[[int, Observation], None]
_WINDOW = 64  # requests sent ahead; enough to keep the worker busy, little enough to lose when it dies
_WINDOW_BYTES = 48 << 10  # below a pipe's capacity, so that sending never blocks while answers wait to be read
_GRACE_S = 30.0  # beyond the longest limit of a case before a silent worker is given up


@dataclass
class Session:
    """Context manager around one worker at a time, in one place.

    ``run`` gives the raw observations in the order of the cases, whatever happens to the worker: a case that kills it
    twice, the second time alone, is ``unchecked``.
    """

    engine: Engine
    place: Place
    limits: Limits = field(default_factory=Limits)

    def __enter__(self) -> Self:
        self._scratch = Path(tempfile.mkdtemp(prefix="llem-rules-"))
        try:
            self._worker = self._start()
        except BaseException:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._worker.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def facts(self) -> Facts:
        """What the worker said of its environment."""
        return self._worker.facts

    def _start(self) -> Worker:
        return self.place.start(self.engine, self.limits, self._scratch)

    def run(self, cases: Iterable[Case], done: Done | None = None) -> list[Observation]:
        """Put every case to the library; ``done`` is called with the index of each as its answer comes."""
        run = _Run(list(cases), done)
        while run.unfinished:
            for line in run.to_send():
                if not self._worker.send(line):
                    break
            if not run.sent:
                continue
            answer = self._worker.receive(self._patience(run.longest_timeout_s(self.limits.timeout_s)))
            if answer is not None:
                run.take(answer)
                continue
            run.died(f"the case ended the worker. {self._worker.how_it_ended()} {self._worker.log()}".rstrip())
            self._worker.stop()
            if run.unfinished:
                self._worker = self._start()
        return run.results

    def _patience(self, longest_s: float) -> float:
        unclean = self.limits.import_s if self.facts.fork_unclean else 0.0
        return longest_s + unclean + _GRACE_S


class _Run:
    """Which cases wait, which are with the worker, and what came back."""

    def __init__(self, cases: list[Case], done: Done | None) -> None:
        self.results: list[Observation] = [{} for _ in cases]
        self.sent: dict[int, int] = {}  # index to size
        self._cases = cases
        self._done = done
        self._waiting = deque(range(len(cases)))
        self._deaths = [0] * len(cases)
        self._line: tuple[int, bytes] | None = None  # the next one, when it had to wait

    @property
    def unfinished(self) -> bool:
        """Whether any case has no result yet."""
        return bool(self._waiting or self.sent)

    def to_send(self) -> Iterator[bytes]:
        """The lines to send now."""
        while self._waiting:
            index = self._waiting[0]
            line = self._next_line(index)
            if line is None:
                self._waiting.popleft()
                continue
            # After a death its suspects go one at a time, so that only the guilty one is left unchecked.
            alone = self._deaths[index] or any(self._deaths[i] for i in self.sent)
            full = len(self.sent) >= _WINDOW or sum(self.sent.values()) + len(line) > _WINDOW_BYTES
            if self.sent and (alone or full):
                return
            self.sent[self._waiting.popleft()] = len(line)
            yield line

    def _next_line(self, index: int) -> bytes | None:
        if self._line is None or self._line[0] != index:
            try:
                self._line = (index, line_of({"op": "case", **self._cases[index], "id": index}))
            except (TypeError, ValueError, RecursionError) as error:
                self._end(index, _unchecked("unbuildable", f"the kwargs cannot be written as JSON: {error}"))
                return None
        return self._line[1]

    def take(self, answer: Observation) -> None:
        """An answer has come."""
        index = int(answer.pop("id"))
        if self.sent.pop(index, None) is not None:
            self._end(index, answer)

    def died(self, detail: str) -> None:
        """The worker has ended: each case that was with it is tried once more, alone."""
        again = []
        for index in sorted(self.sent):
            self._deaths[index] += 1
            if self._deaths[index] > 1:
                self._end(index, _unchecked("worker-died", detail))
            else:
                again.append(index)
        self.sent.clear()
        self._waiting.extendleft(reversed(again))

    def longest_timeout_s(self, usual_s: float) -> float:
        """The longest limit among the cases that are with the worker."""
        return max((float(self._cases[index].get("timeout_s") or usual_s) for index in self.sent), default=0.0)

    def _end(self, index: int, observation: Observation) -> None:
        self.results[index] = observation
        if self._done is not None:
            self._done(index, observation)


def _unchecked(reason: str, detail: str) -> Observation:
    return {"unchecked": {"reason": reason, "detail": detail}}
