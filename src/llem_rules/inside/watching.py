"""Recording which fields of a config are read while it is used, and where in the library."""

import sys
from types import FrameType
from typing import Any, Dict, Optional, Tuple

from .sites import Site, Sites

_COPYING = ("copy", "copyreg")  # a copy is watched like its original, so that making one is no use yet


class Unseen(Exception):
    """What a field does cannot be seen here."""


class Reads:
    """``first`` holds the site of the first read of each field. Reads in ``bookkeeping`` functions do not count."""

    def __init__(self, sites: Sites, bookkeeping: Tuple[str, ...]) -> None:
        self.first: Dict[str, Site] = {}
        self._whole: Optional[Site] = None
        self._on = True
        self._sites = sites
        self._bookkeeping = frozenset(bookkeeping)

    def watch(self, config: Any) -> None:
        """Record every read from now on, of this object and of the copies that are made of it.

        Raises:
            Unseen: objects of this class cannot be watched.
        """
        try:
            config.__class__ = self._watched(type(config))
        except Exception as error:
            raise Unseen("%s cannot be watched: %s" % (type(config).__name__, error)) from error

    def _watched(self, cls: Any) -> Any:
        reads = self

        class Watched(cls):  # type: ignore[misc]
            def __getattribute__(self, name: str) -> Any:
                if reads._on:
                    reads._note(name, sys._getframe(1))
                return super().__getattribute__(name)

        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(Watched, name, getattr(cls, name))
        return Watched

    def stop(self) -> None:
        """Reads from now on are ours, not the library's."""
        self._on = False

    def of(self, field: str) -> Optional[Site]:
        """Where a field was first read, by itself or with all others; None where it never was."""
        return self.first.get(field) or self._whole

    def _note(self, name: str, frame: FrameType) -> None:
        whole = name == "__dict__"
        if name in self.first or (name.startswith("_") and not whole) or (whole and self._whole):
            return
        if frame.f_globals.get("__name__") in _COPYING:
            return
        # A comprehension may be a function of its own, and does what the function around it does.
        while frame.f_code.co_name.startswith("<") and frame.f_back is not None:
            frame = frame.f_back
        site = self._sites.of_stack(frame)
        if site is None or site["function"] in self._bookkeeping:
            return
        if whole:
            self._whole = site
        else:
            self.first[name] = site
