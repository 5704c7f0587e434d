"""The last stage: a config is put to its use, and of each given field it is seen whether that made any difference."""

import hashlib
import json
import os
from typing import Any, Callable, Dict, List, Optional, Union

from .sites import Site, Sites
from .values import same, text_of
from .watching import Reads, Unseen

STAGE = "generate"
Make = Callable[[str], Any]  # the same config, built anew without one field


class Use:
    """The use that an engine declares for a native type; to be prepared before the first case of it is run."""

    def __init__(self, declared: Dict[str, Any], sites: Sites) -> None:
        self._sites = sites
        self._bookkeeping = tuple(declared["bookkeeping"])
        self._functions: Dict[str, Any] = {"__name__": "llem_use"}
        self._source = str(declared["source"])
        self._shared: Any = None
        self._defaults: Dict[str, Any] = {}

    def prepare(self) -> None:
        """Make what all cases share, and learn the defaults. Whatever it raises passes through."""
        exec(compile(self._source, "<use>", "exec"), self._functions)
        self._shared = self._functions["prepare"]()
        self._defaults = dict(self._functions["defaults"](self._shared))

    def observe(self, config: Any, given: Dict[str, Any], without: Make, quiet: Callable[[], None]) -> Dict[str, Any]:
        """``{"outcome", "fields": {name: {"proof", "site"}}}`` of a config, for each given field that says something.

        ``proof``: ``unread`` (nothing in the library read it, save to copy or check it), ``no_difference`` (without it the
        same came out) or ``differs``. What the use raises passes through. ``quiet`` is called when the config's own run
        is over: what is said from then on is said of other configs.
        """
        telling = [name for name, value in given.items() if self._tells(name, value)]
        # Forked before the config's own run: afterwards there may be a context on a GPU, which no child could use.
        others = {name: Waiting(self._comparing(name, without)) for name in telling}
        reads = Reads(self._sites, self._bookkeeping)
        reads.watch(config)
        came = list(self._functions["use"](self._shared, config))
        reads.stop()
        quiet()
        return {
            "outcome": hashlib.sha256(json.dumps(came, sort_keys=True).encode()).hexdigest()[:16],
            "fields": {name: self._about(reads.of(name), others[name], came) for name in telling},
        }

    def _tells(self, name: str, value: Any) -> bool:
        # Names that begin with an underscore are the library's own, and not watched.
        return value is not None and not name.startswith("_") and _departs(name, value, self._defaults)

    def _comparing(self, name: str, without: Make) -> Callable[[List[Any]], str]:
        return lambda came: self._compared(lambda: without(name), came)

    def _about(self, site: Optional[Site], other: "Waiting", came: List[Any]) -> Dict[str, Any]:
        return {"proof": "unread" if site is None else other.answer(came), "site": site}

    def _compared(self, other: Callable[[], Any], came: List[Any]) -> str:
        """Up to the first difference; that the other config is refused is one."""
        left = list(came)
        try:
            for one in self._functions["use"](self._shared, other()):
                if not left or left.pop(0) != one:
                    return "differs"
        except MemoryError:
            raise  # our own limit
        except Exception:
            return "differs"
        return "differs" if left else "no_difference"


class Uses:
    """The uses of an engine's native types, each prepared when a case first asks for it, or kept as the reason why not."""

    def __init__(self, declared: Dict[str, Use]) -> None:
        self._declared = declared
        self._prepared: Dict[str, Union[Use, str]] = {}

    def prepare_for(self, request: Dict[str, Any]) -> bool:
        """Make what a request's cases need in the last stage. Returns whether anything was made, and the process changed."""
        cases = request.get("cases") or [request]
        wanted = {str(case.get("native_type")) for case in cases if case.get("reach") == STAGE}
        new = [name for name in wanted & self._declared.keys() if name not in self._prepared]
        for name in new:
            try:
                self._declared[name].prepare()
                self._prepared[name] = self._declared[name]
            except BaseException as error:
                self._prepared[name] = "%s: %s" % (type(error).__name__, text_of(error))
        return bool(new)

    def of(self, native_type: str, reach: str) -> Union[Use, str, None]:
        """The prepared use of a type where a case goes that far and there is one; a text says why it cannot be used."""
        if reach != STAGE or native_type not in self._declared:
            return None
        return self._prepared.get(native_type, "it was not prepared")


def _departs(name: str, value: Any, defaults: Dict[str, Any]) -> bool:
    return name not in defaults or defaults[name] is None or not same(value, defaults[name])


class Waiting:
    """A process forked now, that makes its answer when it is told what came; one that is never told ends with this one.

    What it does stays in it.
    """

    def __init__(self, make: Callable[[List[Any]], str]) -> None:
        told, tell = os.pipe()
        answers, answer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(tell)
                os.close(answers)
                line = _line_of(told)
                if line:
                    os.write(answer, make(json.loads(line.decode())).encode() + b"\n")
            finally:
                os._exit(0)
        os.close(told)
        os.close(answer)
        self._tell, self._answers = tell, answers

    def answer(self, came: List[Any]) -> str:
        """What it makes of what came.

        Raises:
            Unseen: it ended without an answer.
        """
        line = json.dumps(came).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._tell, line) :]
        except BrokenPipeError:
            pass  # it has ended: there will be no answer
        os.close(self._tell)
        said = _line_of(self._answers)
        os.close(self._answers)
        os.waitpid(self._pid, 0)
        if not said:
            raise Unseen("the same config without one of its fields ended the process")
        return said.decode()


def _line_of(pipe: int) -> bytes:
    """One whole line, else nothing. Those that were forked later hold a pipe's other end too: its end is not waited for."""
    said = b""
    while not said.endswith(b"\n"):
        more = os.read(pipe, 1 << 16)
        if not more:
            return b""
        said += more
    return said.rstrip(b"\n")
