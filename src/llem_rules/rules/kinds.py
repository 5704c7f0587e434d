"""The three kinds of rule as objects. All lower to one thing: a predicate that fires exactly when the effect shows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from llem_rules.rules.config import Config
from llem_rules.rules.effects import SEVERITY, Channel, Effect, Reach
from llem_rules.rules.evaluate import Fires, Truth, compile_predicate
from llem_rules.rules.grammar import PredicateMapping
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import AllOf, Not, Predicate, fields_of

__all__ = ["SEVERITY", "Channel", "Effect", "Reach"]  # beside what is defined here

Proof = Literal["exception", "message", "state", "behaviour"]
AddedBy = Literal["authored", "static_miner", "dynamic_miner", "lift", "runtime_warning"]
REACHES: tuple[Reach, ...] = ("construct", "validate", "build", "generate")

_ID = r"^[A-Za-z_][\w.]*\.[A-Za-z0-9_-]+$"
_DOTTED = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$"


class Model(BaseModel):
    """Base of everything that YAML files hold: closed, frozen, and dumped only as far as it was set."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="constants")


class Expected(Model):
    """What the library shows when the predicate fires."""

    effect: Effect
    channel: Channel
    exception: str | None = Field(None, description="Name of the exception's class; a subclass counts.")


class Source(Model):
    """The effect site in the library's source."""

    file: str = Field(description="Relative to site-packages, with forward slashes.")
    function: str = Field(description="Qualified name of the function, or of the class that declares the constraint.")
    field: str | None = Field(
        None, description="What the refusal calls the field, if not by its own name; *: anything."
    )


class DormantField(Model):
    """What becomes of a dormant field. Without ``effective``: it is kept, and has no effect."""

    effective: Any = Field(default=None, description="What the library uses instead: a value, or a reference.")

    @property
    def replaced(self) -> bool:
        """Whether the rule claims an effective value."""
        return "effective" in self.model_fields_set


class RuleBase(Model):
    """What all kinds share. ``predicate`` is what evaluation uses; it is compiled once."""

    id: str = Field(pattern=_ID, description="native_type, a dot, and a name of letters, digits, _ and -.")
    native_type: str = Field(pattern=_DOTTED)
    expected: Expected
    message_template: str | None = None
    reach: Reach = "construct"
    source: Source | None = None
    kwargs_positive: dict[str, Any]
    kwargs_negative: dict[str, Any]
    summary: str | None = None
    added_by: AddedBy = "authored"
    cross_validated_by: tuple[AddedBy, ...] = ()
    applies_to: str | None = Field(None, description="Version specifier of the library.")
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def predicate(self) -> Predicate:
        """When the rule fires."""
        raise NotImplementedError

    @property
    def predicate_parts(self) -> tuple[str, ...]:
        """The keys of the rule that hold predicates."""
        raise NotImplementedError

    @cached_property
    def compiled(self) -> Fires:
        """The predicate, compiled."""
        return compile_predicate(self.predicate)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The top-level field names that the predicate reads, in order of appearance."""
        return fields_of(self.predicate)

    def fires(self, config: Config) -> Truth:
        """Whether the rule fires on a config: True, False, or None where the surroundings are not known."""
        return self.compiled(config)

    @property
    def dormant_fields(self) -> Mapping[str, DormantField]:
        """Fields that lose their effect when the rule fires; empty for all kinds but dormancies."""
        return {}


class Invalidity(RuleBase):
    """A condition under which the library refuses the config."""

    kind: Literal["invalidity"]
    match: PredicateMapping
    removed: tuple[str, ...] = Field((), description="Names it speaks of that the native type no longer declares.")

    @cached_property
    def predicate(self) -> Predicate:
        """The match."""
        return parse_predicate(self.match)

    @property
    def predicate_parts(self) -> tuple[str, ...]:
        """Just ``match``."""
        return ("match",)


class Dormancy(RuleBase):
    """A condition under which named fields have no effect, or are replaced by an effective value."""

    kind: Literal["dormancy"]
    match: PredicateMapping
    dormant: list[str] | dict[str, DormantField]

    @field_validator("dormant", mode="before")
    @classmethod
    def _empty_values(cls, value: object) -> object:
        if isinstance(value, dict):
            return {key: {} if inner is None else inner for key, inner in value.items()}
        return value

    @cached_property
    def predicate(self) -> Predicate:
        """The match."""
        return parse_predicate(self.match)

    @property
    def predicate_parts(self) -> tuple[str, ...]:
        """Just ``match``."""
        return ("match",)

    @cached_property
    def dormant_fields(self) -> Mapping[str, DormantField]:
        """Each dormant field with what becomes of it."""
        if isinstance(self.dormant, dict):
            return self.dormant
        return {name: DormantField() for name in self.dormant}


class Invariant(RuleBase):
    """A requirement that must hold, with an optional guard. It fires when it is violated."""

    kind: Literal["invariant"]
    given: PredicateMapping | None = None
    require: PredicateMapping

    @cached_property
    def predicate(self) -> Predicate:
        """The guard holds, and the requirement does not."""
        violated = Not(parse_predicate(self.require))
        return violated if self.given is None else AllOf((parse_predicate(self.given), violated))

    @property
    def predicate_parts(self) -> tuple[str, ...]:
        """``given`` where there is one, and ``require``."""
        return ("require",) if self.given is None else ("given", "require")


Rule = Annotated[Invalidity | Dormancy | Invariant, Field(discriminator="kind")]
KINDS = ("invalidity", "dormancy", "invariant")


def to_document(rule: RuleBase) -> dict[str, Any]:
    """The mapping that a person would write for a rule: only what was set, in the order of the fields."""
    dumped = rule.model_dump(mode="python", exclude_unset=True)
    return {key: list(value) if isinstance(value, tuple) else value for key, value in dumped.items()}


_ADAPTER: TypeAdapter[Invalidity | Dormancy | Invariant] = TypeAdapter(Rule)
_LIST_ADAPTER: TypeAdapter[list[Invalidity | Dormancy | Invariant]] = TypeAdapter(list[Rule])


def rule_from(document: object) -> Invalidity | Dormancy | Invariant:
    """Make a rule from its mapping.

    Raises:
        pydantic.ValidationError: a key is missing, unknown or of the wrong type.
        PredicateError: (on first use of ``predicate``) the predicate is not in the language.
    """
    return _ADAPTER.validate_python(document)


def rule_list_adapter() -> TypeAdapter[list[Invalidity | Dormancy | Invariant]]:
    """The adapter for a whole rule file; also the source of its JSON Schema."""
    return _LIST_ADAPTER
