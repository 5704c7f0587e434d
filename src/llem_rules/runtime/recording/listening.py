"""Hearing what is said: log records and warnings, without changing what a worker shows, raises or has set.

Handlers are not used: libraries wipe them. ``Logger.handle`` is what every record passes. The hooks are in place while
anybody observes, and taken out with the last.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from typing import Any, List, Optional, Protocol, Tuple

from llem_rules.inside.values import text_of

_QUIETEST = logging.INFO


class Listener(Protocol):
    """Who is told. ``thread``: where it was entered."""

    thread: int

    def owns(self, logger_name: str) -> bool:
        """Whether a logger is one of those listened to."""
        ...

    def say(self, channel: str, level: str, text: str, more: Any) -> None:
        """Something was said."""
        ...


_lock = threading.RLock()
_listeners: List[Listener] = []
_hooks: Optional[_Hooks] = None


def listen(listener: Listener) -> None:
    """Tell it from now on."""
    global _hooks  # noqa: PLW0603 - what is hooked is one a process, too
    with _lock:
        if _hooks is None:
            _hooks = _Hooks()
        _listeners.append(listener)
    _hooks.show_all()


def leave(listener: Listener) -> None:
    """Tell it no more."""
    global _hooks  # noqa: PLW0603
    with _lock:
        if listener in _listeners:
            _listeners.remove(listener)
        if not _listeners and _hooks is not None:
            _hooks.take_out()
            _hooks = None


def innermost() -> Optional[Listener]:
    """Whoever was entered last in this thread, else last of all."""
    return next(iter(_told()), None)


def _told() -> Tuple[Listener, ...]:
    """A thread's own innermost listener; for a thread that has none (the library's own), everybody."""
    here = threading.get_ident()
    own = [one for one in _listeners if one.thread == here]
    return (own[-1],) if own else tuple(reversed(_listeners))


class _Hooks:
    def __init__(self) -> None:
        self._enabled, self._handle = logging.Logger.isEnabledFor, logging.Logger.handle
        self._show, self._logging_show = warnings.showwarning, logging._showwarning  # type: ignore[attr-defined]
        self._were: List[Tuple[Any, Any]] = []
        self._shown: set[Any] = set()
        enabled, forward = self._enabled, self._handle

        def is_enabled_for(logger: logging.Logger, level: int) -> bool:
            return enabled(logger, level) or (level >= _QUIETEST and any(one.owns(logger.name) for one in _told()))

        def handle(logger: logging.Logger, record: logging.LogRecord) -> None:
            if record.levelno >= _QUIETEST:
                for one in _told():
                    if one.owns(logger.name):
                        one.say("logger", _level(record.levelno), _text(record), {"logger": logger.name})
            if enabled(logger, record.levelno):
                forward(logger, record)

        self._own = (is_enabled_for, handle)
        logging.Logger.isEnabledFor = is_enabled_for  # type: ignore[method-assign, assignment]
        logging.Logger.handle = handle  # type: ignore[method-assign, assignment]
        warnings.showwarning = self._warning
        logging._showwarning = self._warning  # type: ignore[attr-defined]

    def show_all(self) -> None:
        """Filters that would hide a warning, or a second one, let it come to us; those that raise stay."""
        known = [ours for ours, _ in self._were]
        for index, one in enumerate(list(warnings.filters)):
            if one[0] != "error" and not any(one is ours for ours in known):
                ours = ("always", *one[1:])
                self._were.append((ours, one))
                warnings.filters[index] = ours  # type: ignore[index]
        last = ("always", None, Warning, None, 0)
        if not any(one is last for one in warnings.filters):
            warnings.filters.append(last)  # type: ignore[attr-defined]
            self._were.append((last, None))
        _forget_registries()

    def take_out(self) -> None:
        """Everything as it was, save what the body itself changed."""
        is_enabled_for, handle = self._own
        if logging.Logger.isEnabledFor is is_enabled_for:
            logging.Logger.isEnabledFor = self._enabled  # type: ignore[method-assign]
        if logging.Logger.handle is handle:
            logging.Logger.handle = self._handle  # type: ignore[method-assign]
        if warnings.showwarning == self._warning:
            warnings.showwarning = self._show
        if logging._showwarning == self._warning:  # type: ignore[attr-defined]
            logging._showwarning = self._logging_show  # type: ignore[attr-defined]
        put_back = [self._before(one) for one in warnings.filters]
        warnings.filters[:] = [one for one in put_back if one is not None]  # type: ignore[index]
        _forget_registries()

    def _before(self, one: Any) -> Any:
        return next((was for ours, was in self._were if ours is one), one)

    def _warning(
        self, message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        more = {"category": getattr(category, "__name__", str(category))}
        for one in _told():
            one.say("warnings", "WARNING", text_of(message), more)
        key = (str(message), category, filename, lineno)
        if self._would_show(message, category, filename, lineno) and key not in self._shown:
            self._shown.add(key)
            self._show(message, category, filename, lineno, file, line)

    def _would_show(self, message: Any, category: Any, filename: str, lineno: int) -> bool:
        """Whether the filters, as they were, let a person see it."""
        module = _module_of(filename)
        for one in warnings.filters:
            action, text, kind, where, number = self._before(one) or ("default", None, Warning, None, 0)
            if (
                issubclass(category, kind)
                and _fits(text, str(message))
                and _fits(where, module)
                and number in (0, lineno)
            ):
                return action != "ignore"
        return True


def _fits(pattern: Any, text: str) -> bool:
    """A filter's pattern is None, compiled, or (in the filters that Python begins with) the text itself."""
    if pattern is None or isinstance(pattern, str):
        return pattern is None or pattern == text
    return pattern.match(text) is not None


def _forget_registries() -> None:
    """Every module forgets which warnings it has shown: entering and leaving are new versions of the filters."""
    with warnings.catch_warnings():
        pass


def _module_of(filename: str) -> str:
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back  # type: ignore[assignment]
    return filename[:-3] if filename.endswith(".py") else filename


def _text(record: logging.LogRecord) -> str:
    try:
        return text_of(record.getMessage())
    except Exception as error:  # noqa: BLE001 - a record that cannot be formatted is itself what was said
        return "%s (unformatted: %s)" % (text_of(record.msg), type(error).__name__)


def _level(number: int) -> str:
    """The standard name at or below a level: libraries rename levels and add their own."""
    for level, name in ((50, "CRITICAL"), (40, "ERROR"), (30, "WARNING")):
        if number >= level:
            return name
    return "INFO"
