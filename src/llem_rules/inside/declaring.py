"""What a native type declares of each field: type, choices, bounds, text, deprecation, and where it is declared."""

import inspect
import re
from typing import Any, Dict, Iterable, Optional

from .documented import documented, first_paragraph
from .reading import flavour_of
from .typed import Schema, constrained, evaluated, resolved, schema_of
from .values import text_of

_DEPRECATED = re.compile(r"^\W*(this (field|argument|parameter|option) is )?deprecated\b", re.IGNORECASE)


def declared(cls: Any, names: Iterable[str]) -> Dict[str, Any]:
    """``{"flavour", "enforced", "unresolved", "fields": {name: {"schema", "from", "where", "description", "deprecated"}}}``.

    ``enforced``: the class checks what is declared when it is built; a signature, a plain dataclass, msgspec and a
    docstring only say it. ``from``: which of these it comes from.
    """
    flavour = "attrs" if hasattr(cls, "__attrs_attrs__") else flavour_of(cls)
    hints, homes, lost = resolved(cls)
    told = documented(cls)
    infos = _infos(cls)
    wanted = sorted(names)
    return {
        "flavour": flavour,
        "enforced": flavour.startswith("pydantic"),
        "unresolved": [name for name in lost if name in wanted],
        "fields": {
            name: _field(cls, name, flavour, hints, homes, told.get(name, {}), infos.get(name)) for name in wanted
        },
    }


def _infos(cls: Any) -> Dict[str, Any]:
    """pydantic's own account of each field."""
    for attribute in ("__pydantic_fields__", "model_fields"):
        found = getattr(cls, attribute, None)
        if isinstance(found, dict):
            return found
    return {}


def _field(
    cls: Any, name: str, flavour: str, hints: Dict[str, Any], homes: Dict[str, type], told: Dict[str, Any], info: Any
) -> Dict[str, Any]:
    schema, source = _schema(cls, name, flavour, hints, told, info)
    home = homes.get(name) or _constructor_of(cls)
    about: Dict[str, Any] = {"where": "%s.%s" % (home.__module__, home.__qualname__)}
    if schema:
        about.update({"schema": schema, "from": source})
    description = _description(cls, name, info) or told.get("description")
    if description:
        about["description"] = first_paragraph(text_of(description))
    if getattr(info, "deprecated", None) or _DEPRECATED.match(about.get("description", "")):
        about["deprecated"] = True
    return about


def _schema(cls: Any, name: str, flavour: str, hints: Dict[str, Any], told: Dict[str, Any], info: Any) -> Any:
    if info is not None:
        found = constrained(
            schema_of(evaluated(info.annotation, cls.__module__, cls)), list(getattr(info, "metadata", ()))
        )
        return found, flavour
    if name in hints:
        return schema_of(hints[name]), "annotation" if flavour == "plain" else flavour
    attribute = next((one for one in getattr(cls, "__attrs_attrs__", ()) if one.name == name), None)
    if attribute is not None and attribute.type is not None:
        return schema_of(evaluated(attribute.type, cls.__module__, cls)), "attrs"
    parameter = _parameters(cls).get(name)
    if parameter is not None and parameter.annotation is not inspect.Parameter.empty:
        found = schema_of(evaluated(parameter.annotation, _constructor_of(cls).__module__))
        if found:
            return found, "signature"
    return told.get("schema", {}), "docstring"


def _parameters(cls: Any) -> Any:
    try:
        return inspect.signature(cls.__init__).parameters
    except (TypeError, ValueError):
        return {}


def _constructor_of(cls: Any) -> Any:
    """The class whose constructor it is."""
    return next((base for base in cls.__mro__ if "__init__" in base.__dict__), cls)


def _description(cls: Any, name: str, info: Any) -> Optional[str]:
    if getattr(info, "description", None):
        return str(info.description)
    field = getattr(cls, "__dataclass_fields__", {}).get(name)
    metadata = dict(getattr(field, "metadata", None) or {})
    return metadata.get("help") or metadata.get("description")


__all__ = ["Schema", "declared"]
