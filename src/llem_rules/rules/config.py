"""A config as the evaluator sees it: what was given, the library's defaults, other sections, the surroundings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.rules.expressions import UNKNOWN
from llem_rules.rules.values import decode, step_into


@dataclass(frozen=True)
class Surroundings:
    """What is known of the place where a config runs. None for a whole domain: not known.

    ``env``: environment variables, complete when given (a missing name is absent). ``platform``: facts by name; a
    missing fact is unknown. ``packages``: versions by name (spelled with ``_``, ``-`` or ``.``), complete when given.
    ``files``: what is at a path, ``file`` or ``folder``, complete when given (at a missing one is nothing).
    """

    env: Mapping[str, str] | None = None
    platform: Mapping[str, Any] | None = None
    packages: Mapping[str, str] | None = None
    files: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.packages is not None:
            object.__setattr__(self, "packages", {_normal(name): found for name, found in self.packages.items()})

    def read(self, domain: str, name: str) -> Any:
        """The value, None where it is absent, or UNKNOWN."""
        known: Mapping[str, Any] | None = getattr(self, domain)
        if known is None:
            return UNKNOWN
        if domain == "platform":
            return known.get(name, UNKNOWN)
        return known.get(_normal(name) if domain == "packages" else name)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


NOWHERE = Surroundings()


@dataclass(frozen=True, slots=True)
class Config:
    """One section of a config, ready to be judged. ``given`` and ``defaults`` hold decoded values."""

    given: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    sections: Mapping[str, Config] | None = None
    surroundings: Surroundings = NOWHERE

    @classmethod
    def of(
        cls,
        kwargs: Mapping[str, Any],
        defaults: Mapping[str, Any] | None = None,
        sections: Mapping[str, Config] | None = None,
        surroundings: Surroundings = NOWHERE,
    ) -> Config:
        """Decode the tagged values of kwargs and defaults as YAML and JSON hold them."""
        return cls(_decoded(kwargs), _decoded(defaults or {}), sections, surroundings)

    def value(self, path: str) -> Any:
        """The value of a field: the one given, else the default, else None. A dotted path steps into it."""
        name, _, rest = path.partition(".")
        value = self.given[name] if name in self.given else self.defaults.get(name)
        return self._into(value, rest) if rest else value

    def present(self, path: str) -> bool:
        """Whether the field (or the end of the path) was given, and is not None."""
        name, _, rest = path.partition(".")
        value = self.given.get(name)
        return (self._into(value, rest) if rest else value) is not None

    def section(self, native_type: str, path: str) -> Any:
        """The value of a field of another section; UNKNOWN where that section was not given."""
        other = None if self.sections is None else self.sections.get(native_type)
        return UNKNOWN if other is None else other.value(path)

    @staticmethod
    def _into(value: Any, rest: str) -> Any:
        for part in rest.split("."):
            value = step_into(value, part)
        return value


def _decoded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: decode(value) for key, value in values.items()}
