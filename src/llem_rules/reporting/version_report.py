"""Configs over versions: for a person, and as the document that ``schemas/check-versions-report.schema.json`` describes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from llem_rules.rules.kinds import Model

if TYPE_CHECKING:
    from rich.console import Console

_WORDS = {
    "error": "refused",
    "warn": "warned of",
    "dormant_silent": "ignored, silently",
    "dormant_announced": "ignored, with a message",
    "pass": "fine",
    "absent": "the native type does not exist",
}


class VersionItem(Model):
    """One config. Effects and the rules behind them by version, oldest first; ``absent`` where its type does not exist."""

    file: str
    native_type: str
    engine: str
    effects: dict[str, str]
    rules: dict[str, tuple[str, ...]]


class VersionSummary(Model):
    """Configs, and how many are refused by some version."""

    configs: int
    refused_somewhere: int


class VersionReport(Model):
    """``check --versions --format json``."""

    schema_version: Literal[1] = 1
    command: Literal["check"] = "check"
    summary: VersionSummary
    items: tuple[VersionItem, ...] = Field(description="In the order of the files.")


def report_of(items: Sequence[VersionItem]) -> VersionReport:
    """The report of some configs."""
    refused = sum("error" in item.effects.values() for item in items)
    return VersionReport(summary=VersionSummary(configs=len(items), refused_somewhere=refused), items=tuple(items))


def print_text(report: VersionReport, console: Console) -> None:
    """Each config with its stretches of versions, and where it changes."""
    for item in report.items:
        console.print(f"{item.file} · {item.native_type} · {item.engine}", markup=False)
        for line in _stretches(item):
            console.print(f"  {line}", markup=False)


def _stretches(item: VersionItem) -> Iterator[str]:
    versions = list(item.effects)
    for (effect, rules), group in groupby(versions, key=lambda one: (item.effects[one], item.rules[one])):
        there = list(group)
        span = there[0] if len(there) == 1 else f"{there[0]} to {there[-1]}"
        yield f"{span:<24} {_WORDS[effect]}" + (f"   {', '.join(rules)}" if rules else "")
