"""`llem-rules explain`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("explain"))(explain)


def explain(
    what: Annotated[str, typer.Argument(help="A config file, the id of a rule, or a lint code such as L031.")],
    native_type: Annotated[
        str | None, typer.Option("--type", help="The file holds just the arguments of this native type.")
    ] = None,
) -> None:
    """Show the effective config beside the declared one; or what a rule claims and how it is known; or a lint code."""
    if Path(what).is_file():
        sys.stdout.write(_config(what, native_type))
    else:
        sys.stdout.write(_lint_code(what.upper()) if re.fullmatch(r"[Ll]\d{3}", what) else _rule(what))


def _config(path: str, native_type: str | None) -> str:
    from llem_rules.cli.checking import parts_of, read_all
    from llem_rules.in_code import explain as explain_config
    from llem_rules.reporting.side_by_side import side_by_side

    return "".join(
        side_by_side(f"{found.file} · {part.native_type}", explain_config(part.native_type, part.kwargs))
        for found in read_all([path], native_type)
        for part in parts_of(found, native_type)
    )


def _rule(identity: str) -> str:
    import difflib

    from llem_rules.check.load import validated_document
    from llem_rules.engines import engine_for_type
    from llem_rules.reporting.rule_pages import address_of
    from llem_rules.reporting.rule_text import rule_text
    from llem_rules.rules.failure import Failure
    from llem_rules.rules.kinds import rule_from

    engine = engine_for_type(identity)
    if engine is None:
        raise Failure(f"{identity!r} is neither a rule nor a lint code", hint="llem-rules explain L012")
    document = validated_document(engine.name)
    entries = {str(entry["id"]): entry for entry in document["rules"]}
    if identity not in entries:
        near = difflib.get_close_matches(identity, entries, n=1)
        raise Failure(f"no rule is called {identity}", hint=f"did you mean {near[0]}?" if near else None)
    place = address_of(engine.name, rule_from(entries[identity]["rule"]))
    pages = (
        f"\npages      #/rule/{identity} in what `llem-rules report` writes\n           {place} in the documentation\n"
    )
    return rule_text(entries[identity], document["environment"], document.get("platforms")) + pages


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
