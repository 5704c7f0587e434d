"""``llem-rules discover``: the parameters of every native type."""

from __future__ import annotations

from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption, OutputOption, VersionOption


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("discover"))(discover)


def discover(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    env: EnvOption = EnvironmentKind.VENV,
    version: VersionOption = None,
    to: OutputOption = None,
    output: FormatOption = Format.TEXT,
    write: Annotated[bool, typer.Option(help="Whether to write corpus/ENGINE/schema.discovered.json.")] = True,
) -> int:
    """Describe the parameters of every native type, as JSON Schema, from the live library.

    Of another version than the pinned one nothing is written, unless a place is given.
    """
    from llem_rules.cli.proving import open_probed
    from llem_rules.corpus.artefacts import write_artefact
    from llem_rules.corpus.discovered import FILE_NAME
    from llem_rules.corpus.locate import find_project, shown
    from llem_rules.corpus.versions import load_engine_versions
    from llem_rules.discovery import discover as discover_types
    from llem_rules.discovery import schema_text
    from llem_rules.engines import find_engine
    from llem_rules.reporting.console import console
    from llem_rules.reporting.probe_report import print_lost

    pinned, project = load_engine_versions(engine), find_project()
    versions = pinned.at(version)
    with open_probed(engine, env, versions, "schemas") as (session, probed):
        document = discover_types(session, sorted(find_engine(engine).native_types))
    text = schema_text(document)
    path = to or (project.corpus_dir(engine) / FILE_NAME if versions is pinned and project.writable else None)
    path = path if write else None
    changed = write_artefact(path, text) if path is not None else False
    code = int(bool(probed.missing))
    definitions = document["$defs"]
    fields = sum(len(one["properties"]) for one in definitions.values())
    if output is Format.JSON:
        import json

        summary = {"native_types": len(definitions), "fields": fields, "changed": changed}
        items = [{"native_type": name, **one} for name, one in definitions.items()]
        report = {"schema_version": 1, "command": "discover", "summary": summary, "items": items}
        typer.echo(json.dumps(report, indent=1))
        return code
    typer.echo(f"{engine} {document['library_version']} · {len(definitions)} native types · {fields} fields")
    for line in document["discovery_limitations"]:
        typer.echo(f"  limitation: {line}")
    print_lost(probed.missing, "missing", console())
    print_lost(probed.absent, "absent", console())
    if path is not None:
        typer.echo(f"schema     {shown(path)} ({'changed' if changed else 'unchanged'})")
    return code
