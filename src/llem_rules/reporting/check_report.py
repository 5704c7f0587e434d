"""Findings on configs as a document for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llem_rules.check.fixing import Fix
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.rules.failure import Failure

EFFECTS = ("error", "warn", "dormant_announced", "dormant_silent")


def document(verdicts: Sequence[Verdict], failed: Sequence[tuple[str, Failure]] = ()) -> dict[str, Any]:
    """``--format json``. ``failed``: files that were not judged, and why."""
    items = [_item(verdict, note) for verdict in verdicts for note in verdict.notes]
    differs = [{**_item(verdict, note), "platforms": list(on)} for verdict in verdicts for on, note in verdict.differs]
    effects = [item["effect"] for item in items]
    summary = {"configs": len(verdicts), **{name: effects.count(name) for name in EFFECTS}, "differs": len(differs)}
    unchecked = [{"file": name, "message": failure.message} for name, failure in failed]
    return {
        "schema_version": 1,
        "command": "check",
        "summary": {**summary, "unchecked": len(unchecked)},
        "items": items,
        "differs": differs,
        "unchecked": unchecked,
    }


def _fix(verdict: Verdict, fix: Fix) -> dict[str, Any]:
    native_type = verdict.part.out(fix.outside).native_type
    return {"native_type": native_type, "field": fix.field, "drop": fix.drop, "value": fix.value}


def _item(verdict: Verdict, note: Note) -> dict[str, Any]:
    finding = note.finding
    fix = note.fix
    return {
        "file": verdict.found.file,
        "native_type": verdict.part.native_type,
        "engine": verdict.corpus.engine,
        "engine_version": verdict.corpus.version,
        "rule": note.name,
        "effect": note.effect,
        "reach": finding.rule.reach if finding is not None else "construct",
        "message": note.message,
        "fields": [name for name, _ in note.about if name],
        "effective": dict(finding.effective) if finding is not None else {},
        "positions": [{"line": span.line, "column": span.column} for _, span in note.about],
        "proof": getattr(finding.rule, "proof", None) or None if finding is not None else None,
        "versions": list(getattr(finding.rule, "versions", ())) if finding is not None else [],
        "suggestion": note.suggestion,
        "fix": None if fix is None else _fix(verdict, fix),
    }
