"""`llem-rules schema`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from llem_rules.cli.helping import epilog

if TYPE_CHECKING:
    from llem_rules.corpus.locate import Project


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
    stale = {**stale_schemas(project), **_stale_editor_files(project)}
    if stale and write_them and not project.writable:
        raise Failure(f"{project.root} cannot be written", hint="run it in a clone of the repository")
    for file, text in stale.items():
        path = project.schemas_dir / file
        if write_them:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text)
        sys.stdout.write(f"{'wrote' if write_them else 'stale'} {shown(path)}\n")
    if stale and not write_them:
        sys.stderr.write("make them again: llem-rules schema --write\n")
        return 1
    return 0


def _stale_editor_files(project: Project) -> dict[str, str]:
    """What editors are pointed at, where it is missing or not what the corpora say now, by file below ``schemas/``."""
    from llem_rules.check.compiled import load_compiled
    from llem_rules.check.editor_files import FOLDER, editor_files
    from llem_rules.corpus.rulebook import VALIDATED
    from llem_rules.engines import engine_names

    stale = {}
    for engine in engine_names():
        if (project.corpus_dir(engine) / VALIDATED).is_file():
            for name, text in editor_files(load_compiled(engine, project=project)).items():
                path = project.schemas_dir / FOLDER / name
                if not path.is_file() or path.read_bytes() != text.encode():
                    stale[f"{FOLDER}/{name}"] = text
    return stale
