"""What ``explain`` says, as documents for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from llem_rules.formats.explaining import Setting
from llem_rules.reporting.elsewhere import elsewhere
from llem_rules.rules.kinds import Effect, Model

Plain = dict[str, Any]


class ExplainSummary(Model):
    """What was explained. ``items``: how many settings, or one."""

    what: Literal["config", "rule", "lint code"]
    items: int


class ExplainReason(Model):
    """Why a setting does not do what it says."""

    effect: Effect
    name: str = Field(description="The rule, or the sort of problem.")
    message: str
    on: list[str] = Field(description="Platforms that it holds on alone; empty for all.")


class ExplainSetting(Model):
    """One setting of a config."""

    file: str
    line: int
    native_type: str
    engine: str
    engine_version: str
    field: str
    declared: Any
    effective: Any = Field(description='{"$absent": true} where it comes to nothing.')
    effect: Effect
    reasons: list[ExplainReason]


class ExplainReport(Model):
    """``explain --format json``. Of a rule the item is its entry in the validated corpus; of a lint code its texts."""

    schema_version: Literal[1]
    command: Literal["explain"]
    summary: ExplainSummary
    items: list[ExplainSetting | dict[str, Any]]


def of_settings(told: Sequence[tuple[str, str, str, Setting]]) -> Plain:
    """``told``: file, engine, version and setting."""
    return _document("config", [_setting(*one) for one in told])


def of_rule(entry: Mapping[str, Any], document: Mapping[str, Any]) -> Plain:
    """A rule of the validated corpus with the place where its evidence was taken, and what other platforms showed."""
    others = [vars(one) for one in elsewhere(entry, document.get("platforms") or {})]
    return _document("rule", [{**entry, "environment": document["environment"], "elsewhere": others}])


def of_code(about: Any) -> Plain:
    """A lint code."""
    words = ("code", "title", "summary", "avoid", "prefer", "rationale")
    return _document("lint code", [{word: getattr(about, word) for word in words}])


def _document(what: str, items: Sequence[Mapping[str, Any]]) -> Plain:
    return {
        "schema_version": 1,
        "command": "explain",
        "summary": {"what": what, "items": len(items)},
        "items": list(items),
    }


def _setting(file: str, engine: str, version: str, one: Setting) -> Plain:
    reasons = [{"effect": r.effect, "name": r.name, "message": r.message, "on": list(r.on)} for r in one.reasons]
    return {
        "file": file,
        "line": one.line,
        "native_type": one.native_type,
        "engine": engine,
        "engine_version": version,
        "field": one.field,
        "declared": one.declared,
        "effective": one.effective,
        "effect": one.effect,
        "reasons": reasons,
    }
