"""Finding native types by dotted name, and never anything outside the engine's own package."""

import importlib
import sys
from types import ModuleType
from typing import Any, Optional


class NotFound(Exception):
    """There is no such class in the library, or the name leads outside its package."""


def resolve(dotted: str, package: str) -> Any:
    """The object at ``package.module.Class``.

    Raises:
        NotFound: the name lies outside the package, or nothing is there.
    """
    parts = dotted.split(".")
    if parts[0] != package or not all(part.isidentifier() for part in parts) or len(parts) < 2:
        raise NotFound("%s is not inside the package %s" % (dotted, package))
    found: Any = importlib.import_module(package)
    for index, part in enumerate(parts[1:], start=2):
        following = member(found, part, ".".join(parts[:index]))
        if following is None:
            raise NotFound("%s has no %s" % (".".join(parts[: index - 1]), part))
        found = following
    if not isinstance(found, type):
        raise NotFound("%s is not a class" % dotted)
    home = str(getattr(found, "__module__", "") or "")
    if home.partition(".")[0] != package:
        raise NotFound("%s comes from %s, not from the package %s" % (dotted, home, package))
    return found


def member(holder: Any, name: str, dotted: str) -> Optional[Any]:
    """What a module or class of the package has under a name, imported where need be; None where it has nothing."""
    # Every step must stay in the package: `package.os.system` would otherwise be reachable.
    if not isinstance(holder, (ModuleType, type)):
        return None
    try:
        member = getattr(holder, name)
    except AttributeError:
        if not isinstance(holder, ModuleType):
            return None
        try:
            return importlib.import_module(dotted)
        except ModuleNotFoundError as error:
            if error.name == dotted:
                return None
            raise
    if isinstance(member, ModuleType) and member.__name__.partition(".")[0] != dotted.partition(".")[0]:
        return None
    return member


def package_folder(package: str) -> str:
    """The folder that holds the package's source, with a trailing separator."""
    paths = list(getattr(sys.modules[package], "__path__", []))
    return paths[0].rstrip("/") + "/" if paths else ""
