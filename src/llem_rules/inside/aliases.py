"""Names that a dependency moved since a version of the library was made: put back where that version looks for them.

Copied into an environment together with ``<own name>.json``, ``[{"name": old, "is": new}, …]``, and imported at every start
of its interpreter, so that processes which the library starts have them too. A name that is there is left alone.
"""

import importlib.abc
import importlib.util
import json
import os
import sys
from typing import Any, Dict, List


def put_back(aliases: List[Dict[str, str]], module: str) -> None:
    """Set the old names whose new ones lie in a module that has just been imported."""
    for alias in aliases:
        home, _, attribute = alias["is"].rpartition(".")
        value = getattr(sys.modules[home], attribute, None) if home == module else None
        holder = None if value is None else _holder(alias["name"])
        last = alias["name"].rpartition(".")[2]
        if holder is not None and not hasattr(holder, last):
            setattr(holder, last, value)


def _holder(name: str) -> Any:
    """What has the old name, where it is imported: a module, or something inside one."""
    parts = name.split(".")[:-1]
    for length in range(len(parts), 0, -1):
        found: Any = sys.modules.get(".".join(parts[:length]))
        if found is not None:
            for part in parts[length:]:
                found = getattr(found, part, None)
            return found
    return None


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any, aliases: List[Dict[str, str]]) -> None:
        self._loader = loader
        self._aliases = aliases

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        put_back(self._aliases, module.__name__)


class Finder(importlib.abc.MetaPathFinder):
    """Waits for the modules that have the new names."""

    def __init__(self, aliases: List[Dict[str, str]]) -> None:
        self._aliases = aliases
        self._awaited = {alias["is"].rpartition(".")[0] for alias in aliases}

    def find_spec(self, fullname: str, _path: Any, _target: Any = None) -> Any:
        """The spec of an awaited module, once, with a loader that tells when it has run."""
        if fullname not in self._awaited:
            return None
        self._awaited.discard(fullname)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._aliases)
        return spec


_DATA = os.path.splitext(__file__)[0] + ".json"
if os.path.exists(_DATA):  # only the copy in an environment has any
    with open(_DATA, encoding="utf-8") as _file:
        sys.meta_path.insert(0, Finder(json.load(_file)))
