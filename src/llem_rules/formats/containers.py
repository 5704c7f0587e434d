"""Commands inside other files: Dockerfiles, compose files, Kubernetes manifests.

A container without a command of its own runs its image's: which images run an engine is the engines' to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from typing import Any, NamedTuple

from llem_rules.corpus.findings import START, Location
from llem_rules.formats.source import Source
from llem_rules.formats.tree import Tree
from llem_rules.formats.words import Word, item, shell, split

_DOCKERFILES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile", "*.dockerfile")
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")

Entry = Callable[[str], Sequence[str]]
"""The command that an image runs when none is given; empty where that is not known."""


def is_dockerfile(name: str, text: str) -> bool:
    """Whether a file is a Dockerfile, by its name, or by how it begins."""
    if any(fnmatch(name, pattern) for pattern in _DOCKERFILES):
        return True
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    return re.match(r"\s*FROM\s+\S+(\s+AS\s+\S+)?\s*$", first, re.IGNORECASE) is not None


class _Command(NamedTuple):
    """An ENTRYPOINT or a CMD. ``listed``: in the form of a list, so that one goes behind the other. ``text``: else."""

    commands: list[list[Word]]
    listed: bool
    text: Word | None = None


def dockerfile_commands(text: str, entry_of: Entry) -> Iterator[list[Word]]:
    """The command of each stage: its ENTRYPOINT and its CMD together, as the container runs them."""
    source = Source(text)
    stages: dict[str, _Command | None] = {}
    entry: _Command | None = None
    command: _Command | None = None
    name = ""
    for word, at in _instructions(text):
        body = "".join(text[one] for one in at).replace("\n", " ")
        if word == "FROM":
            yield from _joined(entry, command)
            image, named = _image(body)
            entry = stages.get(image.lower()) or _of_image(entry_of(image))
            command, name = None, named.lower()
        elif word == "ENTRYPOINT":
            entry, command = _form(body, at, source), None
        elif word == "CMD":
            command = _form(body, at, source)
        stages[name] = entry
    yield from _joined(entry, command)


def _of_image(words: Sequence[str]) -> _Command | None:
    return _Command([[Word(word, START) for word in words]], True) if words else None


def _image(body: str) -> tuple[str, str]:
    """The image of a FROM, and what the stage is called."""
    words = [word for word in body.split() if not word.startswith("--")]
    named = words[2] if len(words) > 2 and words[1].lower() == "as" else ""
    return (words[0] if words else ""), named


def _instructions(text: str) -> Iterator[tuple[str, list[int]]]:
    """Each instruction with the offsets of its arguments: continued lines joined, comments between them left out."""
    at: list[int] = []
    word, open_, start = "", False, 0
    for line in text.splitlines(keepends=True):
        here, bare = start, line.strip()
        start += len(line)
        if not bare or bare.startswith("#"):
            continue
        if not open_:
            found = re.match(r"\s*([A-Za-z]+)[ \t]*", line)
            word, at = (found[1].upper(), []) if found else ("", [])
            here += found.end() if found else 0
        content = text[here:start].rstrip()
        open_ = content.endswith("\\")
        at += range(here, here + len(content) - open_)
        if open_:
            at.append(here + len(content))  # the line end, as a blank
        else:
            yield word, at
    if open_:
        yield word, at


def _joined(entry: _Command | None, command: _Command | None) -> list[list[Word]]:
    if entry is None:
        return command.commands if command is not None else []
    if not entry.listed or len(entry.commands) != 1:
        return entry.commands  # `ENTRYPOINT command` takes no CMD
    if command is not None and command.text is not None:  # the program gets the shell and its text as arguments
        return [[*entry.commands[0], *(Word(one, command.text.span) for one in ("/bin/sh", "-c")), command.text]]
    behind = [word for one in command.commands for word in one] if command is not None else []
    return split([*entry.commands[0], *behind])


def _form(body: str, at: list[int], source: Source) -> _Command:
    if body.lstrip().startswith("["):
        try:
            items = [str(one) for one in json.loads(body)]
        except ValueError:
            items = None
        if items is not None:
            return _Command([_listed(items, body, at, source)], True)
    span = source.span(at) if at else START
    return _Command(shell(body, at, source, span), False, Word(body, span))


def _listed(items: list[str], body: str, at: list[int], source: Source) -> list[Word]:
    """The items of a JSON list with the places of their characters."""
    words: list[Word] = []
    for text, found in zip(items, re.finditer(r'"((?:[^"\\]|\\.)*)"', body, re.DOTALL), strict=False):
        inner = Source(body)
        own = inner.written(text, _line(inner, found.start(), found.end()))
        places = tuple(at[one] for one in own)
        whole = at[found.start() : found.end()]
        words.append(Word(text, source.span(places or whole), places))
    return words


def _line(source: Source, start: int, end: int) -> Any:
    return source.span((start, end - 1))


def container_commands(tree: Tree, source: Source, entry_of: Entry) -> Iterator[list[Word]]:
    """The commands of the containers of a compose file or a manifest, wherever they stand in it."""
    for location, held in _mappings(tree.data, ()):
        service = location[-2:-1] == ("services",)
        if not (service or any(part in _CONTAINERS for part in location[-2:])):
            continue
        first, second = ("entrypoint", "command") if service else ("command", "args")
        if held.get(first):
            parts = [_of(tree, (*location, key), held.get(key), source) for key in (first, second)]
            words = [word for part in parts for command in part for word in command]
            yield from split(words, source) if len(parts[0]) <= 1 else parts[0]
            continue
        given = [word for one in _of(tree, (*location, second), held.get(second), source) for word in one]
        entry = entry_of(str(held.get("image") or "")) if given else ()
        yield from split([*(Word(word, START) for word in entry), *given], source)


def _of(tree: Tree, location: Location, value: Any, source: Source) -> list[list[Word]]:
    span = tree.value(location)
    if isinstance(value, str):
        return shell(value, source.written(value, span), source, span)
    if isinstance(value, list):
        return [[item(_text(one), tree.value((*location, index)), source) for index, one in enumerate(value)]]
    return []


def _text(value: Any) -> str:
    """A value as a container gets it: YAML's truths are words there."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mappings(value: Any, location: Location) -> Iterator[tuple[Location, dict[str, Any]]]:
    if isinstance(value, dict):
        yield location, value
        for key, held in value.items():
            yield from _mappings(held, (*location, key))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from _mappings(held, (*location, index))
