"""What stands below a command's help: examples that a test runs, and exit codes.

Examples are data (``examples/<command>.txt``, one command a line), because they name engines and this room may not.
"""

from __future__ import annotations

from pathlib import Path

EXIT_CODES = (
    "Exit codes: 0 clean, 1 findings, 2 usage or unreadable input, 3 could not be checked, 4 nothing was there."
)
_FOLDER = Path(__file__).parent / "examples"


def examples(command: str) -> list[str]:
    """The examples of a command, in order."""
    return (_FOLDER / f"{command}.txt").read_text(encoding="utf-8").splitlines()


def epilog(command: str) -> str:
    """The text below a command's help."""
    return "\n\n".join(["Examples:", *examples(command), EXIT_CODES])
