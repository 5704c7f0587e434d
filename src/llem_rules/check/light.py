"""A rule as judging needs it: plain values, and a predicate that is read when the rule is first asked.

``check`` reads these from the compiled corpus; nothing of the rule's model is imported for it.
"""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from llem_rules.rules.config import Config
from llem_rules.rules.effects import Effect, Reach
from llem_rules.rules.evaluate import Fires, Truth, compile_predicate
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import AllOf, Not, Predicate, fields_of


class LightExpected:
    """What the library shows when the predicate fires."""

    __slots__ = ("channel", "effect", "exception")

    def __init__(self, held: Mapping[str, Any]) -> None:
        self.effect: Effect = held["effect"]
        self.channel: str = held["channel"]
        self.exception: str | None = held.get("exception")


class LightDormant:
    """What becomes of a dormant field; ``replaced`` where a value is claimed."""

    __slots__ = ("effective", "replaced")

    def __init__(self, held: Mapping[str, Any] | None) -> None:
        self.replaced = bool(held) and "effective" in cast(dict[str, Any], held)
        self.effective: Any = (held or {}).get("effective")


class LightRule:
    """A confirmed rule. ``reads``: the top-level fields of its predicate.

    ``unasked``: whether it may hold, or be undecided, where no field is given at all. ``written``: the rule as the corpus holds
    it, in serial form: of most rules that a config could meet nothing more is asked.
    """

    def __init__(self, native_type: str, head: tuple[Any, ...], written: bytes) -> None:
        self.native_type = native_type
        self.id: str
        self.reads: tuple[str, ...]
        self.versions: tuple[str, ...]
        self.proof: str
        self.unasked: bool
        self.id, self.reads, self.versions, self.proof, self.unasked = head
        self._written = written

    @staticmethod
    def head_of(rule: Any, versions: tuple[str, ...], proof: str, *, unasked: bool) -> tuple[Any, ...]:
        """What is held of a rule beside itself."""
        return (rule.id, fields_of(rule.predicate), versions, proof, unasked)

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The rule as the corpus holds it."""
        return cast(dict[str, Any], marshal.loads(self._written))

    @cached_property
    def expected(self) -> LightExpected:
        """What the library shows."""
        return LightExpected(self.document["expected"])

    @cached_property
    def predicate(self) -> Predicate:
        """When the rule fires."""
        held = self.document
        if held["kind"] != "invariant":
            return parse_predicate(held["match"])
        violated = Not(parse_predicate(held["require"]))
        return violated if held.get("given") is None else AllOf((parse_predicate(held["given"]), violated))

    @cached_property
    def compiled(self) -> Fires:
        """The predicate, compiled."""
        return compile_predicate(self.predicate)

    def fires(self, config: Config) -> Truth:
        """Whether the rule fires on a config."""
        return self.compiled(config)

    @cached_property
    def dormant_fields(self) -> Mapping[str, LightDormant]:
        """Fields that lose their effect when the rule fires."""
        dormant = self.document.get("dormant") or {}
        if isinstance(dormant, list):
            return {name: LightDormant(None) for name in dormant}
        return {name: LightDormant(held) for name, held in dormant.items()}

    @property
    def message_template(self) -> str | None:
        """What the library says."""
        return cast(str | None, self.document.get("message_template"))

    @property
    def summary(self) -> str | None:
        """One sentence for a person."""
        return cast(str | None, self.document.get("summary"))

    @property
    def reach(self) -> Reach:
        """The stage by which the effect shows."""
        return cast(Reach, self.document.get("reach", "construct"))

    @property
    def kwargs_positive(self) -> Mapping[str, Any]:
        """The smallest config of which the predicate is true."""
        return cast(Mapping[str, Any], self.document["kwargs_positive"])

    @property
    def kwargs_negative(self) -> Mapping[str, Any]:
        """The smallest config of which the predicate is false."""
        return cast(Mapping[str, Any], self.document["kwargs_negative"])
