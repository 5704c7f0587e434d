"""What changed between the discovered schemas of two sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llem_rules.corpus.discovered import Discovered
from llem_rules.graph.changes.accepts import alternatives, not_covered, sure
from llem_rules.graph.changes.schemas import (
    ChoiceAdded,
    ChoiceRemoved,
    DefaultChanged,
    Deprecated,
    FieldAdded,
    FieldRemoved,
    SchemaChange,
    TypeNarrowed,
    TypeWidened,
)
from llem_rules.rules.values import decode, equal

Definition = Mapping[str, Any]


def schema_changes(old: Discovered, new: Discovered) -> list[SchemaChange]:
    """All changes of fields, by native type, field and kind. A type that only moved to another module is the same."""
    found: list[SchemaChange] = []
    moved = {name: _partner(name, old, new) for name in old.definitions}
    taken = set(moved.values())
    for name, other in moved.items():
        if other is None:
            found.append(FieldRemoved(native_type=name, field=None))
        else:
            found += _type_changes(other, old.definitions[name], new.definitions[other])
    found += [FieldAdded(native_type=name, field=None) for name in new.definitions if name not in taken]
    return sorted(found, key=lambda change: (change.native_type, change.field or "", change.kind, change.identity))


def _partner(name: str, old: Discovered, new: Discovered) -> str | None:
    if name in new.definitions:
        return name
    last = name.rpartition(".")[2]
    here = [one for one in old.definitions if one.rpartition(".")[2] == last and one not in new.definitions]
    there = [one for one in new.definitions if one.rpartition(".")[2] == last and one not in old.definitions]
    return there[0] if len(here) == len(there) == 1 else None


def _type_changes(name: str, old: Definition, new: Definition) -> Iterator[SchemaChange]:
    before, after = old["properties"], new["properties"]
    needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
    for field in before.keys() - after.keys():
        # Which side is open counts for the one whose configs lose the field.
        yield FieldRemoved(native_type=name, field=field, was=_plain(before[field]), open=_open(new))
    for field in after.keys() - before.keys():
        required = field in needed_after
        yield FieldAdded(native_type=name, field=field, now=_plain(after[field]), required=required)
    if _open(old) != _open(new):
        kind = TypeWidened if _open(new) else TypeNarrowed
        told = [{"additionalProperties": _open(one)} for one in (old, new)]
        yield kind(native_type=name, field=None, was=told[0], now=told[1])
    for field in before.keys() & after.keys():
        one, two = before[field], after[field]
        yield from _default_change(name, field, one, two, (field in needed_before, field in needed_after))
        yield from _value_changes(name, field, one, two)
        if bool(one.get("deprecated")) != bool(two.get("deprecated")):
            was, now = bool(one.get("deprecated")), bool(two.get("deprecated"))
            yield Deprecated(native_type=name, field=field, was=was, now=now)


def _binding(about: Definition) -> bool:
    """Whether the class checks what is declared of a field; a schema that does not tell how is taken at its word."""
    return "x-from" not in about or bool(about.get("x-enforced"))


def _open(definition: Definition) -> bool:
    return bool(definition.get("additionalProperties", True))


def _plain(about: Definition) -> dict[str, Any]:
    return dict(about)


def _default_change(
    name: str, field: str, one: Definition, two: Definition, required: tuple[bool, bool]
) -> Iterator[SchemaChange]:
    was, now = ({"default": about["default"]} if "default" in about else {} for about in (one, two))
    same = was.keys() == now.keys() and (repr(was) == repr(now) or equal(decode(was), decode(now)))
    known = (bool(was) or required[0]) and (bool(now) or required[1])  # an unknown default says nothing of a change
    if required[0] != required[1] or (known and not same):
        yield DefaultChanged(
            native_type=name, field=field, was=was, now=now, required_before=required[0], required_now=required[1]
        )


def _value_changes(name: str, field: str, one: Definition, two: Definition) -> Iterator[SchemaChange]:
    was, now = alternatives(one), alternatives(two)
    if was is None or now is None or was == now:
        return
    # What a class does not check it refuses on neither side: a value less to choose is lost only where the new side checks.
    lost = not_covered(was, now) if _binding(two) else []
    gained = not_covered(now, was) if _binding(one) else []
    choices = any("const" in one for one in was) and any("const" in one for one in now)
    for kind, alone, values in ((ChoiceRemoved, lost, "was"), (ChoiceAdded, gained, "now")):
        if choices:
            for alternative in alone:
                if "const" in alternative:
                    yield kind(native_type=name, field=field, **{values: alternative["const"]})
    unsure = not sure(was, now)
    for kind_, alone in ((TypeNarrowed, lost), (TypeWidened, gained)):
        if any("const" not in alternative or not choices for alternative in alone):
            yield kind_(native_type=name, field=field, was=list(was), now=list(now), unsure=unsure)
