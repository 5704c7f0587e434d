"""What a native type declares of each field, read from the schema that its validator was built of.

Only what is enforced when the class is called is a constraint: pydantic's models and dataclasses. Of the rest (plain
dataclasses, signatures, msgspec, which checks when it decodes) the declarations come as notes.
"""

import sys
from typing import Any, Dict, List, Optional, Tuple

from .decoding import Decoder
from .describe import describe
from .sites import Sites
from .tried import Tried, try_field
from .values import encode, text_of

DEPTH = 8
_INNER = ("schema", "items_schema", "keys_schema", "values_schema", "lax_schema", "python_schema")
_PLAIN = (
    *("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "strict", "allow_inf_nan", "mode", "sub_type"),
    *("fail_fast", "custom_error_type", "custom_error_message", "strip_whitespace", "to_lower", "to_upper"),
    *("coerce_numbers_to_str", "cls_name", "discriminator"),
)
Schema = Dict[str, Any]
Shape = Dict[str, Any]


def lift(cls: Any, base: Dict[str, Any], sites: Sites, decoder: Decoder) -> Dict[str, Any]:
    """``{"fields": [...], "defaults": {...}, "notes": [...]}``.

    A field: ``name``, ``given_as``, ``shape``, ``site`` and ``tried``: what its validator says of a grid of values.
    """
    schema: Any = getattr(cls, "__dict__", {}).get("__pydantic_core_schema__")
    if hasattr(schema, "rebuild"):  # put off until it is needed
        schema = schema.rebuild()
    described = describe(cls, base, lambda given: cls(**decoder.decode(given)))
    defaults = {name: about["default"] for name, about in described["fields"].items() if "default" in about}
    found: Dict[str, Any] = {"fields": [], "defaults": {**defaults, **base}, "notes": []}
    if not isinstance(schema, dict):
        found["notes"] = _unenforced(cls)
        return found
    if not _built_by_pydantic(cls):
        found["notes"] = ["its own constructor stands before the declared fields"]
        return found
    definitions: Dict[str, Schema] = {}
    layers, fields = _fields(schema, definitions)
    found["notes"] = [
        "%s runs %s the fields" % (_function(layer), "before" if layer["type"] == "function-before" else "around")
        for layer in layers
        if layer["type"] in ("function-before", "function-wrap", "function-plain")
    ]
    extra = _config(layers).get("extra_fields_behavior")
    if extra:
        found["notes"].append("unknown keywords: %s" % extra)
    for name, field in fields:
        if field.get("init") is False:
            found["notes"].append("%s: no parameter of the constructor" % name)
            continue
        if not isinstance(field.get("validation_alias"), (str, type(None))):
            found["notes"].append("%s: it may be given under several names" % name)
            continue
        found["fields"].append(_field(cls, name, field, _config(layers), definitions, sites, decoder))
    return found


def _field(
    cls: Any,
    name: str,
    field: Schema,
    config: Dict[str, Any],
    definitions: Dict[str, Schema],
    sites: Sites,
    decoder: Decoder,
) -> Dict[str, Any]:
    shape = shape_of(field["schema"], definitions, bool(config.get("strict")))
    alias = field.get("validation_alias")
    site = sites.of_field(cls, name) or sites.of_class(cls)
    tried: Tried = try_field(field["schema"], definitions, config, shape, decoder)
    return {
        "name": name,
        "given_as": alias if isinstance(alias, str) else name,
        "shape": shape,
        "site": site,
        "tried": tried,
    }


def shape_of(schema: Schema, definitions: Dict[str, Schema], strict: bool = False, depth: int = 0) -> Shape:
    """A core schema as JSON: its type, its bounds, and the schemas inside it."""
    kind = str(schema.get("type"))
    if kind == "definition-ref" and schema["schema_ref"] in definitions and depth <= DEPTH:
        return shape_of(definitions[schema["schema_ref"]], definitions, strict, depth + 1)
    shape: Shape = {"type": kind}
    if depth > DEPTH:
        return shape
    if strict:
        shape["strict"] = True
    shape.update({key: encode(schema[key]) for key in _PLAIN if schema.get(key) is not None})
    shape.update(_own(schema, kind))
    if kind in ("dataclass", "model"):
        return shape
    for key in (*_INNER, "choices", "steps"):
        inner = schema.get(key)
        if isinstance(inner, dict) and key == "choices":
            inner = list(inner.values())
        if isinstance(inner, dict):
            shape[key] = shape_of(inner, definitions, strict, depth + 1)
        elif isinstance(inner, list):
            parts = [part[0] if isinstance(part, tuple) else part for part in inner]
            shape[key] = [shape_of(part, definitions, strict, depth + 1) for part in parts if isinstance(part, dict)]
    return shape


def _own(schema: Schema, kind: str) -> Shape:
    """What only some types have."""
    own: Shape = {}
    pattern = schema.get("pattern")
    if pattern is not None:
        own["pattern"] = pattern if isinstance(pattern, str) else getattr(pattern, "pattern", None)
    if kind.startswith("function-"):
        own["function"] = _function(schema)
    if kind == "literal":
        own["values"] = [encode(value) for value in schema["expected"]]
    if kind == "enum":
        own["values"] = [encode(member.value) for member in schema["members"]]
    if isinstance(schema.get("cls"), type):
        own["class"] = "%s.%s" % (schema["cls"].__module__, schema["cls"].__qualname__)
    if schema.get("variadic_item_index") is not None:
        own["variadic"] = True
    return own


def _fields(schema: Schema, definitions: Dict[str, Schema]) -> Tuple[List[Schema], List[Tuple[str, Schema]]]:
    """The layers around the fields, outermost first, and the fields."""
    layers: List[Schema] = []
    while isinstance(schema, dict):
        kind = schema.get("type")
        if kind == "definitions":
            definitions.update({one["ref"]: one for one in schema["definitions"]})
        layers.append(schema)
        if kind == "model-fields":
            return layers, sorted(schema["fields"].items())
        if kind == "dataclass-args":
            return layers, sorted((field["name"], field) for field in schema["fields"])
        following = definitions.get(schema["schema_ref"]) if kind == "definition-ref" else schema.get("schema")
        if not isinstance(following, dict):
            break
        schema = following
    return layers, []


def _config(layers: List[Schema]) -> Dict[str, Any]:
    for layer in layers:
        if layer["type"] in ("dataclass", "model"):
            return {"extra_fields_behavior": "ignore", **(layer.get("config") or {})}
    return {}


def _function(schema: Schema) -> str:
    function: Any = schema.get("function")
    inner = function.get("function") if isinstance(function, dict) else function
    return str(getattr(inner, "__qualname__", None) or text_of(inner, 80))


def _built_by_pydantic(cls: Any) -> bool:
    code = getattr(getattr(cls, "__init__", None), "__code__", None)
    pydantic = sys.modules.get("pydantic")
    folder = (getattr(pydantic, "__file__", None) or "?").rpartition("/")[0]
    return code is not None and code.co_filename.startswith(folder)


def _unenforced(cls: Any) -> List[str]:
    """What is declared and nobody enforces when the class is called."""
    if hasattr(cls, "__pydantic_fields__") or isinstance(getattr(cls, "model_fields", None), dict):
        return ["%s: pydantic has built no schema of it" % cls.__qualname__]
    if hasattr(cls, "__struct_fields__"):
        why: Optional[str] = "msgspec checks types and Meta when it decodes, not when the class is called"
    elif hasattr(cls, "__dataclass_fields__"):
        why = "a plain dataclass does not check what it declares"
    else:
        why = "a signature does not check what it declares"
    return ["%s: %s" % (cls.__qualname__, why)]
