"""Files that map names to values: the arguments of a native type, or the options of a command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from llem_rules.corpus.findings import Location, near
from llem_rules.engines.base import Engine
from llem_rules.engines.formats import Choice, FileFormat
from llem_rules.formats.commands import CommandReader, options
from llem_rules.formats.found import Part, Place, Problem
from llem_rules.formats.options import Options, spelled_with_dashes
from llem_rules.formats.tree import Tree
from llem_rules.formats.words import Word
from llem_rules.rules.failure import Failure


def parts_of_format(engine: Engine, about: FileFormat, tree: Tree, file: str) -> Iterator[Part]:
    if about.options is not None:
        yield from _option_file(engine, about, tree)
        return
    base: Location = (about.within,) if about.within is not None else ()
    data = tree.data[about.within] if about.within is not None else tree.data
    if data is None:
        return
    if not isinstance(data, dict):
        at = tree.value(base)
        raise Failure(f"{file}:{at.line}:{at.column}: {about.within} is not a mapping of arguments")
    native_type, problems = about.native_type, []
    if about.choose is not None:
        chosen = about.choose.of(data)
        if chosen is None:
            problems = list(_not_chosen(about.choose, tree, base))
            if not problems:
                return  # nothing is known of its type
        native_type = chosen or native_type
    part = part_of(engine.name, native_type, tree, base, about)
    part.label, part.open, part.problems = about.name, about.open, problems
    yield replace(part, kwargs={}) if problems else part


def _not_chosen(choice: Choice, tree: Tree, base: Location) -> Iterator[Problem]:
    """Why no native type follows from a mapping; nothing where one does, of which nothing is known here."""
    data = tree.data
    for key in base:
        data = data[key]
    given = data.get(choice.key)
    if given is None:
        effect, said = choice.missing
        yield Problem(said, tree.key(base), effect)
    elif given not in choice.types:
        effect, said = choice.unknown
        yield Problem(f"{choice.key}: {said}", tree.value((*base, choice.key)), effect, near(str(given), choice.types))


def part_of(engine: str, native_type: str, tree: Tree, base: Location, about: FileFormat | None = None) -> Part:
    data = tree.data
    for key in base:
        data = data[key]
    kwargs: dict[str, Any] = {}
    places: dict[str, Place] = {}
    keys: dict[str, str] = {}
    inner = inner_places(tree, base)
    for key, value in (data or {}).items():
        name = str(key)
        if about is not None:
            if name in about.beside:
                continue
            name = about.renamed.get(name, name.replace("-", "_") if about.dashes else name)
        kwargs[name] = value
        keys[name] = str(key)
        places[name] = Place(tree.key((*base, key)), tree.value((*base, key)), str(key))
    return Part(engine, native_type, kwargs, places, base, native_type, keys=keys, inner=inner)


def inner_places(tree: Tree, base: Location) -> dict[tuple[str, ...], Place]:
    """The places of what stands deeper than the arguments themselves, by path from them."""
    found = {}
    for location in tree.keys:
        path = location[len(base) :]
        if len(path) > 1 and location[: len(base)] == base:
            spelled = ".".join(map(str, path))
            found[tuple(str(one).replace("-", "_") if not i else str(one) for i, one in enumerate(path))] = Place(
                tree.key(location), tree.value(location), spelled
            )
    return found


def _option_file(engine: Engine, about: FileFormat, tree: Tree) -> Iterator[Part]:
    """A file whose keys are a command line's options: each as the command would get it."""
    command = next(one for one in engine.commands if one.name == about.options)
    table = options(engine.folder, command.options)
    known = Options(table)
    words = [word for key in tree.data for word in _option_words(known, tree, key)]
    part = CommandReader(engine.name, command, table).read(words)
    named = {str(key).replace("-", "_"): key for key in tree.data}
    places = {
        name: Place(tree.key((named[name],)), tree.value((named[name],)), str(named[name])) if name in named else place
        for name, place in part.places.items()
    }
    keys = {name: str(key) for name, key in named.items()}
    inner = inner_places(tree, ())
    yield replace(
        part,
        places=places,
        label=about.name,
        problems=_bare(part.problems),
        keys=keys,
        inner=inner,
        unknown=frozenset(),
    )


def _option_words(known: Options, tree: Tree, key: Any) -> Iterator[Word]:
    value, option, span = tree.data[key], f"--{key}", tree.key((key,))
    found = known.find(spelled_with_dashes(option))
    switch = len(found) == 1 and known.table[found[0].field]["kind"] == "switch"
    if value is False:
        if switch:
            yield Word(f"--no-{key}", span)
    elif isinstance(value, list):
        if value:
            yield Word(option, span)
            yield from (Word(str(item), tree.value((key, index))) for index, item in enumerate(value))
    elif value is True:
        yield Word(option, span)
    else:
        text = json.dumps(value, default=str) if isinstance(value, dict) else str(value)
        if switch:  # what it is given would be taken for something else
            yield Word(f"{option}={text}", tree.value((key,)))
        else:
            yield from (Word(option, span), Word(text, tree.value((key,))))


def _bare(problems: Sequence[Problem]) -> list[Problem]:
    """Problems in the words of a file: its keys are no options."""
    return [
        replace(
            one,
            message=one.message.removeprefix("--").replace("no such option", "no such key"),
            suggestion=one.suggestion.removeprefix("--") if one.suggestion else None,
        )
        for one in problems
    ]
