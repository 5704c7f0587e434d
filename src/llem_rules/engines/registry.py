"""Finding engines by name or by native type."""

from __future__ import annotations

from functools import cache, reduce
from importlib import import_module

from llem_rules.engines.base import Engine
from llem_rules.engines.installed import installed_engines
from llem_rules.rules.failure import Failure


@cache
def _installed() -> dict[str, str]:
    return installed_engines()


def engine_names() -> tuple[str, ...]:
    """The names of all installed engines, sorted."""
    return tuple(_installed())


@cache
def find_engine(name: str) -> Engine:
    """The engine of a name.

    Raises:
        Failure: there is none, or its module does not hold an Engine.
    """
    place = _installed().get(name)
    if place is None:
        import difflib

        near = difflib.get_close_matches(name, _installed(), n=1)
        hint = f"did you mean {near[0]}?" if near else f"engines: {', '.join(_installed())}"
        raise Failure(f"no engine is called {name!r}", hint=hint)
    module, _, attribute = place.partition(":")
    engine = reduce(getattr, attribute.split("."), import_module(module))
    if not isinstance(engine, Engine):
        raise Failure(f"the entry point {place} of engine {name!r} is not an llem_rules Engine")
    return engine


def entry_of(name: str) -> str:
    """Where the engine of a name is defined, as ``module:attribute``.

    Raises:
        Failure: as ``find_engine`` does.
    """
    find_engine(name)
    return _installed()[name]


def engine_for_type(native_type: str) -> Engine | None:
    """The engine inside whose package a native type lies."""
    package = native_type.partition(".")[0]
    # Mostly the engine is called like its package: then only that one module is loaded.
    names = sorted(_installed(), key=lambda name: name != package)
    return next((engine for name in names if (engine := find_engine(name)).package == package), None)
