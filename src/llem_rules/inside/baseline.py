"""Putting a process back to what it was before a case, so that the next one finds what a fork would find.

Put back: variables, folder, ``sys.path`` and the standard streams, warning filters and registries, logging, once-caches, and
the objects that the engine's adapter names. What else a case may leave behind is not seen here; that is why what the fast
gear shows is checked against the reference.
"""

import logging
import os
import sys
import warnings
from typing import Any, Callable, Dict, List, Tuple

from .keeping import Draws, kept


class Baseline:
    """What the process is like when this is made. ``caches``: modules whose cached functions say things only once.

    ``named``: objects of the library as ``module:name.attribute``. ``loggers``: prefixes of its loggers. ``drew``: whether
    the last case drew random numbers, which a fork would have drawn from another state.
    """

    def __init__(self, caches: Tuple[str, ...], named: Tuple[str, ...], loggers: Tuple[str, ...]) -> None:
        self._clears = _clears(caches)
        self._variables: Dict[bytes, bytes] = os.environ._data  # type: ignore[attr-defined]
        self._were = dict(self._variables)
        self._folder = os.getcwd()
        self._path = list(sys.path)
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._logging = _Logging(loggers)
        self._objects = kept(named)
        self._warnings = warnings.catch_warnings()
        self._draws = Draws()
        self.drew = False

    def enter(self) -> None:
        """Before a case."""
        # Entering and leaving are new versions of the filters, so every module forgets the warnings that it has shown.
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        for clear in self._clears:
            clear()

    def restore(self) -> bool:
        """After a case. Returns whether anything had to be put back, caches and registries apart."""
        self._warnings.__exit__(None, None, None)
        getattr(warnings, "onceregistry", {}).clear()
        self.drew = self._draws.restore()
        changed = self._logging.restore()
        if self._variables != self._were:
            os.environ.clear()
            os.environ.update({os.fsdecode(name): os.fsdecode(value) for name, value in self._were.items()})
            changed = True
        if _folder() != self._folder:
            os.chdir(self._folder)
            changed = True
        if sys.path != self._path:
            sys.path[:] = self._path
            changed = True
        if (sys.stdin, sys.stdout, sys.stderr) != self._streams:
            sys.stdin, sys.stdout, sys.stderr = self._streams
            changed = True
        for one in self._objects:
            changed |= one.restore()
        return changed


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""  # the case removed it


def _clears(modules: Tuple[str, ...]) -> List[Callable[[], Any]]:
    found = []
    for name in modules:
        for value in list(vars(sys.modules[name]).values()) if name in sys.modules else ():
            try:
                clear = getattr(value, "cache_clear", None)
            except Exception:
                continue  # an object with a __getattr__ of its own, not a cached function
            if callable(clear):
                found.append(clear)
    return found


class _Logging:
    """The library's loggers and the root, and the switches of the module itself."""

    def __init__(self, prefixes: Tuple[str, ...]) -> None:
        self._loggers: List[logging.Logger] = [logging.root]
        for name, one in sorted(logging.root.manager.loggerDict.items()):
            if isinstance(one, logging.Logger) and name.startswith(prefixes):
                self._loggers.append(one)
        self._were = [(o.level, o.disabled, o.propagate, list(o.handlers), list(o.filters)) for o in self._loggers]
        self._disabled = logging.root.manager.disable
        self._names = dict(logging._levelToName), dict(logging._nameToLevel)
        self._methods = logging.Logger.isEnabledFor, logging.Logger.handle
        self._shown = logging._showwarning, logging._warnings_showwarning  # type: ignore[attr-defined]

    def restore(self) -> bool:
        logging.Logger.isEnabledFor, logging.Logger.handle = self._methods  # type: ignore[method-assign]
        logging._showwarning, logging._warnings_showwarning = self._shown  # type: ignore[attr-defined]
        changed = logging.root.manager.disable != self._disabled
        if changed:
            logging.disable(self._disabled)
        names: Any = (logging._levelToName, logging._nameToLevel)
        if names != self._names:
            changed = True
            for now, was in zip(names, self._names):  # noqa: B905 - Python 3.9
                now.clear()
                now.update(was)
        if [(o.level, o.disabled, o.propagate, o.handlers, o.filters) for o in self._loggers] != self._were:
            changed = True
            for one, (level, disabled, propagate, handlers, filters) in zip(self._loggers, self._were):  # noqa: B905
                one.setLevel(level)
                one.disabled, one.propagate = disabled, propagate
                one.handlers[:], one.filters[:] = handlers, filters
        return changed
