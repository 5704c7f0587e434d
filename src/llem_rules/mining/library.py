"""The library as miners read it: source text, hierarchies and constants, through the worker of any environment."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from llem_rules.engines import Engine
from llem_rules.environments import Library
from llem_rules.environments.gears import reference_of
from llem_rules.environments.session import FAST


@dataclass(frozen=True)
class Module:
    """A module of the library's package. ``file`` is relative to site-packages."""

    name: str
    file: str
    text: str
    tree: ast.Module


@dataclass(frozen=True)
class ClassName:
    """Where a class of a hierarchy is defined."""

    module: str
    qualname: str


@dataclass(frozen=True)
class Hierarchy:
    """A native type's classes inside the package, nearest first, and how the type is made.

    ``flavour``: ``pydantic``, ``pydantic_dataclass``, ``msgspec``, ``dataclass`` or ``plain``.
    """

    classes: tuple[ClassName, ...]
    flavour: str


MISSING: Mapping[str, Any] = {"$missing": True}


class LibraryReader:
    """Reads on demand, and each thing once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._modules: dict[str, Module | None] = {}
        self._values: dict[str, Any] = {}
        self._hierarchies: dict[str, Hierarchy | None] = {}

    @property
    def engine(self) -> Engine:
        """Whose library it is."""
        return self._library.engine

    @property
    def device(self) -> str:
        """What the library runs on here, as ``platform`` predicates name it."""
        return self._library.facts.device

    def module(self, name: str) -> Module | None:
        """A module's source, or None where it has none in the package."""
        if name not in self._modules:
            answer = self._read({"op": "source", "module": name})
            made = None
            if "text" in answer:
                made = Module(name, str(answer["file"]), str(answer["text"]), ast.parse(str(answer["text"])))
            self._modules[name] = made
        return self._modules[name]

    def hierarchy(self, native_type: str) -> Hierarchy | None:
        """The classes of a native type, or None where it does not exist in this version."""
        if native_type not in self._hierarchies:
            answer = self._read({"op": "hierarchy", "native_type": native_type})
            found = None
            if "classes" in answer:
                classes = tuple(ClassName(one["module"], one["qualname"]) for one in answer["classes"])
                found = Hierarchy(classes, str(answer["flavour"]))
            self._hierarchies[native_type] = found
        return self._hierarchies[native_type]

    def declarations(self, native_type: str) -> dict[str, Any]:
        """What a native type declares of its fields (see ``inside/lifting.py``), or why that cannot be read."""
        [answer] = self._library.run([{"op": "lift", "native_type": native_type}])
        return answer

    def answers(self, module: str, expressions: Iterable[str]) -> dict[str, tuple[bool, str] | None]:
        """Truth and text of expressions over a module's own names in the live library; None where one has no value."""
        wanted = list(dict.fromkeys(expressions))
        answer = self._read({"op": "ask", "module": module, "expressions": wanted})
        found = answer.get("answers", {})
        return {one: None if found.get(one) is None else (bool(found[one][0]), str(found[one][1])) for one in wanted}

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Live values of ``module:dotted.name``, encoded (see ``inside/reading.py``); MISSING where there is none."""
        wanted = list(dict.fromkeys(names))
        unknown = [name for name in wanted if name not in self._values]
        if unknown:
            answer = self._read({"op": "values", "names": unknown})
            self._values.update(answer.get("values", dict.fromkeys(unknown, MISSING)))
        return {name: self._values[name] for name in wanted}

    def _read(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to something that only reads: in a process that answers many, else in one of its own."""
        session = reference_of(self._library)
        if not session.facts.fork_unclean:
            [answer] = session.run([{**question, "gear": FAST}])
            if "unchecked" not in answer:
                return answer
        [answer] = session.run([question])
        return answer
