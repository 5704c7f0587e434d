"""Which loggers, files and once-only caches are a library's, read off the library that is loaded."""

from __future__ import annotations

import logging
import os
import sys
from types import FrameType, TracebackType
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from llem_rules.inside.sites import Site, Sites


class Places:
    """The packages that a config's native types lie in."""

    def __init__(self, packages: Tuple[str, ...]) -> None:
        self.packages = packages
        self._sites: Dict[str, Sites] = {}
        self._helpers: Set[str] = set()

    def owns(self, logger_name: str) -> bool:
        """Whether a logger is the library's."""
        return logger_name.partition(".")[0] in self.packages

    def of_stack(self, frame: Optional[FrameType]) -> Optional[Site]:
        """The innermost place of the library, from a frame outwards."""
        found = (sites.of_stack(frame) for sites in self.sites())
        return next((site for site in found if site is not None), None)

    def of_traceback(self, traceback: Optional[TracebackType]) -> Optional[Site]:
        """The innermost place of the library that an exception passed through."""
        found = (sites.of_traceback(traceback) for sites in self.sites())
        return next((site for site in found if site is not None), None)

    def sites(self) -> Iterator[Sites]:
        """One for each package that is loaded by now."""
        for name in self.packages:
            if name not in self._sites and (folder := _folder(name)):
                self._sites[name] = Sites(name, folder, tuple(sorted(_helpers(name, folder))))
            if name in self._sites:
                yield self._sites[name]

    def version(self) -> Optional[str]:
        """What the first package says of itself."""
        found = getattr(sys.modules.get(self.packages[0]), "__version__", None) if self.packages else None
        return found if isinstance(found, str) else None

    def forget_what_was_said(self) -> None:
        """Empty the caches by which the library says a thing once a process: each run shows all of its own messages."""
        for module in {module for name in self.packages for module in _logging_modules(name)}:
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if callable(clear):
                    clear()


def _folder(package: str) -> str:
    file = getattr(sys.modules.get(package), "__file__", None)
    return os.path.dirname(file) + "/" if isinstance(file, str) else ""


def _logging_modules(package: str) -> List[Any]:
    """The modules of a package that its loggers' own methods come from (``warning_once`` and the like)."""
    own = [one for name, one in logging.root.manager.loggerDict.items() if name.partition(".")[0] == package]
    holders: List[Any] = [logging.Logger, *(one for one in own if isinstance(one, logging.Logger))]
    names = set()
    for holder in holders:
        for value in (*vars(holder).values(), *vars(type(holder)).values()):
            name = getattr(getattr(value, "__wrapped__", getattr(value, "__func__", value)), "__module__", None)
            if isinstance(name, str) and name.partition(".")[0] == package:
                names.add(name)
    return [sys.modules[name] for name in sorted(names) if name in sys.modules]


def _helpers(package: str, folder: str) -> Iterator[str]:
    """Files that only pass a message on."""
    for module in _logging_modules(package):
        file = getattr(module, "__file__", None) or ""
        if file.startswith(folder):
            yield package + "/" + file[len(folder) :]
