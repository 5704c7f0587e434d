"""What a reader makes of a file: parts to be judged, where each field stands, and what could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.corpus.findings import START, Location, Span


@dataclass(frozen=True)
class Place:
    """Where a field stands: its name and its value, and how the name is written there."""

    key: Span
    value: Span
    spelled: str


@dataclass(frozen=True)
class Problem:
    """Something that no rule is needed for: an option that does not exist, a value that cannot be read.

    ``field``: the one that it is about, where a rule may say the same of it, and better.
    """

    message: str
    span: Span
    effect: str = "error"
    suggestion: str | None = None
    field: str | None = None


@dataclass
class Part:
    """The arguments of one native type. ``path``: where their mapping stands in the file; ``label``: what a person calls it.

    ``keys``: how the file spells each field that can be written back; ``open``: unknown names belong to something else.
    ``unknown``: fields that are set to what only their surroundings know, such as a variable. ``inner``: places within the
    value of a field. ``within``: the field of another part, ``around``, that this one is the value of. ``parsed``: the
    values are what the program's own parser makes of words, so none is of another type than it should be.
    """

    engine: str
    native_type: str
    kwargs: Mapping[str, Any]
    places: Mapping[str, Place]
    path: Location = ()
    label: str = ""
    problems: list[Problem] = field(default_factory=list)
    keys: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    unknown: frozenset[str] = frozenset()
    inner: Mapping[tuple[str, ...], Place] = field(default_factory=dict)
    within: str | None = None
    parsed: bool = False
    around: Part | None = None

    def out(self, steps: int) -> Part:
        """The part that this one stands in, or one so many steps further out."""
        return self if not steps or self.around is None else self.around.out(steps - 1)

    def place(self, name: str) -> Place:
        """Where a field stands; the start of the file for one that does not."""
        return self.places.get(name) or Place(START, START, name)


@dataclass
class Found:
    """A file or a command line. ``format``: what it was taken for; ``study``: the text holds a grid or a list of configs."""

    file: str
    text: str
    format: str
    parts: list[Part] = field(default_factory=list)
    study: Any = None
