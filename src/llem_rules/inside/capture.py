"""Recording everything that the library says while a case runs: warnings and log records, at every level from info."""

import logging
import sys
import warnings
from typing import Any, Dict, List, Tuple

from .sites import Sites

MOST_MESSAGES = 200
LONGEST_MESSAGE = 4000
_OURS = (logging.__file__, warnings.__file__, __file__)


class Capture:
    """Installed once, in the child, for the rest of its life; ``stage`` is stamped on each message."""

    def __init__(self, sites: Sites, loggers: Tuple[str, ...]) -> None:
        self.messages: List[Dict[str, Any]] = []
        self.dropped = 0
        self.stage = "construct"
        self._sites = sites
        self._loggers = loggers

    def install(self) -> None:
        """Take over ``warnings`` and ``logging`` of this process.

        Handlers are not used: libraries wipe them. ``Logger.handle`` is what every record passes.
        """
        warnings.simplefilter("always")
        warnings.showwarning = self._warning  # type: ignore[assignment]
        capture, enabled = self, logging.Logger.isEnabledFor

        def is_enabled_for(logger: logging.Logger, level: int) -> bool:
            return enabled(logger, level) or (level >= logging.INFO and capture.listens_to(logger.name))

        def handle(logger: logging.Logger, record: logging.LogRecord) -> None:
            if record.levelno >= logging.INFO and capture.listens_to(logger.name):
                capture.record_log(logger, record, enabled(logger, record.levelno))

        logging.Logger.isEnabledFor = is_enabled_for  # type: ignore[method-assign]
        logging.Logger.handle = handle  # type: ignore[method-assign]

    def listens_to(self, name: str) -> bool:
        """Whether a logger is the library's."""
        return any(name == prefix or name.startswith(prefix + ".") for prefix in self._loggers)

    def record_log(self, logger: logging.Logger, record: logging.LogRecord, shown: bool) -> None:
        """Add one log record."""
        try:
            text = record.getMessage()
        except Exception as error:
            text = "%s (unformatted: %s)" % (record.msg, error)
        self._add("logger", record.levelname, text, {"logger": logger.name, "shown": shown})

    def _warning(self, message: Any, category: Any, *_where: Any, **_more: Any) -> None:
        self._add("warnings", "WARNING", str(message), {"category": getattr(category, "__name__", str(category))})

    def _add(self, channel: str, level: str, text: str, more: Dict[str, Any]) -> None:
        if len(self.messages) >= MOST_MESSAGES:
            self.dropped += 1
            return
        site = self._sites.of_stack(sys._getframe(2))
        entry = {"channel": channel, "level": level, "text": text[:LONGEST_MESSAGE], "stage": self.stage, "site": site}
        entry.update(more)
        self.messages.append(entry)
