"""What was written: for a person, and as ``report --format json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from llem_rules.rules.kinds import Effect, Model


class PageSummary(Model):
    """The file, and all engines together."""

    file: str
    bytes: int
    changed: bool = Field(description="Whether the file holds something new.")
    rules: int
    native_types: int


class PageEngine(Model):
    """One engine: its library, and its rules by verdict and by effect."""

    engine: str
    library: str
    library_version: str
    native_types: int
    rules: int
    confirmed: int
    divergent: int
    unchecked: int
    effects: dict[Effect, int]
    versions: list[str] = Field(description="Versions over which the rules are shown, oldest first.")
    sites: int | None = Field(None, description="Effect sites, where they were handed over.")


class PageReport(Model):
    """``report --format json``."""

    schema_version: Literal[1]
    command: Literal["report"]
    summary: PageSummary
    items: list[PageEngine]


def document(file: str, size: int, changed: bool, engines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The report as plain values."""
    items = [_engine(engine) for engine in engines]
    summary = {
        "file": file,
        "bytes": size,
        "changed": changed,
        **{word: sum(item[word] for item in items) for word in ("rules", "native_types")},
    }
    return {"schema_version": 1, "command": "report", "summary": summary, "items": items}


def _engine(engine: dict[str, Any]) -> dict[str, Any]:
    rules = engine["rules"]
    verdicts = Counter(rule["verdict"] for rule in rules)
    return {
        "engine": engine["name"],
        "library": engine["library"],
        "library_version": engine["version"],
        "native_types": len({rule["type"] for rule in rules}),
        "rules": len(rules),
        **{word: verdicts[word] for word in ("confirmed", "divergent", "unchecked")},
        "effects": dict(sorted(Counter(rule["effect"] for rule in rules).items())),
        "versions": engine["order"],
        "sites": None if engine["coverage"] is None else engine["coverage"]["summary"]["sites"],
    }


def text(told: dict[str, Any]) -> str:
    """A line an engine, and the file."""
    lines = [
        f"{item['engine']:<14} {item['library_version']:<10} {item['rules']:>6,} rules on {item['native_types']} native types"
        + "".join(f", {item[word]:,} {word}" for word in ("divergent", "unchecked") if item[word])
        for item in told["items"]
    ]
    summary = told["summary"]
    word = "" if summary["changed"] else " (unchanged)"
    return "\n".join([*lines, f"{'page':<14} {summary['file']} · {summary['bytes'] / 1e6:.1f} MB{word}"]) + "\n"
