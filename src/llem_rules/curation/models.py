"""Curated models: pydantic classes with a ``native_type``, in a module, or reachable from one class of it."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from pydantic import BaseModel

from llem_rules.rules.failure import Failure


@dataclass(frozen=True)
class CuratedField:
    """A parameter that is exposed. ``schema``: what the model takes for it, as JSON Schema."""

    model: str
    native_type: str
    name: str
    schema: Mapping[str, Any]


def curated_models(spec: str, package: str) -> dict[str, list[CuratedField]]:
    """The curated fields of one engine's package, by model. ``spec``: ``module``, or ``module:Class`` with all below it.

    Raises:
        Failure: (2) there is no such module or class.
    """
    module, cls = _loaded(spec)
    found = _below(cls) if cls is not None else _in(module)
    models = {one.__name__: one for one in found if _native_type(one).partition(".")[0] == package}
    return {name: list(_fields(one)) for name, one in models.items()}


def source_of(spec: str) -> Path:
    """The file that the models are written in.

    Raises:
        Failure: (2) there is no such module.
    """
    module, _ = _loaded(spec)
    return Path(inspect.getfile(module))


def _loaded(spec: str) -> tuple[ModuleType, type[BaseModel] | None]:
    name, _, last = spec.partition(":")
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise Failure(f"{name} cannot be imported: {error}", hint="write --curated module:Class") from error
    if not last:
        return module, None
    cls = getattr(module, last, None)
    if not (isinstance(cls, type) and issubclass(cls, BaseModel)):
        raise Failure(f"{name} has no pydantic class {last!r}", hint="write --curated module:Class")
    return module, cls


def _in(module: ModuleType) -> list[type[BaseModel]]:
    held = vars(module).values()
    return [one for one in held if isinstance(one, type) and issubclass(one, BaseModel) and _native_type(one)]


def _below(cls: type[BaseModel]) -> list[type[BaseModel]]:
    found, waiting = [], [cls]
    while waiting:
        one = waiting.pop(0)
        if one in found:
            continue
        found.append(one)
        waiting += [model for about in one.model_fields.values() for model in _models_in(about.annotation)]
    return [one for one in found if _native_type(one)]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models_in(one)


def _native_type(model: type[BaseModel]) -> str:
    return str(getattr(model, "native_type", ""))


def _fields(model: type[BaseModel]) -> Iterator[CuratedField]:
    properties = model.model_json_schema().get("properties", {})
    for name in model.model_fields:
        yield CuratedField(model.__name__, _native_type(model), name, properties.get(name, {}))
