"""The typer app: every command by name, and what happens to an error that nobody below handled."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import typer

from llem_rules.cli import (
    approve_reuse,
    bundle,
    check,
    ci,
    compat,
    coverage,
    curation,
    dedupe,
    diff,
    digest,
    discover,
    explain,
    fmt,
    graph,
    image,
    impact,
    lint,
    mine,
    mutation,
    observe,
    probe,
    replay,
    report,
    report_gaps,
    schema,
    try_,
    verify,
)
from llem_rules.rules.failure import Failure

# The base of typer's usage errors, wherever the installed version keeps it (its own, or click's).
_UsageProblem: Any = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")

app = typer.Typer(
    name="llem-rules",
    help="Proved facts about how LLM inference engines treat their configuration.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", "-V", help="Print the version and exit.")) -> None:
    """Proved facts about how LLM inference engines treat their configuration."""
    if version:
        from llem_rules import __version__

        typer.echo(f"llem-rules {__version__}")
        raise typer.Exit


for module in (
    check,
    explain,
    try_,
    replay,
    bundle,
    verify,
    mutation,
    probe,
    approve_reuse,
    mine,
    coverage,
    lint,
    fmt,
    discover,
    compat,
    curation,
    diff,
    graph,
    impact,
    image,
    digest,
    report,
    observe,
    report_gaps,
    dedupe,
    ci,
    schema,
):
    module.register(app)


def run(arguments: list[str]) -> int:
    """Run one command line. Returns the exit code; never shows a traceback for a user's mistake."""
    if " ".join(arguments[:2]) == replay.MERGE:
        arguments = [replay.MERGE, *arguments[2:]]
    try:
        result = app(args=arguments, prog_name="llem-rules", standalone_mode=False)
    except Failure as failure:
        sys.stderr.write(f"error: {failure.message}\n")
        if failure.hint:
            sys.stderr.write(f"  {failure.hint}\n")
        return failure.code
    except _UsageProblem as problem:
        problem.show()
        return int(problem.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("interrupted\n")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader went away (`| head`): not an error, and Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0
