"""What the descriptions of types are made of: one refusal, and how predicates are put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Plain = dict[str, Any]
Shape = Mapping[str, Any]
FINITE = {">": float("-inf"), "<": float("inf")}


@dataclass(frozen=True)
class Refusal:
    """One error of a type: it shows where ``given`` holds and ``require`` does not.

    ``types``: pydantic's names of the error, the one whose text all others contain first; ``also``: those with a text of their
    own. ``of_type``: the value's type does
    not fit; ``of_item``: that of an item in it. ``numbers_only``: the language has no words for
    strings that spell a number which is refused so; of them nothing is said.
    """

    types: tuple[str, ...]
    name: str
    require: Plain
    given: tuple[Plain, ...] = ()
    of_type: bool = False
    of_item: bool = False
    numbers_only: bool = False
    also: tuple[str, ...] = ()

    @property
    def holds(self) -> Plain:
        """True of what is not refused so."""
        return any_of({"not": together(self.given)}, self.require) if self.given else self.require


def any_of(*parts: Plain) -> Plain:
    """One of some predicates, written as shortly as can be."""
    flat = [inner for part in parts for inner in (part["any_of"] if set(part) == {"any_of"} else [part])]
    return flat[0] if len(flat) == 1 else {"any_of": flat}


def together(parts: Sequence[Plain]) -> Plain:
    """All of some predicates, side by side where that says the same."""
    if len(parts) == 1:
        return parts[0]
    keys = [key for part in parts for key in part]
    if len(set(keys)) == len(keys):
        return {key: value for part in parts for key, value in part.items()}
    return {"all_of": list(parts)}


def literal(value: Any) -> Any:
    """A value as the right side of an operator."""
    return "@" + value if isinstance(value, str) and value.startswith("@") else value


def lengths(shape: Shape, field: str, guard: Plain, errors: tuple[str, str]) -> Iterator[Refusal]:
    words = (("min_length", ">=", "shorter-than"), ("max_length", "<=", "longer-than"))
    for (key, operator, name), error in zip(words, errors, strict=True):
        if isinstance(shape.get(key), int):
            yield Refusal((error,), f"{name}-{shape[key]}", {field: {"length": {operator: shape[key]}}}, (guard,))
