"""What all changes share: a kind, its mirror, what it is about, a sentence, and a name that outlives the commit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from llem_rules.graph.points import Point
from llem_rules.rules.config import Config

Concern = Literal["invariants", "schemas"]
CONCERNS: tuple[Concern, ...] = ("invariants", "schemas")
KINDS: dict[str, type[Change]] = {}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change between two sides.

    ``kind`` is its name, ``mirror`` the kind that the same change has when the sides are swapped, ``facet`` which row of
    the severity table speaks of it.
    """

    kind: ClassVar[str] = ""
    mirror: ClassVar[str] = ""
    concern: ClassVar[Concern] = "invariants"
    native_type: str

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if "kind" in cls.__dict__:
            KINDS[cls.kind] = cls

    @property
    def subject(self) -> str:
        """The rule or field that changed, as the head calls it (the base, where it is gone)."""
        raise NotImplementedError

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the native type that it is about."""
        raise NotImplementedError

    @property
    def facet(self) -> str:
        """What the severity table asks beside the kind."""
        return "any"

    @property
    def before(self) -> Any:
        """What was, as plain values; None where there was nothing."""
        return None

    @property
    def after(self) -> Any:
        """What is, as plain values; None where nothing is left."""
        return None

    def explain(self) -> str:
        """One sentence for a person."""
        raise NotImplementedError

    def touches(self, old: Config, new: Config) -> bool:
        """Whether a config, with the defaults of either side, is judged otherwise because of it."""
        raise NotImplementedError

    @property
    def basis(self) -> str:
        """How it is known: ``read`` off both sides, ``proved`` or ``sampled``."""
        return "read"

    @property
    def witnesses(self) -> dict[str, Point]:
        """Configs that only one side speaks of, by ``only_old`` and ``only_new``."""
        return {}

    @property
    def fingerprint(self) -> str:
        """A name of the change itself: other commits, other versions and another order leave it as it is."""
        parts = [self.kind, self.native_type, self.identity, self.before, self.after]
        text = json.dumps(parts, sort_keys=True, default=repr)
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    @property
    def identity(self) -> str:
        """What distinguishes it from another change of its kind on the same native type."""
        return self.subject


def shown(value: Any, longest: int = 120) -> str:
    """A value for a sentence."""
    text = json.dumps(value, default=repr, ensure_ascii=False)
    return text if len(text) <= longest else text[: longest - 1] + "…"
