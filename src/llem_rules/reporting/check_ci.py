"""Findings on configs for continuous integration: SARIF 2.1.0, GitHub annotations, JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from llem_rules import __version__
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.reporting.check_text import way_out
from llem_rules.reporting.workflow import annotation, xml_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "dormant_silent": "warning", "dormant_announced": "warning", "warn": "note"}


def told(note: Note, verdict: Verdict) -> str:
    """A finding in one paragraph: what is wrong, and the way out."""
    meant = f'; did you mean "{note.suggestion}"?' if note.suggestion else ""
    out = way_out(note, verdict)
    return note.message + meant + (f" ({out})" if out else "")


def github(verdicts: Sequence[Verdict]) -> str:
    """One workflow command for each finding."""
    return "".join(
        annotation(
            {"error": "error", "warning": "warning", "note": "notice"}[_LEVELS[note.effect]],
            told(note, verdict),
            file=verdict.found.file,
            line=span.line,
            col=span.column,
            endLine=span.end_line,
            title=note.name,
        )
        + "\n"
        for verdict in verdicts
        for note in verdict.notes
        for _, span in note.about[:1]
    )


def sarif(verdicts: Sequence[Verdict]) -> str:
    """The log as text: a rule for each that has findings, a result for each finding."""
    names = sorted({note.name for verdict in verdicts for note in verdict.notes})
    rules = [{"id": name, "shortDescription": {"text": name}} for name in names]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "llem-rules check", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(verdict, note, names.index(note.name)) for verdict in verdicts for note in verdict.notes],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, default=repr) + "\n"


def _result(verdict: Verdict, note: Note, index: int) -> dict[str, Any]:
    places = [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": quote(verdict.found.file)},
                "region": {
                    "startLine": span.line,
                    "startColumn": span.column,
                    "endLine": span.end_line,
                    "endColumn": span.end_column,
                },
            }
        }
        for _, span in note.about
    ]
    return {
        "ruleId": note.name,
        "ruleIndex": index,
        "level": _LEVELS[note.effect],
        "message": {"text": told(note, verdict)},
        "locations": places[:1],
        "relatedLocations": places[1:],
        "partialFingerprints": {"finding/v1": verdict.fingerprint(note)},
    }


def junit(verdicts: Sequence[Verdict]) -> str:
    """A test case for each config; every error is a failure of it."""
    suite = ET.Element("testsuite", name="llem-rules check", tests=str(len(verdicts)), errors="0")
    failures = 0
    for verdict in verdicts:
        case = ET.SubElement(suite, "testcase", classname=verdict.part.native_type, name=verdict.found.file)
        errors = [note for note in verdict.notes if note.effect == "error"]
        failures += bool(errors)
        if errors:
            failure = ET.SubElement(case, "failure", message=xml_text(errors[0].message), type=errors[0].name)
            failure.text = xml_text("\n".join(f"{note.name}: {told(note, verdict)}" for note in verdict.notes))
        elif verdict.notes:
            ET.SubElement(case, "system-out").text = xml_text(
                "\n".join(f"{note.name}: {told(note, verdict)}" for note in verdict.notes)
            )
    suite.set("failures", str(failures))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"
