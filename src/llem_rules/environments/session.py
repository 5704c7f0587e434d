"""A session with a worker: start it, put cases to it, survive its death, end it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from llem_rules import inside
from llem_rules.engines import Engine
from llem_rules.environments.lines import LineReader
from llem_rules.environments.settings import Limits, worker_environment
from llem_rules.rules.config import Surroundings
from llem_rules.rules.failure import NOT_CHECKED, Failure

Case = Mapping[str, Any]
Observation = dict[str, Any]
_WINDOW = 64  # requests sent ahead; enough to keep the worker busy, little enough to lose when it dies
_WINDOW_BYTES = 48 << 10  # below a pipe's capacity, so that sending never blocks while answers wait to be read
_GRACE_S = 30.0  # beyond the longest limit of a case before a silent worker is given up


@dataclass(frozen=True)
class Facts:
    """What a worker said of its environment when it was ready."""

    library_version: str
    python: str
    system: str
    machine: str
    device: str
    packages: Mapping[str, str]
    environment: Mapping[str, str]
    import_s: float
    missing_types: Mapping[str, str]
    fork_unclean: tuple[str, ...]

    @property
    def surroundings(self) -> Surroundings:
        """The same as predicates read it."""
        platform = {"device": self.device, "system": self.system, "machine": self.machine}
        return Surroundings(env=self.environment, platform=platform, packages=self.packages)


@dataclass
class Session:
    """Context manager around one worker process.

    ``run`` gives the raw observations in the order of the cases, whatever happens to the worker: a case that kills it
    twice, the second time alone, is ``unchecked``.
    """

    engine: Engine
    python: Path
    limits: Limits = field(default_factory=Limits)

    def __enter__(self) -> Self:
        self._scratch = Path(tempfile.mkdtemp(prefix="llem-rules-"))
        try:
            self.facts = self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _start(self) -> Facts:
        self._process = subprocess.Popen(
            [str(self.python), "-s", str(Path(inside.__file__).parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self._scratch / "worker.log").open("ab"),
            env=worker_environment(self.engine, self._scratch),
            cwd=self._scratch,
            start_new_session=True,
        )
        self._lines = LineReader(_pipe(self._process.stdout))
        start = {"engine": self.engine.message(), "scratch": str(self._scratch), "limits": self.limits.message()}
        self._send(_line(start))
        answer = self._receive(self.limits.import_s)
        if answer is None:
            raise Failure(f"the worker for {self.engine.name} did not start: {self._log()}", code=NOT_CHECKED)
        if answer.get("event") != "ready":
            raise Failure(
                f"{self.engine.package} cannot be imported: {answer.get('error')}",
                hint="the environment lacks something that the library needs: see environment in engine_versions/",
                code=NOT_CHECKED,
            )
        names = Facts.__dataclass_fields__
        return Facts(**{name: tuple(v) if isinstance(v, list) else v for name, v in answer.items() if name in names})

    def _stop(self) -> None:
        process = getattr(self, "_process", None)
        if process is None:
            return
        # Children die with the worker (PR_SET_PDEATHSIG), whichever way it goes.
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    def run(self, cases: Iterable[Case], done: Callable[[int, Observation], None] | None = None) -> list[Observation]:
        """Put every case to the library; ``done`` is called with the index of each as its answer comes."""
        listed = list(cases)
        results: list[Observation | None] = [None] * len(listed)
        waiting = deque(range(len(listed)))
        deaths = [0] * len(listed)
        sent: dict[int, int] = {}  # index to size
        while waiting or sent:
            while waiting:
                index = waiting[0]
                line = _line({"op": "case", **listed[index], "id": index})
                # After a death its suspects go one at a time, so that only the guilty one is left unchecked.
                alone = deaths[index] or any(deaths[i] for i in sent)
                full = len(sent) >= _WINDOW or sum(sent.values()) + len(line) > _WINDOW_BYTES
                if sent and (alone or full):
                    break
                sent[waiting.popleft()] = len(line)
                if not self._send(line):
                    break
            answer = self._receive(self._patience(listed, sent))
            if answer is None:
                for index in sorted(sent):
                    deaths[index] += 1
                    if deaths[index] > 1:
                        results[index] = self._unchecked_by_death()
                        _tell(done, index, results[index])
                waiting = deque([i for i in sorted(sent) if results[i] is None] + list(waiting))
                sent.clear()
                self._stop()
                if waiting:
                    self._start()
                continue
            index = int(answer.pop("id"))
            if sent.pop(index, None) is not None:
                results[index] = answer
                _tell(done, index, answer)
        return [result for result in results if result is not None]

    def _patience(self, cases: list[Case], sent: Iterable[int]) -> float:
        longest = max((float(cases[i].get("timeout_s") or self.limits.timeout_s) for i in sent), default=0.0)
        unclean = self.limits.import_s if self.facts.fork_unclean else 0.0
        return longest + unclean + _GRACE_S

    def _unchecked_by_death(self) -> Observation:
        return {"unchecked": {"reason": "worker-died", "detail": f"the case ended the worker. {self._log()}"}}

    def _send(self, line: bytes) -> bool:
        pipe = _pipe(self._process.stdin)
        try:
            pipe.write(line)
            pipe.flush()
        except BrokenPipeError:
            return False
        return True

    def _receive(self, patience_s: float) -> Observation | None:
        line = self._lines.next(patience_s)
        if line is None:
            return None
        # Messages that print the scratch folder would differ in every run.
        text = line.decode("utf-8", "surrogatepass").replace(str(self._scratch), "<scratch>")
        try:
            answer = json.loads(text)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None

    def _log(self) -> str:
        with (self._scratch / "worker.log").open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - 1500))
            return log.read().decode("utf-8", "replace").strip()


def _line(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode("utf-8", "surrogatepass") + b"\n"


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _tell(done: Callable[[int, Observation], None] | None, index: int, observation: Observation | None) -> None:
    if done is not None and observation is not None:
        done(index, observation)
