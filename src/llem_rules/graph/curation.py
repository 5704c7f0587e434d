"""Which discovered fields the curated models expose, and which not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from llem_rules.corpus.discovered import Discovered
from llem_rules.graph.usage import Parameter, Usage


@dataclass(frozen=True)
class CuratedField:
    """A discovered field with the parameters that expose it."""

    native_type: str
    name: str
    about: dict[str, Any]
    parameters: tuple[Parameter, ...]

    @property
    def exposed(self) -> bool:
        """Whether some parameter exposes it."""
        return bool(self.parameters)


def curated_fields(schema: Discovered, usage: Usage) -> Iterator[CuratedField]:
    """Every discovered field, by native type and name."""
    for native_type in sorted(schema.native_types):
        properties = schema.definitions[native_type].get("properties", {})
        for name in sorted(properties):
            yield CuratedField(native_type, name, dict(properties[name]), tuple(usage.exposing(native_type, (name,))))


def astray(schema: Discovered, usage: Usage) -> list[Parameter]:
    """Curated parameters whose field the library has not."""
    return [one for one in usage.parameters or () if one.field not in schema.fields(one.native_type)]
