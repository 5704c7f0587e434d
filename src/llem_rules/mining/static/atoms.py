"""Symbolic values that hold no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Const:
    """A plain Python value, or one in the tagged form."""

    value: Any

    def __hash__(self) -> int:
        return hash(repr(self.value))


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value that a field (or a path into one) came with. ``item``: it is an item of a list in a loop."""

    path: str


@dataclass(frozen=True, slots=True)
class Number:
    """Arithmetic over fields, as references write it; ``fields`` must be numbers (``sized``: must have a length)."""

    text: str
    fields: tuple[str, ...]
    sized: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many distinct items a list field has."""

    path: str


@dataclass(frozen=True, slots=True)
class Remainder:
    """``path % step``."""

    path: str
    step: Any
    number: Number


@dataclass(frozen=True, slots=True)
class TypeOf:
    """``type(value)`` of a field."""

    path: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be followed: source text, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Raising:
    """What is never computed: Python raises instead."""

    text: str


@dataclass(frozen=True, slots=True)
class Handed:
    """An object that the stage's call is given (``argument``: its tagged form as JSON), or what a path into it holds."""

    argument: str
    path: str = ""

    def at(self, name: str) -> Handed:
        """One attribute further in."""
        return Handed(self.argument, f"{self.path}.{name}" if self.path else name)

    @property
    def full(self) -> str:
        """Its name among live values."""
        return f"{self.argument}:{self.path}"


@dataclass(frozen=True, slots=True)
class Given:
    """The mapping of the keyword arguments that were given (without those named)."""

    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenItems:
    """The keyword arguments that were given, as pairs of name and value."""


@dataclass(frozen=True, slots=True)
class GivenNames:
    """The names of the keyword arguments that were given."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A list or mapping that starts empty: perhaps a collection of issues."""

    number: int
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the package: the native type under study is number 0."""

    number: int
    class_name: str


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the package, or a known outer one (``module`` empty)."""

    module: str
    qualname: str


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module, inside the package or not."""

    name: str


@dataclass(frozen=True, slots=True)
class Outer:
    """Something from outside the package, by its dotted name."""

    name: str
