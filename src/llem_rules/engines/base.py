"""What an engine's module declares: its package, its native types, how each stage is reached, what to look out for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """A method of the object under test, with arguments in the tagged form (``{"$fixture": name}`` among them)."""

    method: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Fixture:
    """An object that cases share, built once when the worker starts.

    ``value`` in the tagged form, then each step of ``then``: an attribute's name, or a method's followed by ``()``.
    """

    value: Any
    then: tuple[str, ...] = ()


@dataclass(frozen=True)
class NativeType:
    """A class whose configs are judged.

    ``base``: keyword arguments that it cannot do without; they count as defaults. ``validate``: calls made in order for
    the stage of that name. ``build``: the method that production calls next. ``attributes``: where a field is read
    back when the attribute has another name. ``unread``: fields that cannot be read back. ``sections`` and ``places``:
    where the built object keeps fields, by search order and by field. ``warm_up``: whether building it once in the
    worker's parent process is harmless.
    """

    base: Mapping[str, Any] = field(default_factory=dict)
    validate: tuple[Call, ...] = ()
    build: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    warm_up: bool = True

    @property
    def reaches(self) -> tuple[str, ...]:
        """The stages that this type has."""
        return ("construct", *(("validate",) if self.validate else ()), *(("build",) if self.build else ()))


@dataclass(frozen=True)
class Engine:
    """One engine.

    ``package``: the import name; nothing outside it is ever imported for a rule. ``imports``: modules that the worker
    imports before it serves. ``loggers``: prefixes of the library's loggers. ``message_helpers``: files of the library
    that only pass messages on, so that a message is attributed to their caller. ``once_caches``: modules whose cached
    functions say things only once. ``exception_field``: attributes of exceptions that name a field. ``environment``:
    variables set for the worker. ``files``: small files that base arguments refer to with ``{"$file": name}``.
    ``fixtures``: shared objects that calls refer to with ``{"$fixture": name}``.
    """

    name: str
    package: str
    native_types: Mapping[str, NativeType]
    imports: tuple[str, ...] = ()
    loggers: tuple[str, ...] = ()
    message_helpers: tuple[str, ...] = ()
    once_caches: tuple[str, ...] = ()
    exception_field: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    fixtures: Mapping[str, Fixture] = field(default_factory=dict)

    def message(self) -> dict[str, Any]:
        """What the worker is told, as JSON holds it."""
        return {
            "package": self.package,
            "imports": list(self.imports or (self.package,)),
            "loggers": list(self.loggers or (self.package,)),
            "message_helpers": list(self.message_helpers),
            "once_caches": list(self.once_caches),
            "exception_field": list(self.exception_field),
            "files": dict(self.files),
            "fixtures": {name: {"value": one.value, "then": list(one.then)} for name, one in self.fixtures.items()},
            "native_types": {
                name: {
                    "base": dict(about.base),
                    "validate": [{"method": call.method, "args": list(call.args)} for call in about.validate],
                    "build": about.build,
                    "attributes": dict(about.attributes),
                    "unread": list(about.unread),
                    "sections": list(about.sections),
                    "places": dict(about.places),
                    "warm_up": about.warm_up,
                }
                for name, about in self.native_types.items()
            },
        }
