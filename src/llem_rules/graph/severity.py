"""How bad a change is, for config authors and for coverage: read off ``severity.yaml`` and a project's own rows."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from llem_rules.corpus.artefacts import load_yaml
from llem_rules.corpus.findings import near
from llem_rules.corpus.locate import Project, shown
from llem_rules.graph.changes.model import KINDS, Change
from llem_rules.graph.tried import Tried
from llem_rules.rules.failure import Failure

Severity = Literal["safe", "notable", "breaking"]
Audience = Literal["authors", "coverage"]
SEVERITIES: tuple[Severity, ...] = ("safe", "notable", "breaking")
AUDIENCES: tuple[Audience, ...] = ("authors", "coverage")
Bounds = Mapping[str, Mapping[str, Severity]]
Rows = Mapping[str, Mapping[str, Mapping[str, Severity]]]


def worst(*severities: Severity) -> Severity:
    """The worst of some."""
    return max(severities, key=SEVERITIES.index, default="safe")


@dataclass(frozen=True)
class Verdicts:
    """The two verdicts of one change."""

    authors: Severity
    coverage: Severity

    @property
    def worst(self) -> Severity:
        """The worse of the two."""
        return worst(self.authors, self.coverage)

    def at_most(self, bound: Severity) -> Verdicts:
        """The same, but no worse than a bound."""
        return self.within(dict.fromkeys(AUDIENCES, bound))

    def within(self, bounds: Mapping[str, Severity]) -> Verdicts:
        """The same, but no worse than a bound for each audience; for one that is not named, as bad as it is."""
        pairs = ((self.authors, bounds.get("authors")), (self.coverage, bounds.get("coverage")))
        first, second = (min(one, bound or "breaking", key=SEVERITIES.index) for one, bound in pairs)
        return Verdicts(first, second)


@dataclass(frozen=True)
class SeverityTable:
    """Rows by kind and facet."""

    rows: Rows
    bounds: Bounds

    def judge(self, change: Change, tried: Tried | None = None) -> Verdicts:
        """Both verdicts. A facet without a row has those of ``any``; what both versions showed bounds them."""
        facets = self.rows[change.kind]
        row = facets.get(change.facet) or facets["any"]
        found = Verdicts(row["authors"], row["coverage"])
        if tried is not None and tried.missed is None:
            found = found.within(self.bounds["library_changed"])
        if tried is not None and not tried.library_changed:
            found = found.within(self.bounds["only_what_is_known"])
        return found

    def with_rows(self, own: Any, place: str) -> SeverityTable:
        """The table with a project's rows in place of its own. ``{kind: {facet: {audience: severity}}}``, or less deep.

        Raises:
            Failure: a kind, facet, audience or severity that there is not.
        """
        rows = {kind: {facet: dict(row) for facet, row in facets.items()} for kind, facets in self.rows.items()}
        for kind, written in _mapping(own, place).items():
            _known(kind, rows, place, "kind of change")
            facets = _mapping(written, f"{place}.{kind}")
            every = set(facets) <= set(AUDIENCES)  # without a facet it is about all of them
            for facet, row in (dict.fromkeys(rows[kind], facets) if every else facets).items():
                _known(facet, {*rows[kind], "any"}, f"{place}.{kind}", "facet")
                target = rows[kind].setdefault(facet, dict(rows[kind].get("any", {})))
                for audience, severity in _mapping(row, f"{place}.{kind}.{facet}").items():
                    _known(audience, AUDIENCES, f"{place}.{kind}.{facet}", "audience")
                    _known(severity, SEVERITIES, f"{place}.{kind}.{facet}", "severity")
                    target[audience] = severity
        return SeverityTable(rows, self.bounds)


def _mapping(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Failure(f"{place} is not a table", hint='write [tool.llem-rules.severity.KIND], authors = "notable"')
    return value


def _known(name: Any, known: Any, place: str, what: str) -> None:
    if name not in known:
        meant = near(str(name), known)
        raise Failure(f"{place}: {name!r} is no {what}", hint=f"did you mean {meant}?" if meant else ", ".join(known))


@cache
def default_table() -> SeverityTable:
    """The table as it is shipped."""
    document = load_yaml(Path(__file__).with_name("severity.yaml"))
    return SeverityTable(document["kinds"], document["tried"])


def project_table(project: Project) -> SeverityTable:
    """The shipped table with the rows of the project's ``pyproject.toml``.

    Raises:
        Failure: (2) that file, or a row in it, is not what it should be.
    """
    own = project_settings(project).get("severity", {})
    return default_table().with_rows(own, "tool.llem-rules.severity")


def project_settings(project: Project) -> Mapping[str, Any]:
    """``[tool.llem-rules]`` of the project's ``pyproject.toml``; empty where there is none.

    Raises:
        Failure: (2) the file is not TOML.
    """
    path = project.root / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"{shown(path)} cannot be read: {error}") from error
    return _mapping(document.get("tool", {}).get("llem-rules", {}), "tool.llem-rules")


def missing_rows() -> list[str]:
    """Kinds without rows, and rows without a kind: both empty, or a test fails."""
    return sorted(set(KINDS) ^ set(default_table().rows))
