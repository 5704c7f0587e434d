"""`llem-rules schema`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("schema"))(schema)


def schema(
    name: Annotated[str | None, typer.Argument(help="Which one; without it, the names are listed.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write all of them into schemas/.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where schemas/ is stale.")] = False,
) -> int:
    """Print a JSON Schema of the files and reports that this program reads and writes."""
    from llem_rules.corpus.schemas import schema_names, schema_text

    _publish_all()
    if write or check:
        return _fresh(write_them=not check)
    if name is not None:
        sys.stdout.write(schema_text(name.removesuffix(".schema.json").removesuffix(".json")))
    else:
        sys.stdout.write("".join(f"{one}\n" for one in schema_names()))
    return 0


def _publish_all() -> None:
    """Let every room that publishes schemas of its own add them."""
    from llem_rules.reporting.documents import publish

    publish()


def _fresh(*, write_them: bool) -> int:
    from llem_rules.corpus.files import write_atomically
    from llem_rules.corpus.locate import find_project, shown
    from llem_rules.corpus.schemas import stale_schemas
    from llem_rules.rules.failure import Failure

    project = find_project()
    stale = stale_schemas(project)
    if stale and write_them and not project.writable:
        raise Failure(f"{project.root} cannot be written", hint="run it in a clone of the repository")
    for file, text in stale.items():
        path = project.schemas_dir / file
        if write_them:
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, text)
        sys.stdout.write(f"{'wrote' if write_them else 'stale'} {shown(path)}\n")
    if stale and not write_them:
        sys.stderr.write("make them again: llem-rules schema --write\n")
        return 1
    return 0
