"""A comparison for continuous integration: GitHub annotations and JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from llem_rules.graph.comparison import Comparison, Judged
from llem_rules.graph.places import Places
from llem_rules.reporting.diff_report import messages, notes, title
from llem_rules.reporting.workflow import annotation, xml_text

_LEVELS = {"breaking": "error", "notable": "warning", "safe": "notice"}


def github(comparison: Comparison, places: Places) -> str:
    """Workflow commands: an error for what is breaking, a warning for what is notable, at its line."""
    return "".join(f"{line}\n" for line in _annotations(comparison, places))


def _annotations(comparison: Comparison, places: Places) -> Iterator[str]:
    for note in notes(comparison):
        yield annotation("notice", note, title=f"diff of {comparison.engine}")
    for judged in comparison.items:
        place = places.of(judged.change)
        level = _LEVELS[judged.verdicts.worst] if judged.approval is None else "notice"
        yield annotation(level, messages(judged), file=place.file, line=place.line, title=title(judged.change))


def junit(comparison: Comparison) -> str:
    """One suite a concern, one test a change: what is breaking fails. Unchecked rules are an error, never a pass."""
    root = ElementTree.Element("testsuites", name=f"llem-rules diff {comparison.engine}")
    for concern in comparison.concerns:
        items = [one for one in comparison.items if one.change.concern == concern]
        unchecked = comparison.new.unchecked if concern == "invariants" else 0
        suite = ElementTree.SubElement(
            root, "testsuite", name=f"{comparison.engine} {concern}", tests=str(len(items) + bool(unchecked)),
            failures=str(sum(one.breaking for one in items)), errors=str(int(bool(unchecked))),
            skipped=str(sum(one.approval is not None for one in items)), time="0",
        )  # fmt: skip
        for judged in items:
            _case(suite, judged)
        if unchecked:
            case = ElementTree.SubElement(
                suite, "testcase", classname=comparison.engine, name="unchecked rules", time="0"
            )
            text = f"{unchecked} rules of {comparison.new.name} are unchecked"
            ElementTree.SubElement(case, "error", type="unchecked", message=xml_text(text)).text = xml_text(text)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, judged: Judged) -> None:
    change = judged.change
    name = xml_text(f"{change.kind} {change.identity}")
    case = ElementTree.SubElement(suite, "testcase", classname=change.native_type, name=name, time="0")
    if judged.breaking:
        failure = ElementTree.SubElement(case, "failure", type=change.kind, message=xml_text(change.explain()))
        failure.text = xml_text(f"{messages(judged)}\nfingerprint {change.fingerprint}")
    elif judged.approval is not None:
        reason = f"approved by {judged.approval.author}: {judged.approval.reason}"
        ElementTree.SubElement(case, "skipped", message=xml_text(reason))
