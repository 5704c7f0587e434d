"""A config as the evaluator sees it: what was given, the library's defaults, other sections, the surroundings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.rules.expressions import UNKNOWN
from llem_rules.rules.reading import Declared, read_as, readings_in
from llem_rules.rules.values import decode, has_key, step_into

CONFIG_JSON = "config_json"  # the part of a path that steps from the name of a folder into its config.json


@dataclass(frozen=True)
class Surroundings:
    """What is known of the place where a config runs. None for a whole domain: not known.

    ``env``: environment variables, complete when given (a missing name is absent). ``platform``: facts by name; a
    missing fact is unknown. ``packages``: versions by name (spelled with ``_``, ``-`` or ``.``), complete when given.
    ``files``: what is at a path, ``file`` or ``folder``, and under a name that is none the ``repository`` of it that the
    hub's cache holds; at a missing one is nothing, and UNKNOWN stands for one of which nothing is known.
    ``configs``: the entries of a folder's ``config.json``, None where it has none; of a missing folder they are unknown.
    """

    env: Mapping[str, str] | None = None
    platform: Mapping[str, Any] | None = None
    packages: Mapping[str, str] | None = None
    files: Mapping[str, Any] | None = None
    configs: Mapping[str, Mapping[str, Any] | None] | None = None

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
    """One section of a config, ready to be judged. ``given`` and ``defaults`` hold decoded values.

    ``read``: the given values as the library reads them, where the defaults come with readings (``Declared``).
    """

    given: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    sections: Mapping[str, Config] | None = None
    surroundings: Surroundings = NOWHERE
    read: Mapping[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        read = self.given
        strings = [name for name, value in read.items() if isinstance(value, str)]
        if strings and (readings := readings_in(self.defaults)):
            read = {**read, **{name: read_as(readings[name], read[name]) for name in strings if name in readings}}
        object.__setattr__(self, "read", read)

    @classmethod
    def of(
        cls,
        kwargs: Mapping[str, Any],
        defaults: Mapping[str, Any] | None = None,
        sections: Mapping[str, Config] | None = None,
        surroundings: Surroundings = NOWHERE,
    ) -> Config:
        """Decode the tagged values of kwargs and defaults as YAML and JSON hold them."""
        known = defaults.once(_decoded) if isinstance(defaults, Declared) else _decoded(defaults or {})
        return cls(_decoded(kwargs), known, sections, surroundings)

    def value(self, path: str) -> Any:
        """The value of a field: the one given, else the default, else None. A dotted path steps into it.

        UNKNOWN where the path leads into a ``config.json`` that is not known.
        """
        read = self.read
        if "." not in path:
            return read[path] if path in read else self.defaults.get(path)
        name, _, rest = path.partition(".")
        value = read[name] if name in read else self.defaults.get(name)
        return self._into(value, rest) if rest else value

    def present(self, path: str) -> bool | None:
        """Whether the field (or the end of the path) was given, and is not None; None where that is unknown."""
        if "." not in path:
            return self.given.get(path) is not None
        name, _, rest = path.partition(".")
        value = self.given.get(name)
        if rest and (value := self._into(value, rest)) is UNKNOWN:
            return None
        return value is not None

    def stands(self, path: str) -> bool | None:
        """Whether the field (or the end of the path) was given at all, be it as None; None where that is unknown."""
        name, _, rest = path.partition(".")
        if not rest:
            return name in self.given
        outer, _, last = rest.rpartition(".")
        value = self.given.get(name)
        if outer and (value := self._into(value, outer)) is UNKNOWN:
            return None
        return self.present(path) if last == CONFIG_JSON and isinstance(value, str) else has_key(value, last)

    def section(self, native_type: str, path: str) -> Any:
        """The value of a field of another section; UNKNOWN where that section was not given."""
        other = None if self.sections is None else self.sections.get(native_type)
        return UNKNOWN if other is None else other.value(path)

    def _into(self, value: Any, rest: str) -> Any:
        for part in rest.split("."):
            value = self._config_of(value) if part == CONFIG_JSON and isinstance(value, str) else step_into(value, part)
            if value is UNKNOWN:
                return value
        return value

    def _config_of(self, folder: str) -> Any:
        known = self.surroundings.configs
        return UNKNOWN if known is None else known.get(folder, UNKNOWN)


def _decoded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: decode(value) for key, value in values.items()}
