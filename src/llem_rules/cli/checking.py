"""Judging configs from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from llem_rules.check import HERE, Corpus, Judgement, load_corpus
from llem_rules.cli.jsonl import Request, answer_each, read_lines
from llem_rules.corpus.reader import YamlDocument, read_yaml
from llem_rules.engines import engine_for_type
from llem_rules.reporting.check_report import document, print_judgement
from llem_rules.reporting.console import console, note
from llem_rules.rules.failure import NOTHING, Failure


class Shelf:
    """Corpora by engine, each loaded once."""

    def __init__(self, engine: str | None, version: str | None) -> None:
        self._engine = engine
        self._version = version
        self._loaded: dict[str, Corpus] = {}

    def for_type(self, native_type: str) -> Corpus:
        """The corpus that knows a native type.

        Raises:
            Failure: no engine has it, nothing is proved for its engine, or its engine does not know the type.
        """
        engine = self._engine
        if engine is None:
            found = engine_for_type(native_type)
            if found is None:
                raise Failure(f"no engine has a package for {native_type}", hint="say which with --engine")
            engine = found.name
        if engine not in self._loaded:
            self._loaded[engine] = load_corpus(engine, self._version)
        corpus = self._loaded[engine]
        if native_type not in corpus.native_types:
            import difflib

            near = difflib.get_close_matches(native_type, corpus.native_types, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(corpus.native_types)}"
            raise Failure(f"{engine} {corpus.version} has no native type {native_type!r} here", hint=hint)
        return corpus


def check_lines(source: str, shelf: Shelf) -> int:
    """The machine door."""

    def answer(request: Request) -> dict[str, Any]:
        corpus = shelf.for_type(request["native_type"])
        return corpus.judge(request["native_type"], request["kwargs"], HERE).to_door()

    answer_each(read_lines(source), answer)
    return 0


def check_files(paths: list[str], native_type: str | None, shelf: Shelf, *, strict: bool, as_json: bool) -> int:
    """Judge files for a person, or as one JSON document. Returns the exit code."""
    judged: list[tuple[YamlDocument, tuple[str, ...], Judgement, Corpus]] = []
    for path in paths:
        read = read_yaml(Path(path))
        for section, base, kwargs in sections(read, path, native_type):
            corpus = shelf.for_type(section)
            judged.append((read, base, corpus.judge(section, kwargs, HERE), corpus))
    if not judged:
        return NOTHING
    if as_json:
        typer.echo(json.dumps(document(judged), indent=1, default=repr))
    else:
        out = console()
        for one in judged:
            print_judgement(*one, out)
    effects = [judgement.effect for _, _, judgement, _ in judged]
    if all(effect == "pass" for effect in effects):
        note(f"{len(judged)} config{'s' if len(judged) > 1 else ''}: nothing is refused, ignored or rewritten")
    return int("error" in effects or (strict and any(effect != "pass" for effect in effects)))


def sections(
    read: YamlDocument, path: str, native_type: str | None
) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """The native types of a file, where each stands in it, and its arguments.

    Raises:
        Failure: (2) the file is no config.
    """
    if not isinstance(read.data, dict):
        problem = (
            f"{read.findings[0].place}: {read.findings[0].sentence}" if read.findings else f"{path} is not a mapping"
        )
        raise Failure(
            problem, hint="a config is a mapping from native type to its arguments, or --type T with arguments"
        )
    if native_type is not None:
        return [(native_type, (), read.data)]
    found: list[tuple[str, tuple[str, ...], dict[str, Any]]] = []
    for name, kwargs in read.data.items():
        if not isinstance(name, str) or "." not in name or not isinstance(kwargs, dict | None):
            hint = "give --type if the file holds just the arguments of one native type"
            raise Failure(f"{path}: {name!r} is not a native type with its arguments", hint=hint)
        found.append((name, (name,), kwargs or {}))
    return found
