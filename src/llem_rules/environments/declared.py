"""How the fields of native types read strings, asked of the live library."""

from __future__ import annotations

from collections.abc import Sequence

from llem_rules.engines.feeding import fed_fields
from llem_rules.environments.memory import Library
from llem_rules.rules.reading import Kind, readings_of


def readings_by_type(session: Library, native_types: Sequence[str]) -> dict[str, dict[str, Kind]]:
    """How fields read strings; those of a type that builds sections read as the section that they end in does."""
    engine = session.engine
    building = [name for name in native_types if name in engine.native_types and engine.native_types[name].sections]
    asked = sorted({*native_types, *(engine.native_types if building else ())})
    answers = session.run([{"op": "lift", "native_type": name} for name in asked])
    lifted = {name: one["lifted"] for name, one in zip(asked, answers, strict=True) if "lifted" in one}
    found = {name: readings_of(one) for name, one in lifted.items()}
    fields = {name: tuple(about["given_as"] for about in one["fields"]) for name, one in lifted.items()}
    for name in building:
        own = tuple(lifted.get(name, {}).get("defaults", ()))
        fed = fed_fields(engine, name, {**fields, name: own})
        found[name] = {one: found[owner][end] for one, (owner, end) in fed.items() if end in found[owner]}
    return found
