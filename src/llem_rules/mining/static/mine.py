"""The static miner: from a native type's entry points to its effect sites with their conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from llem_rules.engines import Engine, NativeType
from llem_rules.mining.model import Finding
from llem_rules.mining.static.coercion import coercions
from llem_rules.mining.static.entries import Shape, shape_of
from llem_rules.mining.static.findings import findings_of
from llem_rules.mining.static.following import follow
from llem_rules.mining.static.frame import Attributes
from llem_rules.mining.static.names import Names, Reader
from llem_rules.mining.static.stages import call_method, construct, takes_objects
from llem_rules.mining.static.world import World
from llem_rules.rules.failure import Failure


class EngineReader(Reader, Protocol):
    """A reader that knows whose library it reads."""

    @property
    def engine(self) -> Engine: ...

    @property
    def device(self) -> str: ...

    def declarations(self, native_type: str) -> dict[str, Any]: ...

    def answers(self, module: str, expressions: Iterable[str]) -> dict[str, tuple[bool, str] | None]: ...


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
    names = Names(reader, reader.engine.package, reader.engine.platform)
    if names.class_def(hierarchy.classes[0].module, hierarchy.classes[0].qualname) is None:
        raise Failure(f"the source of {native_type} cannot be read", hint="its class is made while the library runs")
    shape = shape_of(names, hierarchy)
    native = reader.engine.native_types.get(native_type, NativeType())
    world = World(names, native_type, hierarchy.classes, shape.fields, shape.generated, call=follow)
    world.ask, world.device = _asking(reader), reader.device

    def declared(name: str) -> dict[str, Any] | None:
        return reader.declarations(name).get("lifted")

    own = declared(native_type) if hierarchy.flavour.startswith("pydantic") else None
    world.coerced = {} if own is None else coercions(own, declared)
    _run(world, shape, native, any_objects=False)
    findings = list(findings_of(world))
    if any(takes_objects(call.args) for call in native.validate):
        wider = World(names, native_type, hierarchy.classes, shape.fields, shape.generated, call=follow)
        wider.coerced = world.coerced
        _run(wider, shape, native, any_objects=True)
        findings += _beyond(findings, findings_of(wider))
    return Exploration(tuple(_sorted(iter(findings))), tuple(world.cuts))


def _beyond(found: list[Finding], wider: Iterator[Finding]) -> Iterator[Finding]:
    """Sites that only other objects than those that the stage's call is given lead to."""
    known = {one.site.key for one in found}
    for one in wider:
        if one.site.key not in known:
            yield replace(one, lacking=f"needs another argument of the {one.site.stage} call")


def _asking(reader: EngineReader) -> Callable[[str, str], str | None]:
    def ask(module: str, expression: str) -> str | None:
        answer = reader.answers(module, [expression])[expression]
        return None if answer is None else answer[1]

    return ask


def _run(world: World, shape: Shape, native: NativeType, *, any_objects: bool) -> None:
    attributes: Attributes = construct(world, shape)
    world.stage = "validate"
    for call in native.validate:
        attributes = call_method(world, call.method, call.args, attributes, any_objects=any_objects)
    if native.build is not None:
        world.stage = "build"
        call_method(world, native.build, (), attributes)


def _sorted(findings: Iterator[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (one.site.file, one.site.line, one.site.kind, one.site.field or ""))
