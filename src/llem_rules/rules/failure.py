"""The one exception for what a person has to act on. The command line prints it without a traceback."""

from __future__ import annotations

USAGE = 2
NOT_CHECKED = 3
NOTHING = 4


class Failure(Exception):
    """What was wrong, what to do next, and the exit code that says so to machines.

    ``code``: 2 usage or unreadable input, 3 could not be checked, 4 nothing was there to check.
    """

    def __init__(self, message: str, *, hint: str | None = None, code: int = USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
