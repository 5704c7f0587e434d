"""What an engine made of the declared values: those that it did not keep, and the state as a whole."""

from __future__ import annotations

import dataclasses
from importlib import import_module
from typing import Any, Dict, Mapping, Tuple

from llem_rules.inside.decoding import TAGS, BadValue, Decoder
from llem_rules.inside.values import encode, public_state, same

_GONE = object()


def read_back(declared: Mapping[str, Any], built: Any) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """The declared fields whose value was not kept, with what they are now; and every public value of the object.

    ``built`` may be a mapping of effective values. A declared None is the libraries' word for "not given".
    """
    state = dict(built) if isinstance(built, Mapping) else public_state(built) or {}
    handed_on = _handed_on(type(built))
    changed: Dict[str, Any] = {}
    for name, value in declared.items():
        if value is None or name in handed_on:
            continue
        now = state.get(name, _GONE) if isinstance(built, Mapping) else getattr(built, name, state.get(name, _GONE))
        if now is _GONE:
            changed[name] = {"$absent": True}
        elif not _kept(value, now):
            changed[name] = encode(now)
    return changed, {name: encode(value) for name, value in state.items()}


def _kept(declared: Any, now: Any) -> bool:
    if type(declared) is type(now) and isinstance(declared, (bool, int, float, str)) and declared == now:
        return True
    try:
        return same(Decoder(_resolve, "").decode(declared) if _has_tag(declared) else declared, now)
    except BadValue:
        return True  # it cannot be made again here, so nothing is said of it


def _has_tag(value: Any) -> bool:
    if isinstance(value, dict):
        return any(key in TAGS or _has_tag(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_tag, value))


def _resolve(name: str) -> Any:
    module, _, last = name.rpartition(".")
    return getattr(import_module(module), last)


def _handed_on(kind: Any) -> Tuple[str, ...]:
    """The arguments of a dataclass that it hands on and keeps nowhere."""
    declared = getattr(kind, "__dataclass_fields__", {})
    return tuple(
        name for name, one in declared.items() if one._field_type is getattr(dataclasses, "_FIELD_INITVAR", None)
    )
