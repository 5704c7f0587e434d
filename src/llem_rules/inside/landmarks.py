"""Looking for what a producer relies on: is it there, of which shape, and what is nearest to what is not."""

import difflib
import inspect
import os
import re
import sys
from types import ModuleType
from typing import Any, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from .names import member, package_folder
from .reading import flavour_of
from .values import text_of

_AT_TOP = re.compile(rb"^(?:class|def|async def)[ ]+(\w+)|^(\w+)[ ]*(?::[^=\n]+)?=[^=]", re.MULTILINE)
_MOST = 3
_STARS = {int(inspect.Parameter.VAR_POSITIONAL): 1, int(inspect.Parameter.VAR_KEYWORD): 2}
# How nearly alike names must be: where other landmarks are defined, and in the rest of the package.
_BESIDE, _ANYWHERE = 0.7, 0.85


def look(wanted: List[Dict[str, Any]], package: str) -> Dict[str, Any]:
    """``{name: {"shape": …} or {"why": …, "gone": bool, "same": […], "similar": […]}}`` for every landmark.

    A landmark is ``{"name": dotted name, "kind": module, class, callable or constant, "parameters": […]}``. ``gone``:
    nothing has its name, rather than something unfit. ``same``: places in the package where something is defined under the
    same last name; ``similar``: names nearly like it.
    """
    definitions = _Definitions(package)
    looked = {one["name"]: _look_at(one, package) for one in wanted}
    homes = {one["shape"]["home"].rpartition(".")[0] for one in looked.values() if "home" in one.get("shape", {})}
    for name, one in looked.items():
        if one.get("gone"):
            one.update(definitions.near(name, one.pop("holder"), homes))
    return looked


def _look_at(wanted: Dict[str, Any], package: str) -> Dict[str, Any]:
    if wanted["name"].partition(".")[0] != package:
        return _unfit("not inside the package %s" % package)
    try:
        found, holder, missing = _walk(wanted["name"], package)
    except Exception as error:
        return _unfit("%s: %s" % (type(error).__name__, text_of(error)[:200]))
    if missing is not None:
        return {"why": missing, "gone": True, "holder": holder}
    shape = shape_of(found)
    if shape["kind"] != wanted["kind"]:
        return _unfit("a %s, where a %s is needed" % (shape["kind"], wanted["kind"]))
    takes = shape.get("parameters", [])
    lacking = [name for name in wanted.get("parameters", ()) if name not in takes and "**" not in takes]
    if lacking:
        close = {one for name in lacking for one in _close(name, takes, _BESIDE)}
        return _unfit("takes no %s" % ", ".join(lacking), sorted(close))
    return {"shape": shape}


def _unfit(why: str, similar: Sequence[str] = ()) -> Dict[str, Any]:
    return {"why": why, "gone": False, "same": [], "similar": list(similar)}


def _walk(name: str, package: str) -> Tuple[Any, Any, Optional[str]]:
    """What has the name; else the last thing on the way to it that is there, and what is not."""
    parts = name.split(".")
    found: Any = sys.modules[package]
    for index, part in enumerate(parts[1:], start=1):
        following = member(found, part, ".".join(parts[: index + 1]))
        if following is None:
            return None, found, "%s has no %s" % (".".join(parts[:index]), part)
        found = following
    return found, None, None


def shape_of(found: Any) -> Dict[str, Any]:
    """What a producer could notice of it: kind, home, bases, names of parameters, type. Nothing that any edit moves."""
    if isinstance(found, ModuleType):
        return {"kind": "module", "home": found.__name__}
    if isinstance(found, type):
        bases = ["%s.%s" % (base.__module__, base.__qualname__) for base in found.__bases__]
        home = "%s.%s" % (found.__module__, found.__qualname__)
        shape = {"kind": "class", "home": home, "flavour": flavour_of(found), "bases": bases}
        members = getattr(found, "__members__", None)
        if members is not None:
            return {**shape, "members": sorted(members)}
        return {**shape, "parameters": _parameters(found)}
    if callable(found):
        home = "%s.%s" % (getattr(found, "__module__", ""), getattr(found, "__qualname__", ""))
        return {"kind": "callable", "home": home, "parameters": _parameters(found)}
    shape = {"kind": "constant", "type": type(found).__name__}
    if isinstance(found, (dict, list, tuple, set, frozenset)):
        shape["items"] = sorted({type(item).__name__ for item in found})
    return shape


def _parameters(called: Any) -> List[str]:
    """Names of parameters in their order; ``**`` where any other is taken, too."""
    try:
        listed = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):
        return ["**"]
    return ["*" * _STARS.get(int(one.kind), 0) or one.name for one in listed]


class _Definitions:
    """What the package's source defines at the top of its modules; read when the first thing is missing."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._modules: Dict[str, List[str]] = {}

    def near(self, name: str, holder: Any, homes: Set[str]) -> Dict[str, List[str]]:
        """What is nearest to a name that is not there. Of a class, only its own members can be.

        ``homes``: modules where other landmarks were found; what is like it there comes first, and is less likely chance.
        """
        last = name.rpartition(".")[2]
        if isinstance(holder, type):
            home = "%s.%s" % (holder.__module__, holder.__qualname__)
            return {"same": [], "similar": ["%s.%s" % (home, one) for one in _close(last, dir(holder), _BESIDE)]}
        known = self._read()
        parts = name.split(".")
        # A method of a class that is gone: the class is what was moved.
        sought = next((part for part in parts[1:] if part[:1].isupper()), last)
        same = sorted(known.get(sought, ()), key=lambda module: (module.count("."), module))
        others = [one for one in known if one != sought]
        beside = [one for one in others if not homes.isdisjoint(known[one])]
        close = dict.fromkeys((*_close(sought, beside, _BESIDE), *_close(sought, others, _ANYWHERE)))
        similar = [
            "%s.%s" % (min(known[one], key=lambda module: (module not in homes, module.count("."), module)), one)
            for one in list(close)[:_MOST]
        ]
        return {"same": ["%s.%s" % (module, sought) for module in same[:_MOST]], "similar": similar}

    def _read(self) -> Dict[str, List[str]]:
        if not self._modules:
            for module, text in _sources(self._package):
                parent, _, last = module.rpartition(".")
                self._modules.setdefault(last, []).append(parent)
                for match in _AT_TOP.finditer(text):
                    homes = self._modules.setdefault((match.group(1) or match.group(2)).decode(), [])
                    if module not in homes:
                        homes.append(module)
        return self._modules


def _close(name: str, names: Sequence[str], cutoff: float) -> List[str]:
    return difflib.get_close_matches(name, names, _MOST, cutoff)


def _sources(package: str) -> Iterator[Tuple[str, bytes]]:
    """Every module of the package by name, with its text."""
    root = package_folder(package)
    for folder, folders, files in os.walk(root):
        folders.sort()
        for file in sorted(files):
            if file.endswith(".py"):
                path = os.path.join(folder, file)
                parts = [package, *os.path.relpath(path, root)[:-3].split(os.sep)]
                with open(path, "rb") as stream:
                    yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), stream.read()
