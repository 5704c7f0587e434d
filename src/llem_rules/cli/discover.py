"""``llem-rules discover``: the parameters of every native type."""

from __future__ import annotations

from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("discover"))(discover)


def discover(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    env: EnvOption = EnvironmentKind.VENV,
    output: FormatOption = Format.TEXT,
    write: Annotated[bool, typer.Option(help="Whether to write corpus/ENGINE/schema.discovered.json.")] = True,
) -> int:
    """Describe the parameters of every native type, as JSON Schema, from the live library."""
    from llem_rules.corpus.artefacts import write_artefact
    from llem_rules.corpus.locate import find_project, shown
    from llem_rules.corpus.versions import load_engine_versions
    from llem_rules.discovery import discover as discover_types
    from llem_rules.discovery import schema_text
    from llem_rules.engines import find_engine
    from llem_rules.environments.choose import open_session, require_version
    from llem_rules.reporting.console import status

    versions = load_engine_versions(engine)
    with status(f"environment  {engine} {versions.library.current_version}") as tell:
        session = open_session(engine, env, report=tell)
        with session:
            require_version(session, versions.library.current_version)
            document = discover_types(session, sorted(find_engine(engine).native_types))
    text, project = schema_text(document), find_project()
    path = project.corpus_dir(engine) / "schema.discovered.json"
    changed = write_artefact(path, text) if write and project.writable else False
    definitions = document["$defs"]
    fields = sum(len(one["properties"]) for one in definitions.values())
    if output is Format.JSON:
        import json

        summary = {"native_types": len(definitions), "fields": fields, "changed": changed}
        items = [{"native_type": name, **one} for name, one in definitions.items()]
        report = {"schema_version": 1, "command": "discover", "summary": summary, "items": items}
        typer.echo(json.dumps(report, indent=1))
        return 0
    typer.echo(f"{engine} {document['library_version']} · {len(definitions)} native types · {fields} fields")
    for line in document["discovery_limitations"]:
        typer.echo(f"  limitation: {line}")
    if write and project.writable:
        typer.echo(f"schema     {shown(path)} ({'changed' if changed else 'unchanged'})")
    return 0
