"""One way to write to a person: colour only on a terminal and never against ``NO_COLOR``; progress only on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """A console on standard output (or error). Off a terminal, lines are not folded."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, soft_wrap=True)
    # Off a terminal nothing is gained by folding at 80 columns, and a machine that reads it loses.
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, soft_wrap=True, width=160)


@contextmanager
def status(label: str) -> Iterator[Callable[[str], None]]:
    """A line that tells what is being waited for; the yielded function changes its end. Off a terminal: one line, once."""
    err = console(stderr=True)
    if not err.is_terminal:
        said: list[str] = []

        def once(text: str) -> None:
            if not said:
                sys.stderr.write(f"{label}  {text}\n")
            said.append(text)

        yield once
        return
    with err.status(label) as shown:
        yield lambda text: shown.update(f"{label}  [dim]{_escaped(text[:80])}[/dim]")


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal. The yielded function takes cases done and cases in all."""
    err = console(stderr=True)
    if not err.is_terminal:
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cases"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err) as bar:
        task, last = bar.add_task(label, total=None), [0.0]

        def tell(done: int, total: int) -> None:
            now = time.monotonic()
            if done == total or now - last[0] > 0.05:
                last[0] = now
                bar.update(task, completed=done, total=total)

        yield tell


def note(text: str) -> None:
    """A line for a person at a terminal: not part of the output, so it goes to standard error."""
    if sys.stderr.isatty():
        sys.stderr.write(text + "\n")


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
