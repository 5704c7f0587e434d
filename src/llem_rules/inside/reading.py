"""Reading the library itself for the miners: source text, class hierarchies, values of constants. Nothing is run for it."""

import importlib
import importlib.util
import json
import sys
from typing import Any, Dict, List, Optional

from .decoding import Decoder
from .names import package_folder, resolve
from .values import encode

_MISSING = {"$missing": True}


def module_source(name: str, package: str) -> Dict[str, Any]:
    """``{"module", "file", "text"}`` of a module of the package; ``file`` is relative to site-packages."""
    if name.partition(".")[0] != package:
        return {"error": "%s is not inside the package %s" % (name, package)}
    module = sys.modules.get(name)
    origin = getattr(module, "__file__", None)
    if origin is None:
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError, AttributeError) as error:
            return {"error": "%s: %s" % (type(error).__name__, error)}
        origin = None if spec is None else spec.origin
    if not origin or not origin.endswith(".py"):
        return {"error": "%s has no Python source" % name}
    with open(origin, encoding="utf-8") as file:
        text = file.read()
    return {"module": name, "file": package + "/" + origin[len(package_folder(package)) :], "text": text}


def hierarchy(name: str, package: str) -> Dict[str, Any]:
    """The classes of a native type's method resolution order that lie in the package, nearest first."""
    cls = resolve(name, package)
    own = [base for base in cls.__mro__ if base.__module__.partition(".")[0] == package]
    return {
        "classes": [{"module": base.__module__, "qualname": base.__qualname__} for base in own],
        "flavour": flavour_of(cls),
    }


def flavour_of(cls: Any) -> str:
    """How a class is made: ``pydantic``, ``pydantic_dataclass``, ``msgspec``, ``dataclass`` or ``plain``."""
    if hasattr(cls, "__pydantic_fields__") and hasattr(cls, "__dataclass_fields__"):
        return "pydantic_dataclass"
    if hasattr(cls, "__pydantic_fields__") or isinstance(getattr(cls, "model_fields", None), dict):
        return "pydantic"
    if hasattr(cls, "__struct_fields__"):
        return "msgspec"
    return "dataclass" if hasattr(cls, "__dataclass_fields__") else "plain"


def values_of(names: List[str], package: str, decoder: Optional[Decoder] = None) -> Dict[str, Any]:
    """The values of ``module:dotted.name`` in the live library, encoded; ``{"$missing": true}`` where there is none.

    In place of a module, a tagged value as JSON (``{"$fixture": "x"}:dotted.name``) stands for that object.
    A class comes as ``{"$class": qualified name, "bases": [...]}``, an enum class with its members besides.
    """
    return {name: _value(name, package, decoder) for name in names}


def _value(name: str, package: str, decoder: Optional[Decoder]) -> Any:
    holder, _, dotted = name.rpartition(":")
    given = decoder if holder.startswith("{") else None
    if given is None and holder.partition(".")[0] != package:
        return _MISSING
    try:
        found: Any = importlib.import_module(holder) if given is None else given.decode(json.loads(holder))
        for part in dotted.split(".") if dotted else ():
            found = getattr(found, part)
    except Exception:
        return _MISSING
    if isinstance(found, type):
        bases = ["%s.%s" % (base.__module__, base.__qualname__) for base in found.__mro__[1:-1]]
        described: Dict[str, Any] = {"$class": "%s.%s" % (found.__module__, found.__qualname__), "bases": bases}
        members = getattr(found, "__members__", None)
        if members is not None:
            described["members"] = {str(key): encode(member.value) for key, member in members.items()}
        return described
    return encode(found)
