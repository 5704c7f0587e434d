"""The defaults of native types, and how their fields read strings, asked of the live library."""

from __future__ import annotations

from collections.abc import Sequence

from llem_rules.engines.feeding import fed_fields
from llem_rules.environments.memory import Library
from llem_rules.rules.reading import Declared, Kind, readings_of


def readings_by_type(session: Library, native_types: Sequence[str]) -> dict[str, dict[str, Kind]]:
    """How fields read strings; those of a type that builds sections read as the section that they end in does."""
    engine = session.engine
    building = [name for name in native_types if name in engine.native_types and engine.native_types[name].sections]
    wholes = [whole for name in building if (whole := engine.native_types[name].becomes) is not None]
    asked = sorted({*native_types, *wholes, *(engine.native_types if building else ())})
    answers = session.run([{"op": "lift", "native_type": name} for name in asked])
    lifted = {name: one["lifted"] for name, one in zip(asked, answers, strict=True) if "lifted" in one}
    found = {name: readings_of(one) for name, one in lifted.items()}
    fields = {name: tuple(about["given_as"] for about in one["fields"]) for name, one in lifted.items()}
    for name in building:
        own = tuple(lifted.get(name, {}).get("defaults", ()))
        fed = fed_fields(engine, name, {**fields, name: own})
        found[name] = {one: found[owner][end] for one, (owner, end) in fed.items() if end in found[owner]}
    return found


def described_defaults(session: Library, native_types: Sequence[str]) -> dict[str, Declared]:
    """The defaults of each native type with the base arguments that its adapter adds, in the tagged form that JSON can hold."""
    answers = session.run([{"op": "describe", "native_type": name, "kwargs": {}} for name in native_types])
    found: dict[str, Declared] = {}
    readings = readings_by_type(session, native_types)
    for name, answer in zip(native_types, answers, strict=True):
        fields = answer.get("described", {}).get("fields", {})
        about = session.engine.native_types.get(name)
        base = {} if about is None else dict(about.base)
        known = {field: one["default"] for field, one in fields.items() if "default" in one} | base
        found[name] = Declared(known, readings.get(name))
    return found
