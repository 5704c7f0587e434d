"""From the tagged JSON forms of kwargs to values of the live library."""

from importlib import import_module
from typing import Any, Callable, Dict

from .variants import place_variant

TAGS = ("$native", "$tuple", "$set", "$dict", "$dtype", "$object", "$file", "$fixture", "$absent")


class BadValue(Exception):
    """A value in the kwargs that cannot be made in this environment."""


class Decoder:
    """Makes Python values of the tagged JSON forms."""

    def __init__(self, resolve: Callable[[str], Any], scratch: str) -> None:
        self._resolve = resolve
        self._scratch = scratch
        self._fixtures: Dict[str, Any] = {}

    def add_fixture(self, name: str, recipe: Dict[str, Any]) -> None:
        """Build what cases share: ``value``, then each step of ``then``: an attribute, or with ``()`` a method called.

        With ``made_by`` the value holds the keyword arguments of what it names.
        """
        found = self.decode(recipe["value"])
        if recipe.get("made_by"):
            module, _, maker = recipe["made_by"].partition(":")
            found = getattr(import_module(module), maker)(**found)
        for step in recipe.get("then", ()):
            found = getattr(found, step[:-2])() if step.endswith("()") else getattr(found, step)
        self._fixtures[name] = found

    def decode(self, value: Any, depth: int = 0) -> Any:
        """The Python value. An exception of the library's own, raised while a ``$native`` is built, passes through."""
        kind = type(value)
        if kind is not dict and kind is not list:  # it comes from JSON, so there are no subclasses
            return value
        if depth > 64:
            raise BadValue("nested too deeply")
        if kind is list:
            return [self.decode(item, depth + 1) for item in value]
        # Only our own tags: "$ref" and "$defs" are plain keys of a JSON Schema that somebody passes on.
        tag = next((key for key in value if key in TAGS), None)
        if tag is None:
            return {key: self.decode(item, depth + 1) for key, item in value.items()}
        return self._tagged(tag, value, depth + 1)

    def _tagged(self, tag: str, value: Any, depth: int) -> Any:
        inner = value[tag]
        if tag == "$native":
            return self._native(inner, value.get("kwargs") or {}, depth)
        if tag == "$dtype":
            return _dtype(inner)
        if tag == "$object":
            return object()
        if tag == "$file":
            return self._file(str(inner), value.get("with") or {})
        if tag == "$fixture" and isinstance(inner, str) and inner in self._fixtures:
            return self._fixtures[inner]
        if tag in ("$fixture", "$absent") or not isinstance(inner, list):
            raise BadValue("%s: %.80r is no value" % (tag, inner))
        if tag == "$dict":
            if not all(isinstance(pair, list) and len(pair) == 2 for pair in inner):
                raise BadValue("$dict wants pairs of a key and a value")
            return {_hashable(self.decode(key, depth)): self.decode(item, depth) for key, item in inner}
        items = tuple(self.decode(item, depth) for item in inner)
        return items if tag == "$tuple" else set(_hashable(items))

    def _file(self, name: str, entries: Any) -> str:
        try:
            return place_variant(self._scratch, name, dict(entries))
        except (OSError, TypeError, ValueError) as error:
            raise BadValue("$file: %.80r with %.80r: %s" % (name, entries, error)) from error

    def _native(self, name: Any, kwargs: Any, depth: int) -> Any:
        if not isinstance(name, str) or not isinstance(kwargs, dict):
            raise BadValue("$native wants a name, and kwargs that are a mapping")
        try:
            cls = self._resolve(name)
        except Exception as error:
            raise BadValue("$native: %s: %s" % (type(error).__name__, error)) from error
        return cls(**self.decode(kwargs, depth))


def _hashable(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_hashable(item) for item in value)
    try:
        hash(value)
    except Exception as error:
        raise BadValue("%.80r cannot be in a set or be a key" % (value,)) from error
    return value


def _dtype(name: Any) -> Any:
    try:
        torch = import_module("torch")
    except ImportError as error:
        raise BadValue("a dtype needs torch, which is not installed here") from error
    found = getattr(torch, str(name).replace("torch.", ""), None)
    if not isinstance(found, torch.dtype):
        raise BadValue("torch has no dtype %r" % (name,))
    return found
