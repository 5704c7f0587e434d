"""Changes of what a native type takes: fields, defaults, types, choices. ``compare_schemas`` finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from llem_rules.graph.changes.model import Change, Concern, shown
from llem_rules.rules.config import Config


@dataclass(frozen=True, kw_only=True)
class SchemaChange(Change):
    """A change of one field; without ``field``, of the native type itself."""

    concern: ClassVar[Concern] = "schemas"
    field: str | None
    was: Any = None
    now: Any = None

    @property
    def subject(self) -> str:
        return self.native_type if self.field is None else f"{self.native_type}.{self.field}"

    @property
    def fields(self) -> tuple[str, ...]:
        return () if self.field is None else (self.field,)

    @property
    def before(self) -> Any:
        return self.was

    @property
    def after(self) -> Any:
        return self.now

    def touches(self, old: Config, new: Config) -> bool:
        return self.field is None or self.field in old.given or self.field in new.given


@dataclass(frozen=True, kw_only=True)
class FieldAdded(SchemaChange):
    """A field, or a whole native type, that was not there."""

    kind: ClassVar[str] = "field_added"
    mirror: ClassVar[str] = "field_removed"
    required: bool = False

    @property
    def facet(self) -> str:
        return "required" if self.required and self.field is not None else "optional"

    def touches(self, old: Config, new: Config) -> bool:
        return self.required and self.field is not None and self.field not in {*old.given, *new.given}

    def explain(self) -> str:
        what = "a new native type" if self.field is None else "a new field"
        return f"{what}, and it has to be given" if self.required and self.field is not None else what


@dataclass(frozen=True, kw_only=True)
class FieldRemoved(SchemaChange):
    """A field, or a whole native type, that is gone."""

    kind: ClassVar[str] = "field_removed"
    mirror: ClassVar[str] = "field_added"
    open: bool = False

    @property
    def facet(self) -> str:
        return "ignored" if self.open else "refused"

    def explain(self) -> str:
        if self.field is None:
            return "the native type is gone"
        fate = "the type takes any keyword, so it is likely ignored" if self.open else "giving it is an error"
        return f"the field is gone: {fate}"


@dataclass(frozen=True, kw_only=True)
class DefaultChanged(SchemaChange):
    """What a config that leaves the field out gets. ``was`` and ``now`` hold ``default``, or nothing where there is none."""

    kind: ClassVar[str] = "default_changed"
    mirror: ClassVar[str] = "default_changed"
    required_before: bool = False
    required_now: bool = False

    @property
    def facet(self) -> str:
        if self.required_now != self.required_before:
            return "required" if self.required_now else "optional"
        return "value"

    def touches(self, old: Config, new: Config) -> bool:
        return self.field is not None and self.field not in {*old.given, *new.given}

    def explain(self) -> str:
        return f"default {_default(self.was, self.required_before)} → {_default(self.now, self.required_now)}"


def _default(about: Any, required: bool) -> str:
    if required:
        return "none (it has to be given)"
    return shown(about["default"]) if "default" in about else "unknown"


@dataclass(frozen=True, kw_only=True)
class TypeChange(SchemaChange):
    """What the field takes. ``unsure``: the schemas differ in a way that is not understood here."""

    unsure: bool = False

    @property
    def facet(self) -> str:
        return "unsure" if self.unsure else "any"

    @property
    def basis(self) -> str:
        return "sampled" if self.unsure else "read"

    def _told(self, words: str) -> str:
        said = "described differently, and it is not known how" if self.unsure else words
        return f"{said}: {shown(self.was)} → {shown(self.now)}"


@dataclass(frozen=True, kw_only=True)
class TypeWidened(TypeChange):
    """It takes values that it did not take."""

    kind: ClassVar[str] = "type_widened"
    mirror: ClassVar[str] = "type_narrowed"

    def explain(self) -> str:
        return self._told("takes more")


@dataclass(frozen=True, kw_only=True)
class TypeNarrowed(TypeChange):
    """It no longer takes values that it took."""

    kind: ClassVar[str] = "type_narrowed"
    mirror: ClassVar[str] = "type_widened"

    def explain(self) -> str:
        return self._told("takes less")


@dataclass(frozen=True, kw_only=True)
class ChoiceAdded(SchemaChange):
    """One more value to choose. ``now`` holds it."""

    kind: ClassVar[str] = "choice_added"
    mirror: ClassVar[str] = "choice_removed"

    @property
    def identity(self) -> str:
        return f"{self.subject} {shown(self.now)}"

    def explain(self) -> str:
        return f"can now be {shown(self.now)}"


@dataclass(frozen=True, kw_only=True)
class ChoiceRemoved(SchemaChange):
    """One value less to choose. ``was`` holds it."""

    kind: ClassVar[str] = "choice_removed"
    mirror: ClassVar[str] = "choice_added"

    @property
    def identity(self) -> str:
        return f"{self.subject} {shown(self.was)}"

    def touches(self, old: Config, new: Config) -> bool:
        from llem_rules.rules.values import decode, equal

        name = self.field or ""
        given = [config.given[name] for config in (old, new) if name in config.given]
        return any(equal(value, decode(self.was)) for value in given)

    def explain(self) -> str:
        return f"can no longer be {shown(self.was)}"


@dataclass(frozen=True, kw_only=True)
class Deprecated(SchemaChange):
    """The library says that the field will go; or it took that back."""

    kind: ClassVar[str] = "deprecated"
    mirror: ClassVar[str] = "deprecated"

    @property
    def facet(self) -> str:
        return "deprecated" if self.now else "taken_back"

    def explain(self) -> str:
        return "deprecated" if self.now else "no longer deprecated"
