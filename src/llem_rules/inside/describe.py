"""What parameters a native type takes, and their defaults as the constructor has them."""

import dataclasses
import inspect
from typing import Any, Callable, Dict, Optional, Tuple

from .values import encode, public_state

_NONE = object()
_UNKNOWN = object()  # there is a default, which only an instance could tell


def describe(cls: Any, base: Dict[str, Any], build: Callable[[Dict[str, Any]], Any]) -> Dict[str, Any]:
    """``{"fields": {name: {"default": …} or {}}, "required": [...], "open": bool, "defaults_from": …}``.

    The defaults are those that the constructor sees, before any of its own rewriting; for a constructor that only takes
    ``**kwargs`` they are read from an object that was built without arguments.
    """
    for reader in (_dataclass_fields, _pydantic_fields, _struct_fields, _attrs_fields, _signature_fields):
        found = reader(cls)
        if found is not None:
            break
    else:
        found = ({}, True)
    fields, is_open = found
    source = "declaration"
    if is_open or any(value is _UNKNOWN for value in fields.values()):
        for name, value in _instance_state(base, build).items():
            if fields.get(name, _UNKNOWN) is _UNKNOWN and (is_open or name in fields):
                fields[name] = value
                source = "instance"
    return {
        "fields": {
            name: {} if value is _NONE or value is _UNKNOWN else {"default": encode(value)}
            for name, value in sorted(fields.items())
        },
        "required": sorted(name for name, value in fields.items() if value is _NONE),
        "open": is_open,
        "defaults_from": source,
    }


def _instance_state(base: Dict[str, Any], build: Callable[[Dict[str, Any]], Any]) -> Dict[str, Any]:
    try:
        return public_state(build(base)) or {}
    except Exception:
        return {}  # what is declared is known all the same


_Fields = Optional[Tuple[Dict[str, Any], bool]]


def _dataclass_fields(cls: Any) -> _Fields:
    # A dataclass may bring an __init__ of its own: then its signature decides what it takes.
    declared = getattr(cls, "__dataclass_fields__", None)
    if declared is None or not (hasattr(cls, "__pydantic_fields__") or _generated(cls.__init__)):
        return None
    fields = {}
    for field in declared.values():
        if field.init and field._field_type is not dataclasses._FIELD_CLASSVAR:  # type: ignore[attr-defined]
            fields[field.name] = _default(field.default, field.default_factory, dataclasses.MISSING)
    return fields, False


def _generated(constructor: Any) -> bool:
    return getattr(getattr(constructor, "__code__", None), "co_filename", "") == "<string>"


def _default(value: Any, factory: Any, missing: Any) -> Any:
    if factory is not missing and factory is not None:
        return _made(factory)
    if value is missing:
        return _NONE
    # pydantic's Field(...) as a dataclass default
    if type(value).__name__ == "FieldInfo":
        return _field_info(value)
    return value


def _field_info(info: Any) -> Any:
    if info.default_factory is not None:
        return _made(info.default_factory)
    return _NONE if type(info.default).__name__ == "PydanticUndefinedType" or info.default is ... else info.default


def _made(factory: Any) -> Any:
    try:
        return factory()
    except Exception:
        return _UNKNOWN  # pydantic's factories may want the other fields' values


def _pydantic_fields(cls: Any) -> _Fields:
    declared = getattr(cls, "model_fields", None)
    if not isinstance(declared, dict):
        return None
    config = getattr(cls, "model_config", {}) or {}
    return {name: _field_info(info) for name, info in declared.items()}, config.get("extra") == "allow"


def _struct_fields(cls: Any) -> _Fields:
    names = getattr(cls, "__struct_fields__", None)
    if names is None:
        return None
    signature = inspect.signature(cls).parameters
    fields = {}
    for name in names:
        parameter = signature.get(name)
        value = _NONE if parameter is None or parameter.default is inspect.Parameter.empty else parameter.default
        # msgspec shows mutable defaults as factories or as <factory> marks; an instance knows better.
        fields[name] = value
    return fields, False


def _attrs_fields(cls: Any) -> _Fields:
    declared = getattr(cls, "__attrs_attrs__", None)
    if declared is None or not str(getattr(cls.__init__, "__code__", "")).find("<attrs generated") >= 0:
        return None
    fields: Dict[str, Any] = {}
    for one in declared:
        if one.init:
            name = getattr(one, "alias", None) or one.name.lstrip("_")
            factory = getattr(one.default, "factory", None)
            missing = type(one.default).__name__ in ("_Nothing", "NothingType")
            alone = factory is not None and not getattr(one.default, "takes_self", False)
            fields[name] = _NONE if missing else _made(factory) if alone else _UNKNOWN if factory else one.default
    return fields, False


def _signature_fields(cls: Any) -> _Fields:
    try:
        parameters = inspect.signature(cls.__init__).parameters
    except (TypeError, ValueError):
        return None
    fields: Dict[str, Any] = {}
    is_open = False
    for name, parameter in list(parameters.items())[1:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            is_open = True
        elif parameter.kind is not inspect.Parameter.VAR_POSITIONAL:
            fields[name] = _NONE if parameter.default is inspect.Parameter.empty else parameter.default
    return fields, is_open
