"""The static miner: from a native type's entry points to its effect sites with their conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from llem_rules.engines import Engine, NativeType
from llem_rules.mining.model import Finding
from llem_rules.mining.static.entries import Shape, shape_of
from llem_rules.mining.static.findings import findings_of
from llem_rules.mining.static.following import follow
from llem_rules.mining.static.frame import Attributes
from llem_rules.mining.static.names import Names, Reader
from llem_rules.mining.static.stages import call_method, construct
from llem_rules.mining.static.world import World
from llem_rules.rules.failure import Failure


class EngineReader(Reader, Protocol):
    """A reader that knows whose library it reads."""

    @property
    def engine(self) -> Engine: ...


@dataclass(frozen=True)
class Exploration:
    """What was found, and what was left out because the budget was spent."""

    findings: tuple[Finding, ...]
    cuts: tuple[str, ...]


def mine_static(reader: EngineReader, native_type: str) -> list[Finding]:
    """Every effect site that building and validating the type reaches, sorted by file and line.

    A condition says under which configs the path leads to the site. Earlier raises are not denied in it: a refusal masks
    what comes after, and replay counts that apart. Where a site is reached at several stages with a complete condition
    at the first, the later ones are left out.

    Raises:
        Failure: the library has no such type, or no source for it.
    """
    return list(explore(reader, native_type).findings)


def explore(reader: EngineReader, native_type: str) -> Exploration:
    """The same, with what was cut.

    Raises:
        Failure: the library has no such type, or no source for it.
    """
    hierarchy = reader.hierarchy(native_type)
    if hierarchy is None or not hierarchy.classes:
        raise Failure(f"{native_type} is not in this version of the library", hint="probe says which landmarks moved")
    names = Names(reader, reader.engine.package)
    if names.class_def(hierarchy.classes[0].module, hierarchy.classes[0].qualname) is None:
        raise Failure(f"the source of {native_type} cannot be read", hint="its class is made while the library runs")
    shape = shape_of(names, hierarchy)
    world = World(names, native_type, hierarchy.classes, shape.fields, shape.generated, call=follow)
    _run(world, shape, reader.engine.native_types.get(native_type, NativeType()))
    return Exploration(tuple(_sorted(findings_of(world))), tuple(world.cuts))


def _run(world: World, shape: Shape, native: NativeType) -> None:
    attributes: Attributes = construct(world, shape)
    world.stage = "validate"
    for call in native.validate:
        attributes = call_method(world, call.method, call.args, attributes)
    if native.build is not None:
        world.stage = "build"
        call_method(world, native.build, (), attributes)


def _sorted(findings: Iterator[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (one.site.file, one.site.line, one.site.kind, one.site.field or ""))
