"""What a field's own validator says of a grid of values: around its bounds, of each type, and spelled as strings."""

import math
import sys
from typing import Any, Dict, Iterator, List, Tuple

from .decoding import Decoder
from .values import text_of

Tried = List[Dict[str, Any]]
_EACH: Tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, 7, -1, -7, 0.0, 1.0, 2.0, 1.5, 0.5, -0.5, -2.0, 1e19, -1e19, 1e-7, 1e300),
    *(float("nan"), float("inf"), float("-inf")),
    *("", " ", "a", "abc", "A b", "1", "0", "-1", " 7 ", "+2", "1.0", "-0.0", "1.5", "0.5", "-0.5", ".5", "5.", "007"),
    *("1_000", "1__0", "0x5", "nan", "inf", "-inf", "Infinity", "true", "False", "YES", "off", "t", "none", "auto"),
    *([], [1], [-1], [0, 1], ["a"], ["a", "a"], [1, "a"], [1.5], [None], [[1]], [True], ["1"]),
    *({"$tuple": []}, {"$tuple": [1]}, {"$tuple": ["a", "b"]}, {"$set": [1]}, {"$set": ["a"]}),
    *([float("nan")], [float("inf")], [1, float("nan")], [{}], [{"a": 1}], [[1, 2]], [["a"]]),
    *({}, {"a": 1}, {"a": "b"}, {"a": None}, {"a": [1]}, {"a": {"b": "c"}}, {"$dict": [[1, 2]]}, {"$object": True}),
    *({"a": ["b"]}, {"a": [None]}, {"a": []}, {"a": {}}, {"a": {"b": 1}}, {"a": 1.5}, {"a": True}),
)


def grid(shape: Dict[str, Any]) -> List[Any]:
    """Values in the tagged form: the same for every field, and those around the bounds of this one."""
    seen: Dict[str, Any] = {}
    for value in (*_around(shape), *_EACH):
        seen.setdefault("%s %r" % (type(value).__name__, value), value)
    return list(seen.values())


def _around(shape: Dict[str, Any]) -> Iterator[Any]:
    for key in ("ge", "gt", "le", "lt", "multiple_of"):
        bound = shape.get(key)
        if isinstance(bound, (int, float)):
            yield from _near(bound)
    for key in ("min_length", "max_length"):
        size = shape.get(key)
        if isinstance(size, int) and size < 300:
            for length in (size - 1, size, size + 1):
                yield from ("x" * length, ["x"] * length, list(range(length)), {"k%d" % i: i for i in range(length)})
    for value in shape.get("values", ()):
        yield from _like(value)
    for inner in shape.values():
        for part in inner if isinstance(inner, list) else [inner]:
            if isinstance(part, dict):
                around = list(_around(part))
                yield from around
                if shape["type"] in ("list", "set", "tuple", "frozenset"):
                    yield from ([value] for value in around)
                if shape["type"] == "dict":
                    yield from ({"a": value} for value in around)


def _like(value: Any) -> Iterator[Any]:
    """A known value, and what is nearly one."""
    yield value
    if isinstance(value, str):
        yield from (
            value.upper(),
            value.lower(),
            value.title(),
            value.replace("_", "-"),
            value + "x",
            " " + value,
            [value],
        )
    elif isinstance(value, (int, float)):
        yield from (value + 1, float(value), str(value), value + 0.5)


def _near(bound: Any) -> Iterator[Any]:
    for step in (-1, 0, 1):
        yield bound + step
        yield float(bound + step)
        yield str(bound + step)
        yield " 0%d " % (bound + step) if isinstance(bound, int) and bound + step >= 0 else " %r" % (bound + step)
    yield from (
        bound * 2,
        bound * 10 + 0.5,
        bound - 0.5,
        bound + 0.5,
        "%r5" % float(bound),
        str(bound * 10),
        str(-bound),
    )
    if hasattr(math, "nextafter"):
        yield from (math.nextafter(bound, -math.inf), math.nextafter(bound, math.inf))


def try_field(
    schema: Dict[str, Any], definitions: Dict[str, Any], config: Dict[str, Any], shape: Dict[str, Any], decoder: Decoder
) -> Tried:
    """``[{"value", "errors": [{"path", "type", "message"}]}]``; empty where the field cannot be tried by itself.

    ``raised`` instead of ``errors``: the name of an exception that no validation error holds.
    """
    core = sys.modules.get("pydantic_core")
    if core is None:
        return []
    whole = {"type": "definitions", "schema": schema, "definitions": list(definitions.values())}
    plain = {key: value for key, value in config.items() if key not in ("title", "extra_fields_behavior")}
    try:
        validator = core.SchemaValidator(whole if definitions else schema, plain or None)
    except Exception:
        return []
    return [{"value": value, **_tried(validator, decoder.decode(value))} for value in grid(shape)]


def _tried(validator: Any, value: Any) -> Dict[str, Any]:
    try:
        validator.validate_python(value)
    except Exception as error:
        if type(error).__name__ != "ValidationError":
            return {"raised": type(error).__name__}
        return {
            "errors": [
                {
                    "path": [str(part) for part in entry["loc"]],
                    "type": str(entry["type"]),
                    "message": text_of(entry["msg"]),
                    "raised": bool((entry.get("ctx") or {}).get("error")),
                }
                for entry in error.errors()  # type: ignore[attr-defined]
            ]
        }
    return {"errors": []}
