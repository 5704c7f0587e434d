"""A program's command line, read as its own parser reads it: spellings, switches, values of each kind, several values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from llem_rules.corpus.findings import near
from llem_rules.engines.formats import CommandFormat
from llem_rules.formats.found import Part, Place, Problem
from llem_rules.formats.source import Source
from llem_rules.formats.words import Word

_RUNNERS = ("docker", "podman", "nerdctl")
_SIZE = re.compile(r"(-?\d+(?:\.\d+)?)([kKmMgGtT]?)")
_UNITS = {"": 1, **{unit: 1000**i for i, unit in enumerate("kmgt", 1)}, **{u: 1024**i for i, u in enumerate("KMGT", 1)}}


class _UnreadableError(ValueError):
    """A value that the program's own parser refuses."""


@cache
def options(adapter_folder: str, name: str) -> Mapping[str, Mapping[str, Any]]:
    """The table of a command's options, by field."""
    table: dict[str, Any] = json.loads((Path(adapter_folder) / name).read_text(encoding="utf-8"))
    return table


def matches(about: CommandFormat, words: Sequence[Word]) -> int | None:
    """After how many words the arguments begin; None where this is another command."""
    texts = [word.text for word in words]
    for start in about.starts:
        for first in range(len(texts)):  # `python3 -m`, `uv run`, `torchrun …`, `docker run … IMAGE` may come before
            program = texts[first].rpartition("/")[2] if first == 0 or texts[first].startswith("/") else texts[first]
            if (program, *texts[first + 1 : first + len(start)]) == start:
                return first + len(start)
    if len(texts) > 1 and texts[0].rpartition("/")[2] in _RUNNERS:
        return next((at + 1 for at, text in enumerate(texts) if at and is_image(about, text)), None)
    return None


def is_image(about: CommandFormat, name: str) -> bool:
    """Whether an image runs a command where none is given. A tag and a digest do not matter."""
    bare = re.sub(r"(@.*|:[^/]*)$", "", name)
    return any(fnmatch(bare, pattern) for pattern in about.images)


