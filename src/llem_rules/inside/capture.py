"""Recording everything that the library says while a case runs: warnings and log records, at every level from info."""

import logging
import sys
import warnings
from typing import Any, Dict, List, Tuple

from .sites import Sites
from .values import text_of

MOST_MESSAGES = 200
LONGEST_MESSAGE = 4000


class Capture:
    """Installed once, in the child, for the rest of its life; ``stage`` is stamped on each message."""

    def __init__(self, sites: Sites, loggers: Tuple[str, ...]) -> None:
        self.messages: List[Dict[str, Any]] = []
        self.dropped = 0
        self.stage = "construct"
        self.open = True
        self._sites = sites
        self._loggers = loggers

    def install(self) -> None:
        """Take over ``warnings`` and ``logging`` of this process.

        Handlers are not used: libraries wipe them. ``Logger.handle`` is what every record passes.
        """
        warnings.simplefilter("always")
        warnings.showwarning = self._warning
        # What logging.captureWarnings(True) would put in the place of ours.
        logging._showwarning = self._warning  # type: ignore[attr-defined]
        capture, enabled = self, logging.Logger.isEnabledFor

        def is_enabled_for(logger: logging.Logger, level: int) -> bool:
            return enabled(logger, level) or (level >= logging.INFO and capture.listens_to(logger.name))

        def handle(logger: logging.Logger, record: logging.LogRecord) -> None:
            if record.levelno >= logging.INFO and capture.listens_to(logger.name):
                shown = enabled(logger, record.levelno) and bool(logger.filter(record))
                capture.record_log(logger, record, shown)

        logging.Logger.isEnabledFor = is_enabled_for  # type: ignore[method-assign, assignment]
        logging.Logger.handle = handle  # type: ignore[method-assign, assignment]

    def close(self) -> None:
        """Stop listening: what is said from now on is not the library's own doing."""
        self.open = False

    def listens_to(self, name: str) -> bool:
        """Whether a logger is the library's."""
        return any(name == prefix or name.startswith(prefix + ".") for prefix in self._loggers)

    def record_log(self, logger: logging.Logger, record: logging.LogRecord, shown: bool) -> None:
        """Add one log record."""
        try:
            text = record.getMessage()
        except Exception as error:
            text = "%s (unformatted: %s)" % (text_of(record.msg), type(error).__name__)
        self._add("logger", _level(record.levelno), text, {"logger": logger.name, "shown": shown})

    def _warning(self, message: Any, category: Any, *_where: Any, **_more: Any) -> None:
        more = {"category": getattr(category, "__name__", str(category))}
        self._add("warnings", "WARNING", text_of(message), more)

    def _add(self, channel: str, level: str, text: str, more: Dict[str, Any]) -> None:
        if not self.open:
            return
        if len(self.messages) >= MOST_MESSAGES:
            self.dropped += 1
            return
        site = self._sites.of_stack(sys._getframe(2))
        text = text_of(text, LONGEST_MESSAGE)
        message = {"channel": channel, "level": level, "text": text, "stage": self.stage, "site": site, **more}
        # A config is put to its use several times over, and says the same each time.
        if self.stage != "generate" or message not in self.messages:
            self.messages.append(message)


def _level(number: int) -> str:
    """The standard name at or below a level: libraries rename levels and add their own."""
    for level, name in ((50, "CRITICAL"), (40, "ERROR"), (30, "WARNING")):
        if number >= level:
            return name
    return "INFO"
