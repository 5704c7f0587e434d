"""The worker: imports the library once, proves that it may fork, then runs every case in a child of its own.

Protocol: JSON lines over descriptors duplicated from stdin and stdout at start, so that nothing the library prints can
reach them. First line in: the start message; first line out: ``ready`` or ``import_failed``. Then ``{"id", "op": "case",
"native_type", "kwargs", "reach", "timeout_s"}`` or ``{"id", "op": "describe", "native_type"}``; answers carry the id and
come as they are done.
"""

import json
import os
import platform
import selectors
import signal
import sys
import time
import traceback
from importlib import import_module, metadata
from typing import Any, Dict, List, Optional

from . import child as children
from .case import CaseRunner, unchecked
from .cleanliness import settle
from .describe import describe
from .names import package_folder, resolve
from .sites import Sites
from .values import Decoder


class Worker:
    """State of one worker process."""

    def __init__(self, start: Dict[str, Any]) -> None:
        self.start = start
        self.engine: Dict[str, Any] = start["engine"]
        self.package = str(self.engine["package"])
        self.scratch = str(start["scratch"])
        self.missing: Dict[str, str] = {}
        self.sites = Sites(self.package, "", ())

    def load(self) -> None:
        """Import the library and everything that native types need. Whatever it raises passes through."""
        for name, text in self.engine.get("files", {}).items():
            path = os.path.join(self.scratch, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        for module in self.engine.get("imports", [self.package]):
            import_module(module)
        helpers = tuple(self.engine.get("message_helpers", ()))
        self.sites = Sites(self.package, package_folder(self.package), helpers)

    def warm_up(self) -> None:
        """Build each native type once, so that lazy imports are paid here and not in every child."""
        decoder = Decoder(lambda name: resolve(name, self.package), self.scratch)
        for name, about in self.engine["native_types"].items():
            try:
                cls = resolve(name, self.package)
            except Exception as error:
                self.missing[name] = "%s: %s" % (type(error).__name__, error)
                continue
            if about.get("warm_up", True):
                try:
                    subject = cls(**decoder.decode(about.get("base", {})))
                    if about.get("build"):
                        getattr(subject, about["build"])()
                except Exception:
                    continue  # the default config's own case will show it

    def run(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """One request, in a child."""
        if request.get("op") == "describe":
            return self._describe(str(request["native_type"]))
        return CaseRunner(self.engine, self.sites, self.scratch).run(request)

    def _describe(self, name: str) -> Dict[str, Any]:
        about = self.engine["native_types"].get(name, {})
        decoder = Decoder(lambda inner: resolve(inner, self.package), self.scratch)
        try:
            cls = resolve(name, self.package)
            return {"described": describe(cls, about.get("base", {}), lambda base: cls(**decoder.decode(base)))}
        except Exception as error:
            return unchecked("missing-type", "%s: %s" % (type(error).__name__, error))

    def facts(self) -> Dict[str, Any]:
        """What the evidence's header says about this environment."""
        packages = {}
        for distribution in metadata.distributions():
            name = distribution.metadata["Name"]
            if name:
                packages[name.lower().replace("_", "-").replace(".", "-")] = distribution.version
        torch = sys.modules.get("torch")
        cuda = getattr(torch, "cuda", None)
        with_device = bool(cuda is not None and cuda.is_available())
        return {
            "library_version": str(getattr(sys.modules[self.package], "__version__", "") or ""),
            "python": platform.python_version(),
            "system": platform.system().lower(),
            "machine": platform.machine(),
            "device": "cuda" if with_device else "cpu",
            "packages": packages,
            "environment": dict(os.environ),
            "missing_types": self.missing,
        }


def main() -> int:
    """Serve until the input ends."""
    if "--single" in sys.argv:
        return _single(int(sys.argv[sys.argv.index("--single") + 1]))
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the host's to handle; it ends us by closing the pipe
    buffer = bytearray()
    first = _first_line(requests, buffer)
    if first is None:
        return 0
    worker, began = Worker(json.loads(first)), time.monotonic()
    try:
        worker.load()
        environment = dict(os.environ)
        worker.warm_up()
    except BaseException as error:
        detail = "".join(traceback.format_exception(type(error), error, error.__traceback__))[-4000:]
        _send(answers, {"event": "import_failed", "error": "%s: %s" % (type(error).__name__, error), "detail": detail})
        return 3
    state = settle(environment, tuple(worker.engine.get("once_caches", ())))
    ready = {"event": "ready", "import_s": round(time.monotonic() - began, 3), **worker.facts(), **state}
    _send(answers, ready)
    Loop(worker, requests, answers, buffer, bool(state["fork_unclean"])).serve()
    return 0


class Loop:
    """Reads requests, keeps up to ``jobs`` children running, and writes answers."""

    def __init__(self, worker: Worker, requests: int, answers: int, buffer: bytearray, new_processes: bool) -> None:
        self._worker = worker
        self._requests = requests
        self._answers = answers
        self._buffer = buffer
        self._new_processes = new_processes
        self._queue: List[Dict[str, Any]] = []
        self._running: List[children.Child] = []
        self._selector = selectors.DefaultSelector()
        self._ended = False

    def serve(self) -> None:
        """Until the input has ended and every case has been answered."""
        self._selector.register(self._requests, selectors.EVENT_READ)
        self._take_lines()
        while self._running or self._queue or not self._ended:
            self._start_children()
            wait = min([one.deadline - time.monotonic() for one in self._running], default=None)
            for key, _ in self._selector.select(None if wait is None else max(0.0, wait)):
                if key.fd == self._requests:
                    self._read_requests()
                elif not key.data.read(key.fd):
                    self._selector.unregister(key.fd)
            self._collect()

    def _start_children(self) -> None:
        settings = dict(self._worker.start["limits"])
        while self._queue and len(self._running) < int(settings["jobs"]):
            request = self._queue.pop(0)
            open_fds = [fd for one in self._running for fd in one.open]
            settings["private_fds"] = [self._requests, self._answers, *open_fds]
            started = (
                children.spawn(request, self._worker.start, settings)
                if self._new_processes
                else children.fork(request, self._worker.run, settings)
            )
            for fd in started.open:
                self._selector.register(fd, selectors.EVENT_READ, started)
            self._running.append(started)

    def _collect(self) -> None:
        now = time.monotonic()
        for one in list(self._running):
            if one.open and now >= one.deadline:
                one.overdue()
            if one.answered or not one.open:
                for fd in one.open:
                    self._selector.unregister(fd)
                self._running.remove(one)
                _send(self._answers, {"id": one.case.get("id"), **one.finish()})

    def _read_requests(self) -> None:
        data = os.read(self._requests, 1 << 20)
        if not data:
            self._ended = True
            self._selector.unregister(self._requests)
        self._buffer += data
        self._take_lines()

    def _take_lines(self) -> None:
        *lines, rest = self._buffer.split(b"\n")
        self._buffer[:] = rest
        self._queue.extend(json.loads(line) for line in lines if line.strip())


def _first_line(requests: int, buffer: bytearray) -> Optional[bytes]:
    while b"\n" not in buffer:
        data = os.read(requests, 1 << 16)
        if not data:
            return None
        buffer += data
    line, _, rest = bytes(buffer).partition(b"\n")
    buffer[:] = rest
    return line


def _send(answers: int, message: Dict[str, Any]) -> None:
    data = json.dumps(message).encode("utf-8", "surrogatepass") + b"\n"
    while data:
        data = data[os.write(answers, data) :]


def _single(result_fd: int) -> int:
    """A process for one case: import, run, answer."""
    message = json.loads(sys.stdin.buffer.readline())
    worker = Worker(message["start"])
    worker.load()
    answer = worker.run(message["case"])
    _send(result_fd, answer)
    return 0
