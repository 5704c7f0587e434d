"""The worker: imports the library once, proves that it may fork, then runs every case in a child of its own.

Protocol: JSON lines over descriptors duplicated from stdin and stdout at start, so that nothing the library prints can
reach them. First line in: the start message; first line out: ``ready`` or ``import_failed``. Then ``{"id", "op": "case",
"native_type", "kwargs", "reach", "timeout_s"}`` or ``{"id", "op": "describe", "native_type"}``; answers carry the id and
come as they are done. ``fast`` with ``cases`` is the same of many, in one process (see ``stream``); answered with
``several``. ``describe``, ``declare``, ``hierarchy``, ``source``, ``values``, ``lift`` and ``landmarks`` read the library for
the producers.
"""

import json
import os
import platform
import shutil
import signal
import sys
import time
import traceback
from importlib import import_module, metadata
from typing import Any, Dict, List, Optional

from . import limits
from .accelerators import compute_capabilities
from .baseline import Baseline
from .case import CaseRunner, unchecked
from .cleanliness import clear_once_caches, settle
from .confinement import confinement
from .declaring import declared
from .decoding import Decoder
from .describe import describe
from .gears import FastProcesses, Group
from .landmarks import look
from .leftovers import end_leftovers
from .lifting import lift
from .looking import Lookout, ask_module
from .loop import Loop, Running, send
from .names import package_folder, resolve
from .reading import hierarchy, module_source, values_of
from .sites import Sites
from .spawn import answer, fork, spawn
from .using import Use, Uses
from .values import text_of
from .variants import place

_FAST_S = 5.0  # what takes longer is not for the fast gear, and has its whole time in the reference


