"""What a name in the library's source stands for: functions and classes by their source, constants by their live value."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

from llem_rules.mining.library import MISSING, ClassName, Hierarchy, Module
from llem_rules.mining.static.symbols import ClassValue, Const, Function, ModuleValue, Outer, Unknown, Value

_DEEPEST = 8  # re-exports followed


class Reader(Protocol):
    """What is needed of a library: see ``mining/library.py``."""

    def module(self, name: str) -> Module | None: ...

    def hierarchy(self, native_type: str) -> Hierarchy | None: ...

    def values(self, names: Any) -> dict[str, Any]: ...


class Names:
    """Looks names up, each module's index made once."""

    def __init__(self, reader: Reader, package: str, platform: Collection[str] = ()) -> None:
        self.reader = reader
        self.package = package
        self.platform = frozenset(platform)
        self._indexes: dict[str, dict[str, ast.stmt]] = {}
        self._classes: dict[tuple[str, str], tuple[ClassName, ...]] = {}

    def in_module(self, module: Module, name: str, depth: int = 0) -> Value:
        """What a module's global name stands for."""
        statement = self._index(module).get(name)
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return Function(module, statement, name)
            case ast.ClassDef():
                return ClassValue(module.name, name)
            case ast.Import(names=names):
                alias = next(one for one in names if (one.asname or one.name.partition(".")[0]) == name)
                return ModuleValue(alias.name if alias.asname else alias.name.partition(".")[0])
            case ast.ImportFrom(names=names):
                alias = next(one for one in names if (one.asname or one.name) == name)
                return self.attribute_of_module(self.absolute(module, statement), alias.name, depth + 1)
            case None if hasattr(builtins, name):
                return Outer(name)
        return self.live(f"{module.name}:{name}", name)

    def attribute_of_module(self, module_name: str, name: str, depth: int = 0) -> Value:
        """``module.name``. An object that answers for the platform is ``Outer`` of ``module:name``."""
        if f"{module_name}:{name}" in self.platform:
            return Outer(f"{module_name}:{name}")
        if module_name.partition(".")[0] != self.package:
            return Outer(f"{module_name}.{name}")
        module = self.reader.module(module_name)
        if module is None or depth > _DEEPEST:
            return self.live(f"{module_name}:{name}", name)
        if name in self._index(module):
            return self.in_module(module, name, depth)
        if self.reader.module(f"{module_name}.{name}") is not None:
            return ModuleValue(f"{module_name}.{name}")
        return self.live(f"{module_name}:{name}", name)

    def live(self, full: str, text: str) -> Value:
        """The value in the live library, where it is one that can be written."""
        found = self.reader.values([full])[full]
        if isinstance(found, Mapping) and "$class" in found:
            module, qualname = self._split(str(found["$class"]), full)
            return ClassValue(module, qualname) if module else Outer(str(found["$class"]))
        if found == MISSING:
            return Unknown(text, "it is not in the live module")
        return Unknown(text, "its value cannot be written") if _foreign(found) else Const(found)

    def members(self, cls: ClassValue) -> dict[str, Any] | None:
        """The members of an enum by name, as their values; None of any other class."""
        full = f"{cls.module}:{cls.qualname}"
        found = self.reader.values([full])[full]
        return dict(found["members"]) if isinstance(found, Mapping) and "members" in found else None

    def equals_its_values(self, cls: ClassValue) -> bool:
        """Whether the members of an enum equal their values, as those of a string enum do."""
        full = f"{cls.module}:{cls.qualname}"
        found = self.reader.values([full])[full]
        plain = {"builtins.str", "builtins.int", "builtins.float"}
        return isinstance(found, Mapping) and bool(plain & set(map(str, found.get("bases", ()))))

    def _split(self, full: str, asked: str) -> tuple[str, str]:
        if full.partition(".")[0] != self.package:
            return "", full
        parts = full.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            if self.reader.module(".".join(parts[:cut])) is not None:
                return ".".join(parts[:cut]), ".".join(parts[cut:])
        return asked.partition(":")[0], parts[-1]

    def imported(self, module: Module, statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Value]]:
        """The names that an import inside a function binds."""
        for alias in statement.names:
            if isinstance(statement, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                yield name, ModuleValue(alias.name if alias.asname else name)
            else:
                name = alias.asname or alias.name
                yield name, self.attribute_of_module(self.absolute(module, statement), alias.name)

    def absolute(self, module: Module, statement: ast.ImportFrom) -> str:
        """The module that a ``from`` import names."""
        if not statement.level:
            return statement.module or ""
        parts = module.name.split(".")
        up = statement.level - (1 if module.file.endswith("__init__.py") else 0)
        base = parts[: len(parts) - up]
        return ".".join([*base, *([statement.module] if statement.module else [])])

    def _index(self, module: Module) -> dict[str, ast.stmt]:
        if module.name not in self._indexes:
            self._indexes[module.name] = dict(_bindings(module.tree.body))
        return self._indexes[module.name]

    def class_def(self, module_name: str, qualname: str) -> tuple[Module, ast.ClassDef] | None:
        """The source of a class."""
        module = self.reader.module(module_name)
        if module is None:
            return None
        body: list[ast.stmt] = module.tree.body
        found: ast.stmt | None = None
        for part in qualname.split("."):
            found = dict(_bindings(body)).get(part)
            if not isinstance(found, ast.ClassDef):
                return None
            body = found.body
        return (module, found) if isinstance(found, ast.ClassDef) else None

    def classes(self, module_name: str, qualname: str) -> tuple[ClassName, ...]:
        """A class and its bases inside the package, in the order of resolution."""
        key = (module_name, qualname)
        if key not in self._classes:
            found = self.reader.hierarchy(f"{module_name}.{qualname}")
            self._classes[key] = found.classes if found else (ClassName(module_name, qualname),)
        return self._classes[key]

    def is_environment(self, module_name: str, name: str) -> bool:
        """Whether a module computes the name from the environment variable of that name."""
        module = self.reader.module(module_name)
        if module is None or "__getattr__" not in self._index(module):
            return False
        return re.search(rf"(getenv|environ(\.get)?)\s*[(\[]\s*['\"]{re.escape(name)}['\"]", module.text) is not None


def _bindings(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name, statement
            case ast.Import(names=names):
                yield from ((one.asname or one.name.partition(".")[0], statement) for one in names)
            case ast.ImportFrom(names=names):
                yield from ((one.asname or one.name, statement) for one in names)
            case ast.Assign(targets=targets):
                yield from ((one.id, statement) for one in targets if isinstance(one, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, statement
            case ast.If(body=inner, orelse=other):
                yield from _bindings(other)
                yield from _bindings(inner)
            case ast.Try(body=inner, handlers=handlers):
                for handler in handlers:
                    yield from _bindings(handler.body)
                yield from _bindings(inner)


def _foreign(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool({"$object", "$native", "$missing", "$dict", "$class"} & set(value)) or any(
            map(_foreign, value.values())
        )
    return isinstance(value, list) and any(map(_foreign, value))
