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
from llem_rules.formats.option_values import UnreadableError, read_key_value, read_value
from llem_rules.formats.options import Meant, Options, Table, spelled_with_dashes
from llem_rules.formats.source import Source
from llem_rules.formats.words import Word

_RUNNERS = ("docker", "podman", "nerdctl")


@cache
def options(adapter_folder: str, name: str) -> Table:
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

    def __init__(self, engine: str, about: CommandFormat, table: Table, source: Source | None = None) -> None:
        self.source = source
        self.engine = engine
        self.about = about
        self.table = table
        self.options = Options(table)
        self.kwargs: dict[str, Any] = {}
        self.places: dict[str, Place] = {}
        self.problems: list[Problem] = []
        self.configs: list[Word] = []
        self.unknown: set[str] = set()
        self.inner: dict[tuple[str, ...], Place] = {}
        self._positional: Word | None = None
        self._named: Word | None = None  # the option that gives the same

    def read(self, words: Sequence[Word]) -> Part:
        """The part, with a problem for each word that the program would refuse."""
        rest = list(words)
        while rest:
            word = rest.pop(0)
            joined = next((one for one in self.about.joined if word.text.startswith(one)), None)
            if joined is not None:
                self._joined(joined, word, rest)
            elif not self.options.is_value(word.text):
                self._option(word, rest)
            elif self.about.positional is not None and self._positional is None:
                self._positional = word
                self._keep(self.about.positional, word, word, word.text)
            elif word.known:
                self.problems.append(Problem(f"{word.text}: an argument too many", word.span))
        if self._positional is not None and self._named is not None:
            # The program puts what the option names first, and the argument is one too many then.
            more = f"{self._positional.text}: an argument too many beside {self._named.text.partition('=')[0]}"
            self.problems.append(Problem(more, self._positional.span))
        part = Part(self.engine, self.about.native_type, self.kwargs, self.places, (), self.about.name, self.problems)
        part.unknown, part.inner, part.parsed = frozenset(self.unknown), self.inner, True
        return part

    def _joined(self, option: str, word: Word, rest: list[Word]) -> None:
        """An option with its value right behind it, with or without ``=``."""
        field, written = self.about.joined[option], word.text[len(option) :]
        values = (
            [word.part(len(word.text) - len(written.removeprefix("=")), self.source)]
            if written
            else list(self._values(self.table[field], rest))
        )
        self._take(field, word, values)

    def _option(self, word: Word, rest: list[Word]) -> None:
        spelled, joined, value = word.text.partition("=")
        name, *path = spelled_with_dashes(spelled).split(".")
        found = self.options.find(name)
        if len(found) != 1:
            if word.known or joined:  # else what the variable holds is not known here
                self._no_option(spelled, name, word, bool(found))
            while rest and not joined and self.options.is_value(rest[0].text):
                rest.pop(0)  # probably the value of what was meant
                if self._positional is None:
                    break
            return
        [meant] = found
        if meant.field == self.about.positional and self._named is None:
            self._named = word
        about = self.table[meant.field]
        given = meant.value if meant.value is not None else value if joined else None
        own = [word.part(len(word.text) - len(given), self.source)] if given is not None else []
        if about["kind"] in ("switch", "flag"):
            self._switch(meant, spelled, word, own)
        elif path:
            self._nested(meant.field, path, word, own or [*self._one(rest)])
        else:
            self._take(meant.field, word, own or list(self._values(about, rest)))

    def _no_option(self, spelled: str, name: str, word: Word, ambiguous: bool) -> None:
        if ambiguous:
            some = ", ".join(self.options.spellings(name)[:4])
            self.problems.append(Problem(f"{spelled}: may be {some}", word.span))
        else:
            self.problems.append(Problem(f"{spelled}: no such option", word.span, "error", self.options.meant_by(name)))

    def _switch(self, meant: Meant, spelled: str, word: Word, own: list[Word]) -> None:
        if own and "-h" not in self.table[meant.field]["options"]:  # `--help=GROUP`
            self.problems.append(Problem(f"{spelled}: takes no value", own[0].span))
        else:
            self._keep(meant.field, word, word, not meant.off)

    def _one(self, rest: list[Word]) -> Iterator[Word]:
        if rest:
            yield rest.pop(0)

    def _values(self, about: Mapping[str, Any], rest: list[Word]) -> Iterator[Word]:
        taken = 0
        while rest and (about["many"] or not taken) and self.options.is_value(rest[0].text):
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
        more = path[-1].endswith("+")  # an item, or several with commas between them, of a list
        path = [*path[:-1], path[-1].removesuffix("+")]
        self.inner[field, *path] = Place(word.span, values[-1].span, word.text.partition("=")[0])
        for part in path[:-1]:
            below = target.get(part)
            target[part] = target = below if isinstance(below, dict) else {}
        text = values[-1].text
        if more:
            known = target.get(path[-1])
            target[path[-1]] = [*(known if isinstance(known, list) else []), *text.split(",")]
        else:
            target[path[-1]] = read_key_value(text)

    def _take(self, field: str, word: Word, values: list[Word]) -> None:
        about = self.table[field]
        if not all(value.known for value in values):
            self.unknown.add(field)
            return
        if not values and not about["optional"]:
            self.problems.append(Problem(f"{word.text}: expected an argument", word.span))
            return
        spelled = word.text.partition("=")[0]
        try:
            read = [read_value(about, value.text) for value in values]
        except UnreadableError as error:
            self.problems.append(Problem(f"{spelled}: {error}", values[0].span))
            return
        for value, one in zip(values, read, strict=True):
            if one is not None and one not in about.get("choices", (one,)):
                self.problems.append(_none_of(spelled, one, value, field, [*map(str, about["choices"])]))
        if "--" + field.replace("_", "-") == self.about.config or field == (self.about.config or "").lstrip("-"):
            self.configs += values
        bare: Any = [] if about["many"] else True
        self._keep(field, word, values[-1] if values else word, read if about["many"] else read[0] if read else bare)
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
            spelled = word.text.partition("=")[0].partition(".")[0]
            self.places[field] = Place(word.span, value.span, spelled if spelled.startswith("-") else field)


def _none_of(spelled: str, given: Any, value: Word, field: str, choices: Sequence[str]) -> Problem:
    some = ", ".join(choices[:8]) + (", …" if len(choices) > 8 else "")
    meant = near(str(given), choices)
    return Problem(f"{spelled}: {given} is none of {some}", value.span, suggestion=meant, field=field)
