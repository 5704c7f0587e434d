"""Console entry points. ``--version`` is run by hooks at every commit, so it imports nothing."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``llem-rules``; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        from llem_rules import __version__

        sys.stdout.write(f"llem-rules {__version__}\n")
        return 0
    # Importing makes many objects and no rubbish: looking for some at every 700th costs a tenth of the start-up.
    gc.set_threshold(100_000, 50, 50)
    import signal

    if arguments[:1] == ["check"] and _only_files(arguments[1:]):
        from llem_rules.cli.checking import quick

        return quick(arguments[2:] if arguments[1] == "--" else arguments[1:])

    from llem_rules.cli.app import run

    # Told to end, as a build server does that cancels a job: what was started is ended first, containers above all.
    signal.signal(signal.SIGTERM, _leave)
    return run(arguments)


def _only_files(arguments: Sequence[str]) -> bool:
    """Whether there is no option among the arguments but what hooks give: files, or a command line after ``--``."""
    if arguments[:1] == ["--"]:
        return len(arguments) > 1
    files = [one for one in arguments if one != "--allow-nothing"]
    return bool(files) and not any(one.startswith("-") for one in files)


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def llem() -> int:
    """Run ``llem``: the same program under the name that users of ``report-gaps`` know."""
    return main()


if __name__ == "__main__":
    sys.exit(main())
