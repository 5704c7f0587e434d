"""`llem-rules fmt`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("fmt"))(fmt)


def fmt(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders; default: the project's rules.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where something would change.")] = False,
) -> int:
    """Put rule files in their canonical form: order of keys, spacing, width. Comments stay."""
    from llem_rules.corpus.files import write_atomically
    from llem_rules.corpus.formatting import formatted
    from llem_rules.corpus.lint.run import expand, is_versions_file
    from llem_rules.corpus.locate import find_project, shown
    from llem_rules.corpus.reader import read_yaml
    from llem_rules.rules.failure import NOTHING, Failure

    files = expand(paths or [find_project().rules_dir()])
    if not files:
        raise Failure("no rule files there", hint="a rule file is rules/<engine>/<NativeType>.yaml", code=NOTHING)
    changed = 0
    failed = 0
    for path in files:
        try:
            document = read_yaml(path, shown(path))
            if is_versions_file(path, document):
                continue
            text = formatted(document, path)
        except Failure as failure:
            failed = max(failed, failure.code)
            sys.stderr.write(f"error: {failure.message}\n" + (f"  {failure.hint}\n" if failure.hint else ""))
            continue
        if text.encode() == path.read_bytes():
            continue
        changed += 1
        sys.stdout.write(f"{'would change' if check else 'changed'} {shown(path)}\n")
        if not check:
            write_atomically(path, text)
    if not changed and not failed and sys.stdout.isatty():
        sys.stdout.write(f"{len(files):,} files: nothing to change\n")
    return failed or (1 if check and changed else 0)
