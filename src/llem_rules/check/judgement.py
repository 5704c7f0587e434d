"""What the corpus says of one config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from llem_rules.check.light import LightRule
from llem_rules.rules.effects import SEVERITY, Effect

if TYPE_CHECKING:
    from llem_rules.rules.kinds import RuleBase

AnyRule: TypeAlias = "RuleBase | LightRule"


@dataclass(frozen=True)
class Finding:
    """One rule that fires. ``fields``: the given fields that it is about; ``effective``: what they become, where claimed.

    ``within``: the field of the judged config, and of what stands in it, whose value the rule is about; empty for itself.
    ``rule`` comes from the corpus that judged: of a compiled one it is a ``LightRule``,
    which has what judging and telling need.
    """

    rule: RuleBase
    effect: Effect
    fields: tuple[str, ...]
    effective: Mapping[str, Any]
    within: tuple[str, ...] = ()

    def named(self, field: str) -> str:
        """A field of the finding with the path to it."""
        return ".".join((*self.within, field))


@dataclass(frozen=True)
class Judgement:
    """All findings on a config, worst first, and the rules that the surroundings leave undecided.

    ``unknown``: names, with the path to them, that the library refuses because there is no such field: no rule says so.
    """

    native_type: str
    findings: tuple[Finding, ...]
    undecided: tuple[AnyRule, ...] = ()
    unknown: tuple[tuple[str, ...], ...] = ()

    @property
    def effect(self) -> Effect:
        """The worst effect of all."""
        if self.unknown:
            return "error"
        return self.findings[0].effect if self.findings else "pass"

    @property
    def telling(self) -> tuple[Finding, ...]:
        """The findings that something comes of: where a config is refused, only the refusals."""
        refused = tuple(finding for finding in self.findings if finding.effect == "error")
        return refused if refused or self.unknown else self.findings

    def to_door(self) -> dict[str, Any]:
        """The machine door's answer."""
        return {
            "effect": self.effect,
            "rules": [finding.rule.id for finding in self.telling],
            "fields": sorted(
                {finding.named(name) for finding in self.telling for name in finding.fields}
                | {".".join(path) for path in self.unknown}
            ),
            "effective": {
                finding.named(name): value for finding in self.telling for name, value in finding.effective.items()
            },
        }


def worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings by severity, then by id."""
    if len(findings) < 2:
        return tuple(findings)
    return tuple(sorted(findings, key=lambda one: (SEVERITY.index(one.effect), one.rule.id)))
