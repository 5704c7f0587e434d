"""The landmarks of a producer: what an engine's module declares, and what follows from its native types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from llem_rules.engines import Engine, NativeType, Producer
from llem_rules.engines.base import LandmarkKind


@dataclass(frozen=True)
class Wanted:
    """A landmark to look for. ``native_type``: the one that it is or belongs to, where it does."""

    name: str
    kind: LandmarkKind
    why: str
    parameters: tuple[str, ...] = ()
    native_type: str | None = None

    def request(self) -> dict[str, Any]:
        """What the worker is asked."""
        return {"name": self.name, "kind": self.kind, "parameters": list(self.parameters)}


def landmarks_of(engine: Engine, producer: Producer) -> tuple[Wanted, ...]:
    """Every landmark of a producer once, by name. What is declared by name wins over what follows from the rest."""
    found = {one.name: one for one in _implied(engine, producer)}
    for name, declared in engine.landmarks.items():
        if producer in declared.producers:
            found[name] = Wanted(name, declared.kind, declared.why, declared.parameters)
    return tuple(found[name] for name in sorted(found))


def _implied(engine: Engine, producer: Producer) -> Iterator[Wanted]:
    for module in engine.imports or (engine.package,):
        yield Wanted(module, "module", "imported before anything is asked")
    for name, about in engine.native_types.items():
        yield Wanted(name, "class", "a native type", tuple(about.base), name)
        if producer == "invariants":
            yield from _stages(name, about)
    if producer == "invariants":
        for module in engine.once_caches:
            yield Wanted(module, "module", "says some things only once")
        for file in engine.message_helpers:
            module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            yield Wanted(module, "module", "passes messages on for its callers")
        for fixture in engine.fixtures.values():
            yield from _inside(fixture.value, None)


def _stages(name: str, about: NativeType) -> Iterator[Wanted]:
    for call in about.validate:
        yield Wanted(f"{name}.{call.method}", "callable", "the stage validate", (), name)
        yield from _inside(list(call.args), name)
    if about.build is not None:
        yield Wanted(f"{name}.{about.build}", "callable", "the stage build", (), name)


def _inside(value: Any, owner: str | None) -> Iterator[Wanted]:
    """The classes that a value in the tagged form is made with."""
    if isinstance(value, dict):
        if isinstance(value.get("$native"), str):
            yield Wanted(value["$native"], "class", "an argument of a stage", tuple(value.get("kwargs") or ()), owner)
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _inside(item, owner)
