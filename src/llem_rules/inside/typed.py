"""A Python annotation as JSON Schema: what it says of values that JSON can write. What cannot be said is ``{}``."""

import collections
import collections.abc
import enum
import sys
import types
import typing
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .values import encode

Schema = Dict[str, Any]
_DEEPEST = 6
_PLAIN: Dict[Any, str] = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
_LISTS = (list, set, frozenset, collections.deque)
_ABSTRACT_LISTS = ("Sequence", "MutableSequence", "Iterable", "Collection", "Set", "MutableSet")
_MAPPINGS = ("Mapping", "MutableMapping")
# Constraints by the attribute that holds them: annotated_types, pydantic's FieldInfo metadata and msgspec.Meta name them alike.
_BOUNDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_LENGTHS = {"min_length": "min", "max_length": "max"}


def schema_of(annotation: Any, depth: int = 0) -> Schema:
    """The schema of a resolved annotation."""
    if annotation in (Any, None) or depth > _DEEPEST or isinstance(annotation, (str, typing.ForwardRef)):
        return {"type": "null"} if annotation is None else {}
    value = getattr(annotation, "__value__", None)  # type X = …
    if value is not None and type(annotation).__name__ == "TypeAliasType":
        return schema_of(value, depth + 1)
    if hasattr(annotation, "__supertype__"):  # NewType
        return schema_of(annotation.__supertype__, depth + 1)
    if isinstance(annotation, typing.TypeVar):
        return schema_of(annotation.__bound__, depth + 1) if annotation.__bound__ else {}
    metadata = getattr(annotation, "__metadata__", None)
    if metadata is not None:
        return constrained(schema_of(annotation.__origin__, depth + 1), metadata)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal or getattr(origin, "_name", "") == "Literal":
        return _choices(arguments)
    if origin is typing.Union or origin is getattr(types, "UnionType", ()):
        return any_of(schema_of(one, depth + 1) for one in arguments)
    return _of_class(annotation if origin is None else origin, arguments, depth)


def _of_class(cls: Any, arguments: Sequence[Any], depth: int) -> Schema:
    if cls in _PLAIN:
        return {"type": _PLAIN[cls]}
    if not isinstance(cls, type):
        return {}
    if issubclass(cls, enum.Enum):
        found = _choices([member.value for member in cls])
        return {**found, "x-class": _full(cls), "x-names": sorted(cls.__members__)}
    name = cls.__name__
    if cls is tuple and arguments and arguments[-1] is not Ellipsis:
        parts = [schema_of(one, depth + 1) for one in arguments]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
    if cls in _LISTS or cls is tuple or (cls.__module__ == "collections.abc" and name in _ABSTRACT_LISTS):
        items = schema_of(arguments[0], depth + 1) if arguments else {}
        return {"type": "array", **({"items": items} if items else {})}
    if cls is dict or issubclass(cls, dict) or (cls.__module__ == "collections.abc" and name in _MAPPINGS):
        inner = schema_of(arguments[1], depth + 1) if len(arguments) == 2 else {}
        return {"type": "object", **({"additionalProperties": inner} if inner else {})}
    if cls is object or cls.__module__ in ("builtins", "collections.abc", "typing", "types"):
        return {}
    plain = next((kind for base, kind in _PLAIN.items() if issubclass(cls, base)), None)
    if plain is not None:
        return {"type": plain}
    if hasattr(cls, "__dataclass_fields__") or hasattr(cls, "model_fields") or hasattr(cls, "__struct_fields__"):
        return {"type": "object", "x-class": _full(cls)}
    return {"x-class": _full(cls)}


def _full(cls: type) -> str:
    return "%s.%s" % (cls.__module__, cls.__qualname__)


def _choices(values: Iterable[Any]) -> Schema:
    """The choices that JSON can write; a tuple among them is reached by its name only."""
    found = [encode(one.value if isinstance(one, enum.Enum) else one) for one in values]
    simple = [one for one in found if one is None or isinstance(one, (bool, int, float, str))]
    return {"enum": simple} if simple else {}


def any_of(schemas: Iterable[Schema]) -> Schema:
    """One schema for all of these; what one of them leaves open is open."""
    found: List[Schema] = []
    for one in schemas:
        for part in one["anyOf"] if set(one) == {"anyOf"} else [one]:
            if not [key for key in part if not key.startswith("x-")]:
                return {}
            if part not in found:
                found.append(part)
    return found[0] if len(found) == 1 else {"anyOf": found}


def constrained(schema: Schema, metadata: Sequence[Any]) -> Schema:
    """A schema with the bounds that go with an annotation, on the alternatives that they speak of."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [constrained(one, metadata) for one in schema["anyOf"]]}
    kind, found = schema.get("type"), dict(schema)
    for one in metadata:
        inner = getattr(one, "metadata", None)
        if isinstance(inner, (list, tuple)) and type(one).__name__ == "FieldInfo":
            found = constrained(found, inner)
            continue
        for attribute, word in _BOUNDS.items():
            bound = getattr(one, attribute, None)
            if kind in ("integer", "number") and isinstance(bound, (int, float)):
                found[word] = bound
        for attribute, side in _LENGTHS.items():
            bound = getattr(one, attribute, None)
            what = {"string": "Length", "array": "Items", "object": "Properties"}.get(str(kind))
            if what and isinstance(bound, int):
                found[side + what] = bound
        pattern = getattr(one, "pattern", None)
        if kind == "string" and pattern is not None:
            found["pattern"] = pattern if isinstance(pattern, str) else getattr(pattern, "pattern", "")
    return found


def resolved(cls: Any) -> Tuple[Dict[str, Any], Dict[str, type], List[str]]:
    """The annotations of a class and its bases, the class that declares each, and the names that cannot be resolved."""
    hints: Dict[str, Any] = {}
    homes: Dict[str, type] = {}
    lost: List[str] = []
    for base in reversed(cls.__mro__):
        for name, annotation in _annotations(base).items():
            hints[name], homes[name] = evaluated(annotation, base.__module__, base), base
            if isinstance(hints[name], str):
                lost.append(name)
    return hints, homes, sorted(set(lost))


def _annotations(cls: type) -> Dict[str, Any]:
    """A class's own annotations; since Python 3.14 they are no longer kept in its dictionary."""
    import inspect

    if hasattr(inspect, "get_annotations"):
        try:
            return dict(inspect.get_annotations(cls))
        except NameError:
            return {}
    return dict(vars(cls).get("__annotations__", {}))


def evaluated(annotation: Any, module: str, owner: Optional[type] = None) -> Any:
    """An annotation that was put off, resolved where it stands; as it is where that cannot be."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if not isinstance(annotation, str):
        return annotation
    names = dict(vars(sys.modules[module])) if module in sys.modules else {}
    try:
        return eval(annotation, {**vars(typing), **names}, dict(vars(owner)) if owner is not None else {})
    except Exception:
        return annotation  # it names what is only imported for type checkers
