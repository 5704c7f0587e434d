"""`llem-rules explain`."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog="Example: llem-rules explain L031")(explain)


def explain(what: Annotated[str, typer.Argument(help="A lint code, such as L031.")]) -> None:
    """Say what a lint code means: what to avoid, what to prefer, and why."""
    from llem_rules.rules.failure import Failure

    if re.fullmatch(r"[Ll]\d{3}", what):
        sys.stdout.write(_lint_code(what.upper()))
        return
    raise Failure(f"{what!r} is not a lint code", hint="a code is a letter and three digits: llem-rules explain L012")


def _lint_code(code: str) -> str:
    from llem_rules.corpus.lint.codes import codes
    from llem_rules.rules.failure import Failure

    about = codes().get(code)
    if about is None:
        raise Failure(f"there is no lint code {code}", hint=f"codes: {', '.join(codes())}")
    return (
        f"{about.code} {about.title}\n\n{about.summary}\n\n"
        f"  avoid   {about.avoid}\n  prefer  {about.prefer}\n\n{about.rationale}\n"
    )
