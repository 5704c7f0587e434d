"""A session with a worker: start it, put cases to it, survive its death, end it."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, deque
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
_FEW = 32  # requests that are left there when more are sent, all at once: each writing wakes what stands between
_WINDOW_BYTES = 48 << 10  # below a pipe's capacity, so that sending never blocks while answers wait to be read
# A case's ``gear``, where it may share a process with others; those of one gear never share it with those of the other.
FAST, TURNED = "fast", "turned"
_GROUP_BYTES = 10 << 10  # of cases that go to one process together: some for every core, and more on their way
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
    _asked: int = field(default=0, init=False)

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
        run = _Run(list(cases), done, self._asked)
        self._asked += len(run.results)
        while run.unfinished:
            if lines := b"".join(run.to_send()):
                self._worker.send(lines)  # where nobody reads any more, no answer comes either
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


@dataclass(frozen=True)
class _Unit:
    """What goes to the worker as one line: a case, or a group of them."""

    indices: tuple[int, ...]
    line: bytes
    grouped: bool = False

    @property
    def first(self) -> int:
        """What its answer is known by."""
        return self.indices[0]


class _Run:
    """Which cases wait, which are with the worker, and what came back. Cases of the fast gear go in groups.

    ``before``: cases of earlier runs. Of one that was broken off, answers may still come: numbers are given out once.
    """

    def __init__(self, cases: list[Case], done: Done | None, before: int) -> None:
        self._before = before
        self.results: list[Observation] = [{} for _ in cases]
        self.sent: dict[int, _Unit] = {}  # by the index of its first case
        self._cases = cases
        self._done = done
        self._waiting: deque[_Unit] = deque()
        self._deaths: Counter[int] = Counter()
        self._next = 0

    @property
    def unfinished(self) -> bool:
        """Whether any case has no result yet."""
        return bool(self._waiting or self.sent or self._next < len(self._cases))

    def to_send(self) -> Iterator[bytes]:
        """The lines to send now."""
        if len(self.sent) > _FEW:
            return
        while self._waiting or self._fill():
            unit = self._waiting[0]
            # After a death its suspects go one at a time, so that only the guilty one is left unchecked.
            alone = self._deaths[unit.first] or any(self._deaths[first] for first in self.sent)
            size = len(unit.line) + sum(len(one.line) for one in self.sent.values())
            if self.sent and (alone or len(self.sent) >= _WINDOW or size > _WINDOW_BYTES):
                return
            self.sent[unit.first] = self._waiting.popleft()
            yield unit.line

    def _fill(self) -> bool:
        """Make the next unit; False where there is none."""
        parts: list[bytes] = []
        indices: list[int] = []
        size = 0
        while self._next < len(self._cases):
            index, case = self._next, self._cases[self._next]
            gear = case.get("gear")
            fast = gear in (FAST, TURNED)
            if indices and gear != self._cases[indices[0]].get("gear"):
                break
            self._next += 1
            try:
                part = line_of(case if fast else {"op": "case", **case, "id": self._before + index})
            except (TypeError, ValueError, RecursionError) as error:
                self._end(index, _unchecked("unbuildable", f"the kwargs cannot be written as JSON: {error}"))
                continue
            if not fast:
                self._waiting.append(_Unit((index,), part))
                return True
            indices.append(index)
            parts.append(part.rstrip())
            size += len(part)
            if size > _GROUP_BYTES:
                break
        if indices:
            gear = str(self._cases[indices[0]]["gear"])
            line = b'{"op": "fast", "gear": "%s", "id": %d, "cases": [%s]}\n' % (
                gear.encode(),
                self._before + indices[0],
                b", ".join(parts),
            )
            self._waiting.append(_Unit(tuple(indices), line, grouped=True))
        return bool(indices)

    def take(self, answer: Observation) -> None:
        """An answer has come."""
        unit = self.sent.pop(int(answer.pop("id")) - self._before, None)
        if unit is not None:
            answers = answer["several"] if unit.grouped else [answer]
            for index, one in zip(unit.indices, answers, strict=True):
                self._end(index, one)

    def died(self, detail: str) -> None:
        """The worker has ended: each case that was with it is tried once more, alone, save those of the fast gear."""
        again = []
        for unit in sorted(self.sent.values(), key=lambda one: one.first):
            self._deaths[unit.first] += 1
            if unit.grouped or self._deaths[unit.first] > 1:
                for index in unit.indices:
                    self._end(index, _unchecked("worker-died", detail))
            else:
                again.append(unit)
        self.sent.clear()
        self._waiting.extendleft(reversed(again))

    def longest_timeout_s(self, usual_s: float) -> float:
        """The longest limit among the cases that are with the worker; a group answers when its last case has."""
        alone = [self._cases[unit.first].get("timeout_s") for unit in self.sent.values() if not unit.grouped]
        together = [usual_s * len(unit.indices) for unit in self.sent.values() if unit.grouped]
        return max((*(float(one or usual_s) for one in alone), *together), default=0.0)

    def _end(self, index: int, observation: Observation) -> None:
        self.results[index] = observation
        if self._done is not None:
            self._done(index, observation)


def _unchecked(reason: str, detail: str) -> Observation:
    return {"unchecked": {"reason": reason, "detail": detail}}
