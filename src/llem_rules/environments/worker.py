"""One worker process: started in the engine's environment, spoken to in JSON lines, ended with all that it started."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from llem_rules import inside
from llem_rules.engines import Engine
from llem_rules.environments.lines import LineReader
from llem_rules.environments.place import answer_of, facts_of
from llem_rules.environments.settings import Limits, worker_environment
from llem_rules.environments.wire import line_of
from llem_rules.inside.leftovers import end_leftovers
from llem_rules.rules.failure import NOT_CHECKED, Failure


@dataclass(frozen=True)
class LocalPython:
    """An interpreter of this machine as a place for workers.

    ``lasting``: the folder of an environment of our own, which never changes and so gives observations their key.
    ``paths``: further folders that modules are imported from.
    """

    python: Path
    lasting: Path | None = None
    paths: tuple[str, ...] = ()

    @classmethod
    def here(cls) -> Self:
        """This very interpreter, with the folders that it was told to import from besides its own."""
        told = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        return cls(Path(sys.executable), paths=tuple(filter(None, told)))

    @property
    def key(self) -> str | None:
        """The environment's folder, which is named after all that it was made from."""
        return self.lasting.name if self.lasting is not None else None

    def start(self, engine: Engine, limits: Limits, scratch: Path) -> WorkerProcess:
        """A worker that is ready."""
        return WorkerProcess(engine, self.python, limits, scratch, self.lasting, self.paths)


class WorkerProcess:
    """A worker that has imported the library. ``facts``: what it said of its environment.

    Raises:
        Failure: (3) it cannot be started, or the library cannot be imported.
    """

    def __init__(
        self,
        engine: Engine,
        python: Path,
        limits: Limits,
        scratch: Path,
        lasting: Path | None = None,
        paths: tuple[str, ...] = (),
    ) -> None:
        self._engine = engine
        self._python = python
        self._scratch = scratch
        self._lasting = lasting
        self._paths = paths
        self._process = self._launch()
        self._lines = LineReader(_pipe(self._process.stdout))
        try:
            start = {"engine": engine.message(), "scratch": str(scratch), "limits": limits.message()}
            self.send(line_of(start))
            answer = self.receive(limits.import_s)
            ended = "" if answer is not None else f"{self._import_ended(limits)}: {self.log()}"
            self.facts = facts_of(answer, engine, str(python), ended)
        except BaseException:
            self.stop()
            raise

    def send(self, line: bytes) -> bool:
        """Write one line; False when nobody reads any more."""
        pipe = _pipe(self._process.stdin)
        try:
            pipe.write(line)
            pipe.flush()
        except BrokenPipeError:
            return False
        return True

    def receive(self, patience_s: float) -> dict[str, Any] | None:
        """The next answer; None when there will be none: it has ended, or patience ran out."""
        line = self._lines.next(patience_s)
        return None if line is None else answer_of(line, str(self._scratch))

    def log(self) -> str:
        """The end of what the library printed while it was imported, and of what the worker said."""
        with (self._scratch / "worker.log").open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - 1500))
            return log.read().decode("utf-8", "replace").strip()

    def stop(self) -> None:
        """End it and everything that its cases left behind."""
        self._process.kill()
        self._process.wait()
        self._lines.close()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _pipe(pipe).close()
            except BrokenPipeError:
                continue
        end_leftovers(str(self._scratch))

    def _launch(self) -> subprocess.Popen[bytes]:
        try:
            with (self._scratch / "worker.log").open("ab") as log:
                return subprocess.Popen(
                    [str(self._python), "-s", str(Path(inside.__file__).parent)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=self._environment(),
                    cwd=self._scratch,
                    start_new_session=True,
                )
        except OSError as error:
            raise Failure(
                f"{self._python} cannot be run: {error.strerror}",
                hint="the environment is damaged: remove its folder, and run again to make it anew",
                code=NOT_CHECKED,
            ) from error

    def _environment(self) -> dict[str, str]:
        variables = worker_environment(self._engine, self._scratch, self._lasting)
        own = filter(None, variables.get("PYTHONPATH", "").split(os.pathsep))
        paths = os.pathsep.join((*own, *self._paths))
        return {**variables, "PYTHONPATH": paths} if paths else variables

    def how_it_ended(self) -> str:
        """Nothing that the log does not say better."""
        return ""

    def _import_ended(self, limits: Limits) -> str:
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return f"{self._engine.package} was not imported within {limits.import_s:g} s"
        how = f"signal {-code}" if code < 0 else f"code {code}"
        return f"the worker for {self._engine.name} ended with {how} while it imported {self._engine.package}"


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
