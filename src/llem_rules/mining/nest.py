"""Refusals of what is held in a field: an object that is refused is refused inside another one too.

A field that is declared to hold another native type takes a mapping in its place, and the mapping's entries are checked as
that type's fields are. Only what is refused of one field alone is said of the place: what the others are taken for there is
not known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from llem_rules.mining.carry import CARRIED, parts_of
from llem_rules.mining.library import LibraryReader
from llem_rules.mining.lift.branches import branches_of
from llem_rules.mining.model import Candidate
from llem_rules.mining.tidy import tidied
from llem_rules.rules.plain import to_plain
from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
    expressions,
    fields_of,
)


def declared_fields(reader: LibraryReader, native_type: str) -> list[str]:
    """The fields that a class declares, as they are given."""
    return [about["given_as"] for about in reader.declarations(native_type).get("lifted", {}).get("fields", ())]


def sections_of(reader: LibraryReader, native_type: str, known: Collection[str]) -> dict[str, str]:
    """The fields of a class that hold an object of a ``known`` native type, with that type."""
    found: dict[str, str] = {}
    for about in reader.declarations(native_type).get("lifted", {}).get("fields", ()):
        for leaf in branches_of(about["shape"]).leaves:
            if leaf["type"] in ("dataclass", "model") and "class" in leaf:
                name = _among(str(leaf["class"]), known)
                if name is not None and name != native_type:
                    found[about["given_as"]] = name
    return found


def _among(defined: str, known: Collection[str]) -> str | None:
    """The native type of a class, by where it is defined: a package may show it under a shorter name."""
    module, _, last = defined.rpartition(".")
    return next(
        (one for one in sorted(known) if one.rpartition(".")[2] == last and module.startswith(one.rpartition(".")[0])),
        None,
    )


def nest(found: Iterable[Candidate], native_type: str, sections: Mapping[str, str]) -> list[Candidate]:
    """The refusals of one field among candidates of section types, said of the fields that hold those sections."""
    places: dict[str, list[str]] = {}
    for name, inner in sections.items():
        places.setdefault(inner, []).append(name)
    return [
        made
        for one in found
        if one.native_type in places and one.plain["expected"]["effect"] == "error"
        for place in places[one.native_type]
        for made in _nested(one, native_type, place)
    ]


def _nested(one: Candidate, native_type: str, place: str) -> Iterator[Candidate]:
    parts = parts_of(one)
    read = {name for part in parts.values() for name in fields_of(part)}
    if len(read) != 1 or any(True for part in parts.values() for _ in expressions(part)):
        return
    [name] = read
    inner = {key: _within(part, place) for key, part in parts.items()}
    guard = "match" if "match" in parts else "given"
    given = Field(place, (Test("present", True),))  # of what is there by default, its own class has made sure
    held: tuple[Predicate, ...] = (given, RequiredKey(place, (name,)))
    if guard in inner:
        held = (*held, inner[guard])
    plain: dict[str, Any] = dict(one.plain) | {key: to_plain(part) for key, part in inner.items()}
    plain[guard] = to_plain(tidied(AllOf(held)))
    plain |= {"native_type": native_type, "tags": [CARRIED]}
    yield replace(one, native_type=native_type, name=f"{place}-{one.name}", plain=plain, sites=())


def _within(predicate: Predicate, place: str) -> Predicate:
    match predicate:
        case AllOf(parts=parts):
            return AllOf(tuple(_within(part, place) for part in parts))
        case AnyOf(parts=parts):
            return AnyOf(tuple(_within(part, place) for part in parts))
        case Not(part=part):
            return Not(_within(part, place))
        case Field(path=path, tests=tests):
            return Field(f"{place}.{path}", tests)
        case AtMostOneOf(paths=paths):
            return AtMostOneOf(tuple(f"{place}.{path}" for path in paths))
        case RequiredKey(path=None, keys=keys):
            return RequiredKey(place, keys)
        case RequiredKey(path=str() as path, keys=keys):
            return RequiredKey(f"{place}.{path}", keys)
        case Surrounding():
            return predicate
    raise TypeError(f"not a predicate: {predicate!r}")
