"""A reader over toy modules in this process: the same interface as ``LibraryReader``, without a worker."""

from __future__ import annotations

import ast
import importlib
import sys
import types
from collections.abc import Iterable
from typing import Any

from llem_rules.engines import Engine, NativeType
from llem_rules.inside.reading import hierarchy, values_of
from llem_rules.mining.library import ClassName, Hierarchy, Module


class ToyReader:
    """Toy sources by module name, made importable under the package ``toy``."""

    def __init__(self, sources: dict[str, str], native: NativeType | None = None) -> None:
        self._sources = {"toy": "", **sources}
        self.engine = Engine("toy", "toy", {"toy.config.Config": native or NativeType()})
        self.clear()
        for name in self._sources:
            module = types.ModuleType(name)
            module.__file__ = f"/site/{self._file(name)}"
            module.__path__ = []
            module.__package__ = "toy"
            sys.modules[name] = module
        for name, text in self._sources.items():
            exec(compile(text, self._file(name), "exec"), sys.modules[name].__dict__)

    @staticmethod
    def clear() -> None:
        """Forget the toys made before."""
        for name in [name for name in sys.modules if name.partition(".")[0] == "toy"]:
            del sys.modules[name]

    @staticmethod
    def _file(name: str) -> str:
        return "toy/__init__.py" if name == "toy" else f"{name.replace('.', '/')}.py"

    def module(self, name: str) -> Module | None:
        """The toy's source."""
        text = self._sources.get(name)
        return None if text is None else Module(name, self._file(name), text, ast.parse(text))

    def hierarchy(self, native_type: str) -> Hierarchy | None:
        """As the worker tells it."""
        try:
            found = hierarchy(native_type, "toy")
        except Exception:  # noqa: BLE001 - whatever importing says, the type is not there
            return None
        return Hierarchy(tuple(ClassName(c["module"], c["qualname"]) for c in found["classes"]), found["flavour"])

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Live values of the toy."""
        return values_of(list(names), "toy")

    def build(self, kwargs: dict[str, Any]) -> Any:
        """Really construct the toy."""
        return importlib.import_module("toy.config").Config(**kwargs)
