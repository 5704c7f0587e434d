"""When a Python expression is true and when it is false: the answer to a test."""

from __future__ import annotations

from dataclasses import dataclass

from llem_rules.mining.static.formulas import FALSE, TRUE, Formula, Unsaid, both, deny, either


@dataclass(frozen=True, slots=True)
class Cond:
    """When a Python expression is true and when it is false; in neither case where evaluating it would raise."""

    yes: Formula
    no: Formula

    @classmethod
    def of(cls, formula: Formula) -> Cond:
        """An expression that never raises."""
        return cls(formula, deny(formula))

    @classmethod
    def unsaid(cls, text: str, why: str) -> Cond:
        """An expression that cannot be said."""
        return cls.of(Unsaid(" ".join(text.split())[:200], why))

    @property
    def negated(self) -> Cond:
        """``not`` of it."""
        return Cond(self.no, self.yes)

    def also(self, other: Cond) -> Cond:
        """``self and other``."""
        return Cond(both(self.yes, other.yes), either(self.no, both(self.yes, other.no)))

    def otherwise(self, other: Cond) -> Cond:
        """``self or other``."""
        return Cond(either(self.yes, both(self.no, other.yes)), both(self.no, other.no))


ALWAYS = Cond(TRUE, FALSE)
NEVER = Cond(FALSE, TRUE)
NEITHER = Cond(FALSE, FALSE)
