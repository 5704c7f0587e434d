"""`llem-rules lint`."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


class LintFormat(StrEnum):
    """Text for people, JSON for programs, annotations for GitHub."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("lint"))(lint)


def lint(
    paths: Annotated[list[Path] | None, typer.Argument(help="Default: rules/ and engine_versions/.")] = None,
    format_: Annotated[LintFormat, typer.Option("--format", help="text, json or github.")] = LintFormat.TEXT,
) -> int:
    """Check rule files: spelling, meaning, examples. Exit 1 on findings, 2 on a file that cannot be read."""
    from llem_rules.corpus.lint import lint_paths
    from llem_rules.rules.failure import NOTHING, Failure

    result = lint_paths(paths or ())
    if not result.files and format_ is not LintFormat.JSON:
        where = ", ".join(map(str, paths)) if paths else "rules/"
        raise Failure(f"no rule files in {where}", hint="a rule file is rules/<engine>/<NativeType>.yaml", code=NOTHING)
    if format_ is LintFormat.JSON:
        from llem_rules.reporting.lint_json import lint_json

        sys.stdout.write(lint_json(result))
    elif format_ is LintFormat.GITHUB:
        from llem_rules.reporting.lint_github import lint_github

        sys.stdout.write(lint_github(result))
    else:
        from llem_rules.reporting.lint_text import last_line, lint_text

        terminal = sys.stdout.isatty()
        text = lint_text(result, colour=terminal and not os.environ.get("NO_COLOR"))
        sys.stdout.write(text or (f"{last_line(result)}\n" if terminal else ""))
    return result.exit_code
