"""Which field of which section a field of the type that builds them ends in, by what the adapter says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from llem_rules.engines.base import Engine


def fed_fields(engine: Engine, native_type: str, fields: Mapping[str, Collection[str]]) -> dict[str, tuple[str, str]]:
    """For each field of a type, the section's native type and its field. ``fields``: those of every native type.

    A section is an attribute named like the class that it holds (``parallel_config``, ``ParallelConfig``). What no section
    takes may be a field of the whole that is built.
    """
    about = engine.native_types[native_type]
    types = _by_class(fields)
    found: dict[str, tuple[str, str]] = {}
    for name in fields.get(native_type, ()):
        place = about.places.get(name)
        section, *inside = (place or "").split(".")
        sections = (section,) if place else about.sections
        for one in sections:
            owner, end = _owner(types, one, inside[:-1]), inside[-1] if inside else name
            if owner is not None and end in fields[owner]:
                found[name] = (owner, end)
                break
        if name not in found and about.becomes is not None and name in fields.get(about.becomes, ()):
            found[name] = (about.becomes, name)
    return found


def switches(engine: Engine, native_type: str, fields: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The sections' native types that are built only where a field of a type is true, and that field."""
    types = _by_class(fields)
    asked = {_owner(types, section, ()): name for section, name in engine.native_types[native_type].switches.items()}
    return {owner: name for owner, name in asked.items() if owner is not None}


def _by_class(native_types: Iterable[str]) -> dict[str, str]:
    return {_bare(name.rpartition(".")[2]): name for name in sorted(native_types)}


def _owner(types: Mapping[str, str], section: str, inside: Sequence[str]) -> str | None:
    """The native type of a section, or of one inside it, whose class is named after both (``UVAOffloadConfig``)."""
    owner = types.get(_bare(section))
    for part in inside:
        owner = types.get(_bare(part)) or types.get(_bare(part + section))
    return owner


def _bare(name: str) -> str:
    return name.replace("_", "").lower()
