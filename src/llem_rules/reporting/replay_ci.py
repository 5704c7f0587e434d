"""A replay for continuous integration: JUnit XML and GitHub annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from llem_rules.replay.verdict import Verdict
from llem_rules.reporting.replay_report import EngineReport, try_command


def junit(reports: Sequence[EngineReport]) -> str:
    """One suite an engine, one test a rule: a divergence is a failure, an unchecked rule is an error, never a pass."""
    root = ElementTree.Element("testsuites", name="llem-rules replay")
    for report in reports:
        counts = report.counts()
        suite = ElementTree.SubElement(
            root, "testsuite", name=report.engine, tests=str(counts["total"]),
            failures=str(counts["divergent"]), errors=str(counts["unchecked"]), skipped="0",
            time=f"{report.seconds:.3f}",
        )  # fmt: skip
        if report.stopped is not None:
            case = ElementTree.SubElement(suite, "testcase", classname=report.engine, name="environment")
            ElementTree.SubElement(case, "error", message=_clean(report.stopped))
        for verdict in report.verdicts:
            _add_case(suite, verdict, report)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add_case(suite: ElementTree.Element, verdict: Verdict, report: EngineReport) -> None:
    native_type, _, name = verdict.rule.id.rpartition(".")
    case = ElementTree.SubElement(suite, "testcase", classname=native_type, name=name)
    for divergence in verdict.divergences:
        failure = ElementTree.SubElement(case, "failure", type=divergence.kind, message=_clean(divergence.detail))
        failure.text = _clean(f"{dict(divergence.kwargs)}\n{try_command(report, verdict, divergence)}")
    if verdict.outcome == "unchecked":
        ElementTree.SubElement(case, "error", type="unchecked", message=_clean(verdict.unchecked or ""))


def _clean(text: str) -> str:
    """XML 1.0 has no control characters, and a library may print any."""
    return "".join(char if char >= " " or char in "\n\t" else "�" for char in text)


def github(reports: Sequence[EngineReport]) -> str:
    """Workflow commands: an error where a rule diverges, a warning where it could not be checked, at its line."""
    return "".join(f"{line}\n" for report in reports for line in _annotations(report))


def _annotations(report: EngineReport) -> Iterator[str]:
    if report.stopped is not None:
        yield f"::warning title={_value(report.engine)}::{_data(f'{report.total} rules unchecked: {report.stopped}')}"
    for verdict in report.verdicts:
        located = report.places.get(verdict.rule.id)
        where = ""
        if located is not None:
            span = located.span()
            where = f"file={_value(located.file)},line={span.line},col={span.column},"
        for divergence in verdict.divergences:
            text = f"{divergence.kind} on {dict(divergence.kwargs)}: {divergence.detail}"
            yield f"::error {where}title={_value(verdict.rule.id)}::{_data(text)}"
        if verdict.outcome == "unchecked":
            yield f"::warning {where}title={_value(verdict.rule.id)}::{_data(verdict.unchecked or '')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
