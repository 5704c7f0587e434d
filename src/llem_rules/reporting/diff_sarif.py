"""A comparison as SARIF 2.1.0: a rule for each kind of change, a result for each change."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from llem_rules import __version__
from llem_rules.graph.changes import KINDS
from llem_rules.graph.comparison import Comparison, Judged
from llem_rules.graph.places import Places
from llem_rules.reporting.diff_report import notes

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"breaking": "error", "notable": "warning", "safe": "note"}


def sarif(comparison: Comparison, places: Places) -> str:
    """The log as text."""
    kinds = sorted({one.change.kind for one in comparison.items})
    told = [{"level": "note", "message": {"text": note}} for note in notes(comparison)]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "llem-rules diff",
                "semanticVersion": __version__,
                "rules": [_rule(kind) for kind in kinds],
            }
        },
        "automationDetails": {"id": f"llem-rules/diff/{comparison.engine}/"},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": told}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, kinds.index(one.change.kind), places) for one in comparison.items],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, default=repr) + "\n"


def _rule(kind: str) -> dict[str, Any]:
    summary = (KINDS[kind].__doc__ or kind).split("\n")[0].strip()
    name = "".join(part.title() for part in kind.split("_"))
    return {"id": kind, "name": name, "shortDescription": {"text": summary}}


def _result(judged: Judged, index: int, places: Places) -> dict[str, Any]:
    change = judged.change
    place = places.of(change)
    result: dict[str, Any] = {
        "ruleId": change.kind,
        "ruleIndex": index,
        "level": _LEVELS[judged.verdicts.worst],
        "message": {"text": f"{change.subject}: {change.explain()}"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": quote(place.file)}, "region": {"startLine": place.line}}}
        ],
        "partialFingerprints": {"change/v1": change.fingerprint},
        "properties": {"authors": judged.verdicts.authors, "coverage": judged.verdicts.coverage, "basis": change.basis},
    }
    if judged.tried is not None:
        result["properties"]["library_changed"] = judged.tried.library_changed
    if judged.approval is not None:
        one = judged.approval
        result["suppressions"] = [{"kind": "external", "justification": f"{one.reason} ({one.author})"}]
    return result
