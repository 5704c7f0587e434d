"""Judging configs for many versions of their library: where one stops working."""

from __future__ import annotations

import json
from typing import Any

import typer

from llem_rules.check import load_corpus, swept_versions
from llem_rules.cli.checking import parts_of
from llem_rules.cli.reading import read_all
from llem_rules.engines import engine_for_type
from llem_rules.reporting.console import console
from llem_rules.reporting.version_report import VersionItem, VersionReport, print_text, report_of
from llem_rules.rules.failure import NOTHING, Failure


def check_versions(paths: list[str], native_type: str | None, engine: str | None, wanted: str, *, as_json: bool) -> int:
    """Judge every config for every version. Returns 1 where one is refused by a version that was asked for.

    Raises:
        Failure: (2) a file is no config; (3) a version was not swept.
    """
    items = [
        _item(found.file, part.native_type, dict(part.kwargs), engine, wanted)
        for found in read_all(paths, native_type)
        for part in parts_of(found, native_type)
    ]
    if not items:
        return NOTHING
    report: VersionReport = report_of(items)
    if as_json:
        typer.echo(json.dumps(report.model_dump(mode="json"), indent=1))
    else:
        print_text(report, console())
    return int(any("error" in item.effects.values() for item in items))


def _item(path: str, native_type: str, kwargs: dict[str, Any], engine: str | None, wanted: str) -> VersionItem:
    found = engine_for_type(native_type)
    name = engine or (found.name if found is not None else None)
    if name is None:
        raise Failure(f"no engine has a package for {native_type}", hint="say which with --engine")
    effects: dict[str, str] = {}
    rules: dict[str, tuple[str, ...]] = {}
    for version in swept_versions(name) if wanted == "all" else [one.strip() for one in wanted.split(",")]:
        corpus = load_corpus(name, version)
        if native_type not in corpus.native_types:
            effects[version], rules[version] = "absent", ()
            continue
        judgement = corpus.judge(native_type, kwargs)
        effects[version] = judgement.effect
        rules[version] = tuple(one.rule.id for one in judgement.telling if one.effect != "pass")
    return VersionItem(file=path, native_type=native_type, engine=name, effects=effects, rules=rules)
