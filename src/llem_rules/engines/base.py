"""What an engine's module declares: its package, its native types, how each stage is reached, what to look out for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from llem_rules.engines.formats import CommandFormat, FileFormat


@dataclass(frozen=True)
class Call:
    """A method of the object under test, with arguments in the tagged form (``{"$fixture": name}`` among them)."""

    method: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Fixture:
    """An object that cases share, built once when the worker starts.

    ``value`` in the tagged form, then each step of ``then``: an attribute's name, or a method's followed by ``()``.
    ``made_by``: what is called with ``value`` as keyword arguments, as ``module:name``, be it of another package.
    """

    value: Any
    then: tuple[str, ...] = ()
    made_by: str | None = None

    def message(self) -> dict[str, Any]:
        """What the worker is told."""
        return {"value": self.value, "then": list(self.then), "made_by": self.made_by}


@dataclass(frozen=True)
class Use:
    """What production does with a config in the end, in small: the stage ``generate``.

    ``source``: a Python file (3.9 or newer), given to the worker as text and run inside the engine's environment. It
    defines ``prepare()``, which makes what all cases share, once, before any of them runs; ``use(shared, config)``, which
    puts the config to its use several times under fixed seeds and yields what came of each, as JSON has it; and
    ``defaults(shared)``: what a field that is not given is taken for.

    ``bookkeeping``: functions of the library (qualified names) that read every field to fill it in or to check it: on
    what they read, nothing has acted yet. Copies are watched in any case. ``on_request``: only cases that ask for the stage
    go so far.
    """

    source: Path
    bookkeeping: tuple[str, ...] = ()
    on_request: bool = False

    def message(self) -> dict[str, Any]:
        """What the worker is told."""
        return {"source": self.source.read_text(encoding="utf-8"), "bookkeeping": list(self.bookkeeping)}


@dataclass(frozen=True)
class NativeType:
    """A class whose configs are judged.

    ``base``: keyword arguments that it cannot do without; they count as defaults. ``validate``: calls made in order for
    the stage of that name. ``build``: the method that production calls next. ``use``: what it does with the result in the
    end. ``attributes``: where a field is read back when the attribute has another name. ``unread``: fields that cannot be
    read back. ``sections`` and ``places``: where the built object keeps fields, by search order and by field. ``becomes``: the
    class of the built object, where that checks what it is made of: its fields are fed by those of the same name.
    ``holds``: fields that take the arguments of another native type as a mapping, and which; for those of which the
    discovered schema does not say it. ``switches``: sections that are built only where a field of this type is true, and
    which. ``compared``: fields whose strings the building code itself compares, before any section reads them.
    ``warm_up``: whether building it once in the worker's parent process is harmless.
    """

    base: Mapping[str, Any] = field(default_factory=dict)
    validate: tuple[Call, ...] = ()
    build: str | None = None
    use: Use | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    becomes: str | None = None
    holds: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)
    compared: tuple[str, ...] = ()
    warm_up: bool = True

    @property
    def reaches(self) -> tuple[str, ...]:
        """The stages that this type has, but for one that has to be asked for."""
        use = self.use is not None and not self.use.on_request
        later = (("validate", self.validate), ("build", self.build), ("generate", use))
        return ("construct", *(stage for stage, there in later if there))

    @property
    def before_use(self) -> str:
        """The last stage that only builds and validates."""
        return [stage for stage in self.reaches if stage != "generate"][-1]


Producer = Literal["invariants", "schemas"]
LandmarkKind = Literal["module", "class", "callable", "constant"]


@dataclass(frozen=True)
class Landmark:
    """Something of the library, by dotted name, that a producer relies on.

    ``parameters``: names that it must take. ``why``: what would be lost without it.
    """

    kind: LandmarkKind
    why: str
    parameters: tuple[str, ...] = ()
    producers: tuple[Producer, ...] = ("invariants", "schemas")


@dataclass(frozen=True)
class Engine:
    """One engine.

    ``package``: the import name; nothing outside it is ever imported for a rule. ``imports``: modules that the worker
    imports before it serves. ``loggers``: prefixes of the library's loggers. ``message_helpers``: files of the library
    that only pass messages on, so that a message is attributed to their caller. ``once_caches``: modules whose cached
    functions say things only once. ``resets``: objects that cases change, as ``module:name.attribute``; they are put
    back between cases that share a process. ``exception_field``: attributes of exceptions that name a field. ``environment``:
    variables set for the worker. ``caches``: variables that name a folder for what the library works out once for itself; an
    environment of our own keeps it from session to session. ``files``: small files that base arguments refer to with
    ``{"$file": name}``.
    ``fixtures``: shared objects that calls refer to with ``{"$fixture": name}``. ``landmarks``: by dotted name, what
    producers rely on in any version, beyond what follows from the fields above. ``platform``: objects of the library,
    as ``module:name``, that answer for the platform it runs on. ``of_model``: attributes that hold what was read from a
    model's files, wherever they appear. ``formats``, ``commands``: the files and command lines in which people write its
    configs. ``folder``: where the tables lie that the commands name.
    """

    name: str
    package: str
    native_types: Mapping[str, NativeType]
    imports: tuple[str, ...] = ()
    loggers: tuple[str, ...] = ()
    message_helpers: tuple[str, ...] = ()
    once_caches: tuple[str, ...] = ()
    resets: tuple[str, ...] = ()
    exception_field: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    caches: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    fixtures: Mapping[str, Fixture] = field(default_factory=dict)
    platform: tuple[str, ...] = ()
    of_model: tuple[str, ...] = ()
    landmarks: Mapping[str, Landmark] = field(default_factory=dict)
    formats: tuple[FileFormat, ...] = ()
    commands: tuple[CommandFormat, ...] = ()
    folder: str = ""

    def message(self) -> dict[str, Any]:
        """What the worker is told, as JSON holds it."""
        return {
            "package": self.package,
            "imports": list(self.imports or (self.package,)),
            "loggers": list(self.loggers or (self.package,)),
            "message_helpers": list(self.message_helpers),
            "once_caches": list(self.once_caches),
            "resets": list(self.resets),
            "exception_field": list(self.exception_field),
            "files": dict(self.files),
            "fixtures": {name: one.message() for name, one in self.fixtures.items()},
            "native_types": {
                name: {
                    "base": dict(about.base),
                    "validate": [{"method": call.method, "args": list(call.args)} for call in about.validate],
                    "build": about.build,
                    "use": about.use.message() if about.use else None,
                    "attributes": dict(about.attributes),
                    "unread": list(about.unread),
                    "sections": list(about.sections),
                    "places": dict(about.places),
                    "warm_up": about.warm_up,
                }
                for name, about in self.native_types.items()
            },
        }
