"""What is known about a rule's native type before any library runs: engine, fields, defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from llem_rules.corpus.discovered import Discovered, load_discovered
from llem_rules.corpus.locate import Project, find_project
from llem_rules.engines import Engine, engine_for_type, engine_names, find_engine
from llem_rules.rules.reading import Declared
from llem_rules.rules.values import decode


@dataclass(frozen=True)
class Known:
    """The engine of a native type, and what was discovered about its library; None for what is not known."""

    engine: Engine | None
    discovered: Discovered | None

    @property
    def native_types(self) -> tuple[str, ...]:
        """Names of native types: those the engine declares, and those that were discovered."""
        declared = self.engine.native_types if self.engine else ()
        found = self.discovered.native_types if self.discovered else ()
        return tuple(dict.fromkeys((*declared, *found)))

    def defaults(self, native_type: str) -> Declared:
        """Decoded defaults, with the base kwargs that the engine's adapter adds."""
        defaults = self.discovered.defaults(native_type) if self.discovered else Declared({})
        about = self.engine.native_types.get(native_type) if self.engine else None
        base: Mapping[str, Any] = about.base if about else {}
        return defaults.beside({name: decode(value) for name, value in base.items()})

    def fields(self, native_type: str) -> tuple[str, ...]:
        """Names of the fields; empty where they are not known."""
        return self.discovered.fields(native_type) if self.discovered else ()


def known_about(native_type: str, project: Project | None = None) -> Known:
    """What is known about a native type, by the package that it lies in."""
    engine = engine_for_type(native_type)
    return Known(engine, load_discovered(engine.name, project or find_project()) if engine else None)


@lru_cache(maxsize=1)
def packages() -> tuple[str, ...]:
    """Import names of all engines' packages."""
    return tuple(find_engine(name).package for name in engine_names())
