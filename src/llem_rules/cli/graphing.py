"""The dependency graph, and what hangs on what, from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from llem_rules.cli.comparing import compare_sides
from llem_rules.corpus.discovered import Discovered, load_discovered
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.engines import engine_for_type, find_engine
from llem_rules.engines.registry import engine_names
from llem_rules.graph import network
from llem_rules.graph.impact import find_subject, impact_of, replay_set
from llem_rules.graph.order import CircleError, applications, moot
from llem_rules.graph.usage import Usage, UserConfig, curated_parameters, read_configs
from llem_rules.reporting import impact_report
from llem_rules.reporting.console import console
from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.rules.kinds import RuleBase


def _read(engine: str, configs: Sequence[Path]) -> tuple[tuple[RuleBase, ...], Discovered | None, Usage]:
    project, package = find_project(), find_engine(engine).package
    of_engine = [one for one in read_configs(configs) if one.native_type.partition(".")[0] == package]
    return (
        read_rulebook(engine, project).rules,
        load_discovered(engine, project),
        Usage(curated_parameters(package), tuple(of_engine)),
    )


def show_graph(engine: str, native_types: Sequence[str], configs: Sequence[Path], output: str) -> int:
    """Print the graph. Returns the exit code.

    Raises:
        Failure: (2) an unknown native type; (4) nothing is known of the engine.
    """
    rules, schema, usage = _read(engine, configs)
    known = {*(rule.native_type for rule in rules), *(schema.native_types if schema else ())}
    unknown = [name for name in native_types if name not in known]
    if unknown:
        raise Failure(f"{engine} has no native type {unknown[0]} here", hint=f"known: {', '.join(sorted(known))}")
    built = network.build(rules, schema, usage, native_types)
    plain = network.plain(built)
    if not plain["nodes"]:
        raise Failure(f"nothing is known of {engine} yet", hint=f"llem-rules discover {engine}", code=NOTHING)
    title = f"dependencies of {engine}"
    match output:
        case "mermaid" | "dot":
            from llem_rules.reporting import graph_text

            text = graph_text.mermaid(plain) if output == "mermaid" else graph_text.dot(plain, title)
        case "svg":
            from llem_rules.reporting.graph_svg import svg

            text = svg(plain, title)
        case _:
            chosen = [rule for rule in rules if not native_types or rule.native_type in native_types]
            told = [_applied(one, chosen, schema) for one in usage.configs]
            text = json.dumps(impact_report.graph_document(engine, plain, moot(chosen), told), indent=1) + "\n"
    typer.echo(text, nl=False)
    return 0


def _applied(config: UserConfig, rules: Sequence[RuleBase], schema: Discovered | None) -> dict[str, Any]:
    of_type = [rule for rule in rules if rule.native_type == config.native_type]
    judged = config.point.config(schema.defaults(config.native_type) if schema is not None else {})
    try:
        return impact_report.applied(config, applications(of_type, judged))
    except CircleError as error:
        return impact_report.applied(config, (), error.circle)


def show_impact(subject: str, engine: str | None, configs: Sequence[Path], *, as_json: bool) -> int:
    """Print what hangs on one rule or field. Returns the exit code.

    Raises:
        Failure: (2) no engine has it, or it is neither a rule nor a field.
    """
    if engine is None:
        found = engine_for_type(subject)
        if found is None:
            raise Failure(
                f"no engine has a package for {subject!r}", hint="name it with its native type, or say --engine"
            )
        engine = found.name
    rules, schema, usage = _read(engine, configs)
    built = network.build(rules, schema, usage)
    impact = impact_of(find_subject(subject, rules, built), rules, built)
    if as_json:
        typer.echo(json.dumps(impact_report.document(engine, impact), indent=1))
    else:
        impact_report.print_impact(engine, impact, console())
    return 0


def show_changed(base: str, engine: str | None, configs: Sequence[Path], *, as_json: bool) -> int:
    """Print what all changes since a base reach, and the rules to replay. Returns the exit code.

    Raises:
        Failure: (2) the base cannot be read; (4) no engine has anything to compare.
    """
    items: list[dict[str, Any]] = []
    for name in [engine] if engine is not None else engine_names():
        try:
            compared = compare_sides(name, base, None, None, configs, None)
        except Failure as failure:
            if engine is not None or failure.code != NOTHING:
                raise
            continue
        items.append(impact_report.changed(compared, *replay_set(compared.old, compared.new)))
    if not items:
        raise Failure("no engine has a corpus yet: there is nothing to compare", code=NOTHING)
    if as_json:
        typer.echo(json.dumps(impact_report.changed_document(items), indent=1))
    else:
        impact_report.print_changed(items, console())
    return 0