class CommandReader:
    """Reads one command line into a part."""

    def __init__(
        self, engine: str, about: CommandFormat, table: Mapping[str, Mapping[str, Any]], source: Source | None = None
    ) -> None:
        self.source = source
        self.engine = engine
        self.about = about
        self.table = table
        self.by_option = {option: field for field, one in table.items() for option in one["options"]}
        self.kwargs: dict[str, Any] = {}
        self.places: dict[str, Place] = {}
        self.problems: list[Problem] = []
        self.configs: list[Word] = []
        self.unknown: set[str] = set()
        self.inner: dict[tuple[str, ...], Place] = {}

    def read(self, words: Sequence[Word]) -> Part:
        """The part, with a problem for each word that the program would refuse."""
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word.text.startswith("-O") and len(word.text) > 2 and "optimization_level" in self.table:
                self._take(
                    "optimization_level",
                    word,
                    [word.part(len(word.text) - len(word.text[2:].removeprefix("=")), self.source)],
                )
            elif word.text.startswith("-") and not re.fullmatch(r"-\d.*", word.text):
                self._option(word, rest)
            elif self.about.positional is not None and self.about.positional not in self.kwargs:
                self._keep(self.about.positional, word, word, word.text)
        part = Part(self.engine, self.about.native_type, self.kwargs, self.places, (), self.about.name, self.problems)
        part.unknown, part.inner = frozenset(self.unknown), self.inner
        return part

    def _option(self, word: Word, rest: list[Word]) -> None:
        spelled, joined, value = word.text.partition("=")
        name, *path = spelled.split(".")
        name = "--" + name[2:].replace("_", "-") if name.startswith("--") else name
        field = self.by_option.get(name)
        if field is None and name.startswith("--"):  # argparse takes a beginning that only one option has
            longer = {self.by_option[one] for one in self.by_option if one.startswith(name)}
            field = longer.pop() if len(longer) == 1 else None
        off = field is None and name.startswith("--no-") and self._switch("--" + name[5:]) is not None
        if off:
            field = self.by_option["--" + name[5:]]
        if field is None and not word.known and not joined:
            return  # what the variable holds is not known here
        if field is None:
            meant = near(name, [*self.by_option], 0.75)
            self.problems.append(Problem(f"{spelled}: no such option", word.span, "error", meant))
            return
        own = [word.part(len(word.text) - len(value), self.source)] if joined else []
        if off or self.table[field]["kind"] in ("switch", "flag"):
            self._keep(field, word, word, not off)
            return
        values = own or list(self._values(self.table[field], rest))
        if path:
            self._nested(field, path, word, values)
        else:
            self._take(field, word, values)

    def _switch(self, option: str) -> str | None:
        field = self.by_option.get(option)
        return field if field is not None and self.table[field]["kind"] == "switch" else None

    def _values(self, about: Mapping[str, Any], rest: list[Word]) -> Iterator[Word]:
        taken = 0
        while rest and (about["many"] or not taken) and not _is_option(rest[0].text):
            taken += 1
            yield rest.pop(0)

    def _nested(self, field: str, path: list[str], word: Word, values: list[Word]) -> None:
        if not values:
            self.problems.append(Problem(f"{word.text}: expected one argument", word.span))
            return
        held = self.kwargs.get(field)
        target = held if isinstance(held, dict) else {}
        self._keep(field, word, values[-1], target)
        if not values[-1].known:
            self.unknown.add(field)
            return
        self.inner[field, *path] = Place(word.span, values[-1].span, word.text.partition("=")[0])
        for part in path[:-1]:
            target = target.setdefault(part, {})
        try:
            target[path[-1]] = json.loads(values[-1].text)
        except ValueError:
            target[path[-1]] = values[-1].text

    def _take(self, field: str, word: Word, values: list[Word]) -> None:
        about = self.table[field]
        if not all(value.known for value in values):
            self.unknown.add(field)
            return
        if not values and not about["optional"]:
            self.problems.append(Problem(f"{word.text}: expected an argument", word.span))
            return
        try:
            read = [read_value(about["kind"], value.text) for value in values]
        except _UnreadableError as error:
            self.problems.append(Problem(f"{word.text.partition('=')[0]}: {error}", values[0].span))
            return
        if "--" + field.replace("_", "-") == self.about.config or field == (self.about.config or "").lstrip("-"):
            self.configs += values
        self._keep(field, word, values[-1] if values else word, read if about["many"] else read[0] if read else True)
        if read and isinstance(read[0], dict):
            self._inside(field, values[0])

    def _inside(self, field: str, value: Word) -> None:
        """Where the keys and values of a JSON object on the command line stand."""
        if self.source is None or len(value.at) != len(value.text):
            return
        from llem_rules.formats.tree import read_trees

        [tree] = read_trees(value.text, "value.json")
        text = Source(value.text)
        for location, key in tree.keys.items():
            spans = []
            for one in (key, tree.value(location)):
                start, end = text.offset(one.line, one.column), text.offset(one.end_line, one.end_column)
                spans.append(self.source.span(value.at[start:end] or value.at))
            self.inner[field, *map(str, location)] = Place(spans[0], spans[1], ".".join(map(str, location)))

    def _keep(self, field: str, word: Word, value: Word, read: Any) -> None:
        if field == self.about.positional or self.table[field]["engine"]:
            self.kwargs[field] = read
            spelled = word.text.partition("=")[0]
            self.places[field] = Place(word.span, value.span, spelled if spelled.startswith("-") else field)


def _is_option(text: str) -> bool:
    return text.startswith("-") and re.fullmatch(r"-\d+(\.\d*)?|-\.\d+|-", text) is None


def read_value(kind: str, text: str) -> Any:
    """The value that a program makes of the text of an option.

    Raises:
        ValueError: it refuses the text.
    """
    if kind != "str" and text in ("", "None"):
        return None
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
        if kind in ("json", "json_or_str"):
            return json.loads(text) if kind == "json" or text[:1] in "{[" else text
        if kind in ("size", "size_or_auto"):
            return _size(text, auto=kind == "size_or_auto")
    except ValueError as error:
        raise _UnreadableError(f"invalid {kind} value: {text!r}") from error
    return text


def _size(text: str, *, auto: bool) -> int:
    if auto and text.lower() in ("auto", "-1"):
        return -1
    found = _SIZE.fullmatch(text)
    if found is None or ("." in found[1] and (not found[2] or found[2].isupper())):
        raise ValueError(text)
    number = float(found[1]) if "." in found[1] else int(found[1])
    return int(number * _UNITS[found[2]])