class Worker:
    """State of one worker process."""

    def __init__(self, start: Dict[str, Any]) -> None:
        self.start = start
        self.engine: Dict[str, Any] = start["engine"]
        self.package = str(self.engine["package"])
        self.scratch = str(start["scratch"])
        self.missing: Dict[str, str] = {}
        self.uses = Uses({})
        self.sites = Sites(self.package, "", ())
        self.decoder = Decoder(lambda name: resolve(name, self.package), self.scratch)

    def load(self) -> None:
        """Import the library and everything that native types need. Whatever it raises passes through."""
        for name, text in self.engine.get("files", {}).items():
            place(os.path.join(self.scratch, name), text)
        for module in self.engine.get("imports", [self.package]):
            import_module(module)
        helpers = tuple(self.engine.get("message_helpers", ()))
        self.sites = Sites(self.package, package_folder(self.package), helpers)
        declared = {name: about.get("use") for name, about in self.engine["native_types"].items()}
        self.uses = Uses({name: Use(one, self.sites) for name, one in declared.items() if one})
        for name, recipe in self.engine.get("fixtures", {}).items():
            self.decoder.add_fixture(name, recipe)

    def warm_up(self) -> None:
        """Build each native type once, so that lazy imports are paid here and not in every child."""
        for name, about in self.engine["native_types"].items():
            try:
                cls = resolve(name, self.package)
            except Exception as error:
                self.missing[name] = "%s: %s" % (type(error).__name__, error)
                continue
            if about.get("warm_up", True):
                try:
                    subject = cls(**self.decoder.decode(about.get("base", {})))
                    if about.get("build"):
                        getattr(subject, about["build"])()
                except BaseException:
                    continue  # the default config's own case will show it

    def run(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """One request, in a child."""
        op = request.get("op")
        if op is None or op == "case":
            return self.runner().run(request)
        if op == "describe":
            return self._describe(str(request["native_type"]))
        if op == "declare":
            return self._declare(str(request["native_type"]))
        if op == "source":
            return module_source(str(request["module"]), self.package)
        if op == "hierarchy":
            return self._hierarchy(str(request["native_type"]))
        if op == "lift":
            return self._lift(str(request["native_type"]))
        if op == "values":
            return {"values": values_of(list(request["names"]), self.package, self.decoder)}
        if op == "landmarks":
            return {"landmarks": look(list(request["wanted"]), self.package)}
        if op == "ask":
            return ask_module(str(request["module"]), list(request["expressions"]), self.package)
        if op == "fast":  # only where nothing may be forked: every process is new then, and would see one case
            return {"several": [unchecked("unclean", "the server must not fork") for _ in request["cases"]]}
        if op == "look":
            lookout = Lookout(package_folder(self.package), self.package, list(request["places"]))
            return {"looked": lookout.watching(lambda: self.runner().run(request))}
        raise ValueError("nobody knows what is asked with %r" % (op,))

    def runner(self) -> CaseRunner:
        """What runs cases."""
        return CaseRunner(self.engine, self.sites, self.decoder, self.uses)

    def baseline(self) -> Baseline:
        """What this process is like now, as far as the next case of a shared process must find it again."""
        caches, named, loggers = (tuple(self.engine.get(key, ())) for key in ("once_caches", "resets", "loggers"))
        return Baseline(caches, named, loggers)

    def _describe(self, name: str) -> Dict[str, Any]:
        about = self.engine["native_types"].get(name, {})
        try:
            cls = resolve(name, self.package)
            return {"described": describe(cls, about.get("base", {}), lambda base: cls(**self.decoder.decode(base)))}
        except BaseException as error:
            return unchecked("missing-type", "%s: %s" % (type(error).__name__, text_of(error)))

    def _declare(self, name: str) -> Dict[str, Any]:
        answer = self._describe(name)
        if "described" in answer:
            answer["declared"] = declared(resolve(name, self.package), answer["described"]["fields"])
        return answer

    def _hierarchy(self, name: str) -> Dict[str, Any]:
        try:
            return hierarchy(name, self.package)
        except Exception as error:
            return unchecked("missing-type", "%s: %s" % (type(error).__name__, text_of(error)))

    def _lift(self, name: str) -> Dict[str, Any]:
        try:
            base = self.engine["native_types"].get(name, {}).get("base", {})
            return {"lifted": lift(resolve(name, self.package), base, self.sites, self.decoder)}
        except Exception as error:
            return unchecked("missing-type", "%s: %s" % (type(error).__name__, text_of(error)))

    def facts(self) -> Dict[str, Any]:
        """What the evidence's header says about this environment."""
        packages: Dict[str, str] = {}
        for distribution in metadata.distributions():
            name = distribution.metadata["Name"]
            if name:
                # What is found first is what is imported.
                packages.setdefault(name.lower().replace("_", "-").replace(".", "-"), distribution.version)
        torch = sys.modules.get("torch")
        cuda = getattr(torch, "cuda", None)
        with_device = bool(cuda is not None and cuda.is_available())
        return {
            "library_version": str(getattr(sys.modules[self.package], "__version__", "") or ""),
            "python": platform.python_version(),
            "system": platform.system().lower(),
            "machine": platform.machine(),
            "device": "cuda" if with_device else "cpu",
            "compute_capability": compute_capabilities()[0] if with_device else "",
            "gpus": int(cuda.device_count()) if cuda is not None and with_device else 0,
            "cuda": str(torch.version.cuda or "") if torch is not None and with_device else "",
            "packages": packages,
            "environment": dict(os.environ),
            "missing_types": self.missing,
            "confinement": confinement(),
        }


def main() -> int:
    """Serve until the input ends."""
    if "--single" in sys.argv:
        _single(int(sys.argv[sys.argv.index("--single") + 1]))
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the host's to handle; it ends us by closing the pipe
    buffer = bytearray()
    first = _first_line(requests, buffer)
    if first is None:
        return 0
    worker = Worker(json.loads(first))
    os.chdir(worker.scratch)
    try:
        return _serve(worker, requests, answers, buffer)
    except BrokenPipeError:  # the host is gone, and had no time to tidy up
        end_leftovers(worker.scratch)
        if os.path.basename(worker.scratch).startswith("llem-rules-"):
            shutil.rmtree(worker.scratch, ignore_errors=True)
        return 0


def _serve(worker: Worker, requests: int, answers: int, buffer: bytearray) -> int:
    began = time.monotonic()
    settings = {**worker.start["limits"], "environment": dict(os.environ), "folder": os.getcwd()}
    try:
        worker.load()
        environment = dict(os.environ)
        worker.warm_up()
    except BaseException as error:
        detail = "".join(traceback.format_exception(type(error), error, error.__traceback__))[-4000:]
        send(
            answers,
            {"event": "import_failed", "error": "%s: %s" % (type(error).__name__, text_of(error)), "detail": detail},
        )
        return 3
    once_caches = tuple(worker.engine.get("once_caches", ()))
    state = settle(environment, settings["folder"], once_caches)
    send(answers, {"event": "ready", "import_s": round(time.monotonic() - began, 3), **worker.facts(), **state})

    runner = worker.runner()

    def together(request: Dict[str, Any]) -> Dict[str, Any]:
        """Of many in one process: a case, or a question of a producer."""
        return worker.run(request) if "op" in request else runner.run(request)

    fast = FastProcesses(together, worker.baseline, int(settings["memory_bytes"]))

    def start(request: Dict[str, Any], private_fds: List[int]) -> Running:
        if not state["fork_unclean"] and worker.uses.prepare_for(request):
            state.update(settle(environment, settings["folder"], once_caches))
        if state["fork_unclean"]:
            return spawn(request, worker.start, settings)
        if request.get("op") == "fast":
            return Group(request, min(float(settings["timeout_s"]), _FAST_S), fast, private_fds)
        settings["private_fds"] = [*private_fds, *fast.fds]
        return fork(request, worker.run, settings)

    Loop(requests, answers, buffer, start, int(settings["jobs"])).serve()
    return 0


def _first_line(requests: int, buffer: bytearray) -> Optional[bytes]:
    while b"\n" not in buffer:
        data = os.read(requests, 1 << 16)
        if not data:
            return None
        buffer += data
    line, _, rest = bytes(buffer).partition(b"\n")
    buffer[:] = rest
    return line


def _single(result_fd: int) -> None:
    """A process for one case: import, run, answer."""
    message = json.loads(sys.stdin.buffer.readline())
    limits.die_with_parent(int(message["parent"]))
    worker = Worker(message["start"])
    worker.load()
    worker.uses.prepare_for(message["case"])
    clear_once_caches(tuple(worker.engine.get("once_caches", ())))
    limits.apply(int(worker.start["limits"]["memory_bytes"]))
    answer(result_fd, message["token"].encode(), worker.run, message["case"])
