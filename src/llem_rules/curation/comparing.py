"""Where each field stands: exposed as it is, narrower or wider than the library has it, not exposed, or stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from llem_rules.corpus.discovered import Discovered
from llem_rules.curation.models import CuratedField
from llem_rules.graph.changes.accepts import Alternative, alternatives, not_covered
from llem_rules.rules.kinds import Model

Kind = Literal["same", "narrower", "wider", "unknown", "missing", "stale"]


class Standing(Model):
    """One field. ``beyond``: what the model takes and the library does not. ``wider`` and ``stale`` are errors."""

    native_type: str
    field: str
    kind: Kind
    model: str | None = None
    curated: dict[str, Any] | None = None
    discovered: dict[str, Any] | None = None
    beyond: tuple[dict[str, Any], ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether somebody has to act."""
        return self.kind in ("wider", "stale")


def standings(models: Mapping[str, Iterable[CuratedField]], schema: Discovered) -> list[Standing]:
    """Every curated field, and every field of a curated native type that is not exposed; by type, field and model."""
    exposed = [one for fields in models.values() for one in fields]
    found = [_standing(one, schema) for one in exposed]
    there = {(one.native_type, one.name) for one in exposed}
    found += [
        one
        for one in _missing({one.native_type for one in exposed}, schema)
        if (one.native_type, one.field) not in there
    ]
    return sorted(found, key=lambda one: (one.native_type, one.field, one.model or ""))


def _missing(native_types: Iterable[str], schema: Discovered) -> Iterator[Standing]:
    for native_type in native_types:
        for field in (name for name in schema.fields(native_type) if not name.startswith("_")):
            yield Standing(
                native_type=native_type, field=field, kind="missing", discovered=_property(schema, native_type, field)
            )


def _property(schema: Discovered, native_type: str, field: str) -> dict[str, Any]:
    name = schema.resolve(native_type) or native_type
    return dict(schema.definitions[name]["properties"][field])


def _standing(one: CuratedField, schema: Discovered) -> Standing:
    if one.name not in schema.fields(one.native_type):
        return Standing(
            native_type=one.native_type, field=one.name, kind="stale", model=one.model, curated=dict(one.schema)
        )
    about = _property(schema, one.native_type, one.name)
    kind, beyond = _compared(_given(one.schema), _given(about))
    return Standing(
        native_type=one.native_type,
        field=one.name,
        kind=kind,
        model=one.model,
        curated=dict(one.schema),
        discovered=about,
        beyond=tuple(map(dict, beyond)),
    )


def _given(schema: Mapping[str, Any]) -> tuple[Alternative, ...] | None:
    """What a field takes when it is given: None stands for a field that is not."""
    found = alternatives(schema)
    if found is None:
        return None
    return tuple(one for one in found if one.get("type") != "null" and one.get("const", "") is not None)


def _compared(
    curated: tuple[Alternative, ...] | None, native: tuple[Alternative, ...] | None
) -> tuple[Kind, list[Alternative]]:
    if not native:
        return "unknown", []
    if curated is None:
        return "wider", [{"any": "value"}]
    beyond = not_covered(curated, native)
    if beyond:
        return "wider", beyond
    return ("narrower" if not_covered(native, curated) else "same"), []
