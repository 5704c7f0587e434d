"""What a file is: by its name, by what it holds, and by what the engines say of the formats that belong to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from llem_rules.corpus.files import read_text
from llem_rules.engines import engine_for_type, engine_names, find_engine
from llem_rules.engines.base import Engine
from llem_rules.engines.formats import FileFormat
from llem_rules.formats.commands import CommandReader, is_image, matches, options
from llem_rules.formats.containers import container_commands, dockerfile_commands, is_dockerfile
from llem_rules.formats.found import Found, Part
from llem_rules.formats.mappings import part_of, parts_of_format
from llem_rules.formats.source import Source
from llem_rules.formats.tree import Tree, read_trees
from llem_rules.formats.words import Word, split, typed
from llem_rules.rules.failure import Failure

COMMAND_LINE = "command line"


def read_command(arguments: Sequence[str]) -> Found:
    """A command line, as it would be typed.

    Raises:
        Failure: (2) no engine has such a command.
    """
    line, words = typed(arguments)
    found = Found(COMMAND_LINE, line, COMMAND_LINE)
    source = Source(line)
    for command in split(words, source):
        found.parts += _command(command, Path(), source)
    if not found.parts:
        raise Failure(f"{line[:100]!r} is no command of an engine", hint=_known_commands())
    return found


def read_file(path: Path, native_type: str | None = None, shown: str | None = None) -> Found:
    """A file of any of the formats. With ``native_type`` it holds just the arguments of that one.

    Raises:
        Failure: (2) it cannot be read, or is none of them.
    """
    name = shown or str(path)
    return read_text_as(read_text(path, name), path, native_type, name)


def read_text_as(text: str, path: Path, native_type: str | None, name: str) -> Found:
    """The same for the text of a file that is in hand.

    Raises:
        Failure: (2) it is none of the formats.
    """
    text = text.removeprefix("\ufeff")
    if native_type is None and is_dockerfile(path.name, text):
        source = Source(text)
        parts = [part for one in dockerfile_commands(text, _entry_of) for part in _command(one, path.parent, source)]
        return Found(name, text, "Dockerfile", parts)
    trees = read_trees(text, name)
    found = Found(name, text, "")
    for tree in trees:
        _take(found, tree, path, native_type)
    if not any(tree.data is not None for tree in trees):
        raise Failure(f"{name} is not a mapping", hint="it is empty: a config maps names to values")
    return found


def _take(found: Found, tree: Tree, path: Path, native_type: str | None) -> None:
    data = tree.data
    if isinstance(data, list) or (isinstance(data, dict) and "grid" in data and not data.keys() - {"base", "grid"}):
        found.format, found.study = "study", data
        return
    if data is None:
        return
    if not isinstance(data, dict):
        raise Failure(f"{found.file} is not a mapping", hint="a config maps names to values")
    if native_type is not None:
        found.format = native_type
        found.parts.append(part_of(_engine_of(native_type), native_type, tree, ()))
    elif data and all(isinstance(key, str) and _is_type(key) for key in data):
        found.format = "sections"
        for key, held in data.items():
            if not isinstance(held, dict | None):
                raise Failure(f"{found.file}: {key} is not a mapping of arguments")
            found.parts.append(part_of(_engine_of(key), key, tree, (key,)))
    elif "services" in data or ("kind" in data and "apiVersion" in data):
        found.format = "compose file" if "services" in data else "manifest"
        source = Source(found.text)
        for command in container_commands(tree, source, _entry_of):
            found.parts += _command(command, path.parent, source)
    else:
        about = _file_format(path.name, data)
        if about is None and data and _of_a_name(path.name):
            return  # such a file, but without the part that is judged
        if about is None:
            hint = "give --type T if the file holds just the arguments of one native type"
            raise Failure(f"{found.file}: {_nearly(data)}", hint=hint)
        found.format = about[1].name
        found.parts += parts_of_format(*about, tree, found.file)


def _nearly(data: Mapping[Any, Any]) -> str:
    first = next(iter(data), None)
    if first is None:
        return "an empty mapping, of no format that is known here"
    return f"{first!r} is not a native type with its arguments, nor a key of a format that is known here"


def _is_type(key: str) -> bool:
    return "." in key and engine_for_type(key) is not None


def _engine_of(native_type: str) -> str:
    engine = engine_for_type(native_type)
    return engine.name if engine is not None else ""


def _file_format(name: str, data: Mapping[Any, Any]) -> tuple[Engine, FileFormat] | None:
    """The format that a file's name says, else the one of whose keys it has most."""
    known = [(engine, one) for engine in map(find_engine, engine_names()) for one in engine.formats]
    for engine, one in known:
        if any(fnmatch(name, pattern) for pattern in one.names) and (one.within is None or one.within in data):
            return engine, one
    keys = {str(key).replace("-", "_") for key in data}
    counted = [(len(keys & set(one.keys)), -index) for index, (_, one) in enumerate(known)]
    best = max(counted, default=(0, 0))
    return known[-best[1]] if best[0] else None


def _of_a_name(name: str) -> bool:
    """Whether files of some format are called so that holds its arguments within something else."""
    known = (one for engine in map(find_engine, engine_names()) for one in engine.formats if one.within is not None)
    return any(fnmatch(name, pattern) for one in known for pattern in one.names)


def _options(engine: Engine, name: str) -> Mapping[str, Mapping[str, Any]]:
    return options(engine.folder, name)


def _entry_of(image: str) -> tuple[str, ...]:
    """The command of an image, where an engine knows it."""
    formats = (one for name in engine_names() for one in find_engine(name).commands)
    return next((one.starts[0] for one in formats if is_image(one, image)), ())


def _command(words: Sequence[Word], folder: Path, source: Source) -> list[Part]:
    for engine in map(find_engine, engine_names()):
        for about in engine.commands:
            begin = matches(about, words)
            if begin is None:
                continue
            reader = CommandReader(engine.name, about, _options(engine, about.options), source)
            parts = [reader.read(words[begin:])]
            for named in reader.configs:
                path = folder / named.text
                if path.is_file():  # the file's own findings point into it; what the command says goes before
                    parts += read_file(path).parts
            return parts[:1] + [part for part in parts[1:] if part.kwargs]
    return []


def _known_commands() -> str:
    commands = [one for name in engine_names() for one in find_engine(name).commands]
    starts = [" ".join(("python", *one) if one[0] == "-m" else one) for about in commands for one in about.starts]
    return "known: " + ", ".join(starts)
