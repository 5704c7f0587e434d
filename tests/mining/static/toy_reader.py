"""A reader over toy modules in this process: the same interface as ``LibraryReader``, without a worker."""

from __future__ import annotations

import ast
import importlib
import sys
import types
from collections.abc import Iterable, Mapping
from typing import Any

from llem_rules.engines import Engine, Fixture, NativeType
from llem_rules.inside.decoding import Decoder
from llem_rules.inside.lifting import lift
from llem_rules.inside.looking import ask_module
from llem_rules.inside.names import resolve
from llem_rules.inside.reading import hierarchy, values_of
from llem_rules.inside.sites import Sites
from llem_rules.mining.library import ClassName, Hierarchy, Module


class ToyReader:
    """Toy sources by module name, made importable under the package ``toy``."""

    def __init__(
        self,
        sources: dict[str, str],
        native: NativeType | None = None,
        fixtures: Mapping[str, Fixture] | None = None,
    ) -> None:
        self._sources = {"toy": "", **sources}
        types_ = {"toy.config.Config": native or NativeType()}
        self.engine = Engine("toy", "toy", types_, platform=("toy.other:HERE",))
        self.clear()
        for name in self._sources:
            module = types.ModuleType(name)
            module.__file__ = f"/site/{self._file(name)}"
            module.__path__ = []
            module.__package__ = "toy"
            sys.modules[name] = module
        for name, text in self._sources.items():
            exec(compile(text, self._file(name), "exec"), sys.modules[name].__dict__)
        self._decoder = Decoder(lambda full: resolve(full, "toy"), "/scratch")
        for name, fixture in (fixtures or {}).items():
            self._decoder.add_fixture(name, {"value": fixture.value, "then": list(fixture.then)})

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
        return values_of(list(names), "toy", self._decoder)

    def declarations(self, native_type: str) -> dict[str, Any]:
        """As the worker tells it."""
        cls = resolve(native_type, "toy")
        return {"lifted": lift(cls, {}, Sites("toy", "/site", ()), self._decoder)}

    device = "cpu"

    def answers(self, module: str, expressions: Iterable[str]) -> dict[str, tuple[bool, str] | None]:
        """Expressions over the names of a toy module."""
        found = ask_module(module, list(expressions), "toy")["answers"]
        return {text: None if answer is None else (answer[0], answer[1]) for text, answer in found.items()}

    def build(self, kwargs: dict[str, Any]) -> Any:
        """Really construct the toy."""
        return importlib.import_module("toy.config").Config(**kwargs)
