"""What reading a YAML file gives: plain values, where everything is, and what is wrong with it as YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from llem_rules.corpus.findings import START, Finding, Location, Span


@dataclass
class YamlDocument:
    """A YAML file as plain values, with where everything is and what is wrong with it as YAML."""

    file: str
    text: str
    data: Any = None
    keys: dict[Location, Span] = field(default_factory=dict)
    values: dict[Location, Span] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def span(self, location: Location, *, on_key: bool = False) -> Span:
        """Where a location is; the nearest enclosing one for what does not exist."""
        for end in range(len(location), -1, -1):
            found = self.keys.get(location[:end]) if on_key else None
            found = found or self.values.get(location[:end])
            if found is not None:
                return found
        return START

    def report(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """Add a finding."""
        self.findings.append(Finding(self.file, span, code, message, hint=hint))
