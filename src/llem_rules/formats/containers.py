"""Commands inside other files: Dockerfiles, compose files, Kubernetes manifests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from llem_rules.corpus.findings import Location, Span
from llem_rules.formats.tree import Tree
from llem_rules.formats.words import Word, shell, split

_DOCKERFILES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile", "*.dockerfile")
_INSTRUCTION = re.compile(r"^[ \t]*(CMD|ENTRYPOINT|FROM)[ \t]+", re.IGNORECASE | re.MULTILINE)


def is_dockerfile(name: str, text: str) -> bool:
    """Whether a file is a Dockerfile, by its name, or by how it begins."""
    if any(fnmatch(name, pattern) for pattern in _DOCKERFILES):
        return True
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    return re.match(r"\s*FROM\s+\S+(\s+AS\s+\S+)?\s*$", first, re.IGNORECASE) is not None


def dockerfile_commands(text: str) -> Iterator[list[Word]]:
    """The command of each stage: its ENTRYPOINT and its CMD together, as the container runs them."""
    lines = text.splitlines()
    entry: list[list[Word]] = []
    command: list[list[Word]] = []
    for found in _INSTRUCTION.finditer(text):
        kind = found[1].upper()
        if kind == "FROM":
            yield from _joined(entry, command)
            entry, command = [], []
            continue
        body = re.match(r"(?:[^\n]*\\\n)*[^\n]*", text[found.end() :])
        line = text.count("\n", 0, found.end()) + 1
        column = found.end() - (text.rfind("\n", 0, found.end()) + 1) + 1
        words = _instruction(body[0] if body else "", lines, (line, column))
        if kind == "CMD":
            command = words
        else:
            entry, command = words, []
    yield from _joined(entry, command)


def _joined(entry: list[list[Word]], command: list[list[Word]]) -> list[list[Word]]:
    if len(entry) == 1:
        return [[*entry[0], *(command[0] if command else [])]]
    return [*entry, *command]


def _instruction(body: str, lines: list[str], start: tuple[int, int]) -> list[list[Word]]:
    if body.lstrip().startswith("["):
        try:
            items = json.loads(body.replace("\\\n", " "))
        except ValueError:
            return []
        line, column = start
        words = []
        for item in map(str, items):
            quoted = json.dumps(item, ensure_ascii=False)
            while line <= len(lines) and (at := lines[line - 1].find(quoted, column - 1)) < 0:
                line, column = line + 1, 1
            if line > len(lines):
                return []
            words.append(Word(item, Span(line, at + 2, line, at + 2 + len(item))))
            column = at + 1 + len(quoted)
        return split(words) or [words]
    return shell(body, lines, start)


def container_commands(tree: Tree, text: str) -> Iterator[list[Word]]:
    """The commands of the containers of a compose file or a manifest, wherever they stand in it."""
    lines = text.splitlines()
    for location, held in _mappings(tree.data, ()):
        service = location[-2:-1] == ("services",)
        container = any(part in ("containers", "initContainers") for part in location[-2:])
        if not (service or container):
            continue
        first, second = ("entrypoint", "command") if service else ("command", "args")
        parts = [_of(tree, (*location, key), held.get(key), lines) for key in (first, second)]
        if len(parts[0]) <= 1:
            yield from split([word for part in parts for command in part for word in command])
        else:
            yield from (command for part in parts for command in part)


def _of(tree: Tree, location: Location, value: Any, lines: list[str]) -> list[list[Word]]:
    if isinstance(value, str):
        span = tree.value(location)
        return shell(value, lines, (span.line, span.column))
    if isinstance(value, list):
        return [[Word(str(item), tree.value((*location, index))) for index, item in enumerate(value)]]
    return []


def _mappings(value: Any, location: Location) -> Iterator[tuple[Location, dict[str, Any]]]:
    if isinstance(value, dict):
        yield location, value
        for key, item in value.items():
            yield from _mappings(item, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _mappings(item, (*location, index))
