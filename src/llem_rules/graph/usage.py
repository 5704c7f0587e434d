"""Who uses what: curated parameters that expose or narrow fields, and configs that set them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from llem_rules.corpus.reader import read_yaml
from llem_rules.graph.points import Point
from llem_rules.rules.failure import Failure

CURATED = "llem_rules.engine_configs"


@dataclass(frozen=True)
class Parameter:
    """A curated parameter: its name, the field that it exposes, and the values to which it narrows it, where it does."""

    name: str
    native_type: str
    field: str
    choices: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class UserConfig:
    """One native type's arguments in a file that was given."""

    file: str
    native_type: str
    kwargs: Mapping[str, Any]

    @property
    def point(self) -> Point:
        """As a config to look at."""
        return Point(dict(self.kwargs))


@dataclass(frozen=True)
class Usage:
    """What is used. Where neither curated parameters nor configs are known, every field counts as used."""

    parameters: tuple[Parameter, ...] | None = None
    configs: tuple[UserConfig, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anything is known of use."""
        return self.parameters is not None or bool(self.configs)

    def exposing(self, native_type: str, fields: Sequence[str]) -> list[Parameter]:
        """Parameters that expose one of the fields; of the whole type, where no field is named."""
        return [
            one
            for one in self.parameters or ()
            if one.native_type == native_type and (not fields or one.field in fields)
        ]

    def of_type(self, native_type: str) -> list[UserConfig]:
        """The configs of a native type."""
        return [one for one in self.configs if one.native_type == native_type]

    @property
    def samples(self) -> dict[str, list[Point]]:
        """The configs by native type."""
        found: dict[str, list[Point]] = {}
        for one in self.configs:
            found.setdefault(one.native_type, []).append(one.point)
        return found


def curated_parameters(package: str, module: str = CURATED) -> tuple[Parameter, ...] | None:
    """The parameters of the curated models of one engine; None where it has none, so that nothing is known of use.

    A curated model is a pydantic class with a ``native_type``; each of its fields exposes the native field of its name,
    and one that is annotated with a ``Literal`` narrows it.
    """
    if importlib.util.find_spec(module) is None:
        return None
    from pydantic import BaseModel

    held = vars(importlib.import_module(module)).values()
    models = [one for one in held if isinstance(one, type) and issubclass(one, BaseModel)]
    found = []
    for model in models:
        native_type = getattr(model, "native_type", None)
        if isinstance(native_type, str) and native_type.partition(".")[0] == package:
            for name, about in model.model_fields.items():
                found.append(Parameter(f"{model.__name__}.{name}", native_type, name, _choices(about.annotation)))
    return tuple(found) or None


def _choices(annotation: Any) -> tuple[Any, ...] | None:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    inner = [one for one in get_args(annotation) if one is not type(None)]
    return _choices(inner[0]) if len(inner) == 1 else None


def read_configs(paths: Sequence[Path]) -> tuple[UserConfig, ...]:
    """The configs in files: a mapping from native type to arguments, a list of these, or JSON lines of the machine door.

    Raises:
        Failure: (2) a file is none of these.
    """
    return tuple(one for path in paths for one in _in_file(path))


def _in_file(path: Path) -> Iterator[UserConfig]:
    if path.suffix == ".jsonl":
        yield from _in_lines(path)
        return
    read = read_yaml(path)
    if read.data is None and read.findings:
        raise Failure(f"{read.findings[0].place}: {read.findings[0].sentence}")
    documents = read.data if isinstance(read.data, list) else [read.data]
    for document in documents:
        if not isinstance(document, dict) or not document:
            raise Failure(f"{path} is no config", hint="a config is a mapping from native type to its arguments")
        for name, kwargs in document.items():
            if not isinstance(name, str) or "." not in name or not isinstance(kwargs, dict | None):
                raise Failure(f"{path}: {name!r} is not a native type with its arguments")
            yield UserConfig(str(path), name, kwargs or {})


def _in_lines(path: Path) -> Iterator[UserConfig]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip():
                one = json.loads(line)
                if not isinstance(one, dict) or not isinstance(one.get("native_type"), str):
                    raise Failure(f"{path}:{number}: native_type is missing")
                if not isinstance(one.get("kwargs", {}), dict):
                    raise Failure(f"{path}:{number}: kwargs is not an object")
                yield UserConfig(f"{path}:{number}", one["native_type"], one.get("kwargs", {}))
    except (OSError, ValueError) as error:
        raise Failure(f"{path} cannot be read: {error}") from error
