"""Findings on configs for continuous integration: SARIF 2.1.0, GitHub annotations, JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from llem_rules import __version__
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.reporting.check_text import way_out, what_happens
from llem_rules.reporting.workflow import annotation, xml_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "dormant_silent": "warning", "dormant_announced": "warning", "warn": "note"}


def told(note: Note, verdict: Verdict, on: Sequence[str] = ()) -> str:
    """A finding in one paragraph: what is wrong, what the engine does, since when, and the way out.

    ``on``: the platforms that it holds on alone.
    """
    meant = f'; did you mean "{note.suggestion}"?' if note.suggestion else ""
    does = what_happens(note, note.about[0][0]) if note.about else ""
    out = "; ".join(filter(None, (does, way_out(note, verdict))))
    where = f"on {', '.join(on)} alone: " if on else ""
    return where + note.message + meant + (f" ({out})" if out else "")


def _all_of(verdict: Verdict) -> Iterator[tuple[Note, tuple[str, ...]]]:
    """All that is said of a part, with the platforms of what holds on some alone: that is no finding, and told behind them."""
    yield from ((note, ()) for note in verdict.notes)
    yield from ((note, on) for on, note in verdict.differs)


def _level(note: Note, on: Sequence[str]) -> str:
    """In SARIF's words. What nobody said the config is for cannot fail a build."""
    return "note" if on else _LEVELS[note.effect]


def github(verdicts: Sequence[Verdict]) -> str:
    """One workflow command for each finding, and a notice for each thing that holds on some platforms alone."""
    return "".join(
        annotation(
            {"error": "error", "warning": "warning", "note": "notice"}[_level(note, on)],
            told(note, verdict, on),
            file=verdict.found.file,
            line=span.line,
            col=span.column,
            endLine=span.end_line,
            title=note.name,
        )
        + "\n"
        for verdict in verdicts
        for note, on in _all_of(verdict)
        for _, span in note.about[:1]
    )


def sarif(verdicts: Sequence[Verdict]) -> str:
    """The log as text: a rule for each that has findings, a result for each finding."""
    names = sorted({note.name for verdict in verdicts for note, _ in _all_of(verdict)})
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "llem-rules check", "semanticVersion": __version__, "rules": [*map(_rule, names)]}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(verdict, note, names.index(note.name), on) for verdict in verdicts for note, on in _all_of(verdict)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, default=repr) + "\n"


def _rule(name: str) -> dict[str, Any]:
    about: dict[str, Any] = {"id": name, "shortDescription": {"text": name}}
    if "." in name:  # the rest are no rules of a corpus, but what the readers of the formats say
        about["help"] = {"text": f"llem-rules explain {name}"}
    return about


def _result(verdict: Verdict, note: Note, index: int, on: Sequence[str]) -> dict[str, Any]:
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
        "level": _level(note, on),
        "message": {"text": told(note, verdict, on)},
        "locations": places[:1],
        "relatedLocations": places[1:],
        "partialFingerprints": {"finding/v1": verdict.fingerprint(note)},
        "properties": {"effect": note.effect, **({"platforms": list(on)} if on else {})},
    }


def junit(verdicts: Sequence[Verdict]) -> str:
    """A test case for each config; every error is a failure of it."""
    suite = ET.Element("testsuite", name="llem-rules check", tests=str(len(verdicts)), errors="0")
    failures = 0
    for verdict in verdicts:
        case = ET.SubElement(suite, "testcase", classname=verdict.part.native_type, name=verdict.found.file)
        errors = [note for note in verdict.notes if note.effect == "error"]
        text = xml_text("\n".join(f"{note.name}: {told(note, verdict, on)}" for note, on in _all_of(verdict)))
        failures += bool(errors)
        if errors:
            failure = ET.SubElement(case, "failure", message=xml_text(errors[0].message), type=errors[0].name)
            failure.text = text
        elif text:
            ET.SubElement(case, "system-out").text = text
    suite.set("failures", str(failures))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"
