"""Problems that the parser itself has, or lets pass: broken grammar, and tabs."""

from __future__ import annotations

from typing import Any

import yaml

from llem_rules.corpus.findings import Finding, Location, Span
from llem_rules.corpus.yaml_document import YamlDocument

_TAB = "a tab: YAML is indented with blanks only"


def syntax_finding(file: str, text: str, error: yaml.YAMLError) -> Finding:
    """Where and why libyaml gave up, in words that help."""
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark) is not None:
        line, column = mark.line + 1, mark.column + 1
        said = " ".join(part for part in (error.context, error.problem) if part)
    else:
        index = getattr(error, "position", 0) or 0
        before = text.encode()[:index].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        said = str(getattr(error, "reason", None) or error)
    lines = text.split("\n")
    if (line <= len(lines) and lines[line - 1][column - 1 : column] == "\t") or "'\\t'" in said:
        return Finding(file, Span(line, column, line, column + 1), "L007", _TAB)
    return Finding(file, Span(line, column, line, column + 1), "L002", f"not YAML: {said}", hint=_way_out(said))


def _way_out(said: str) -> str | None:
    if "mapping values are not allowed" in said:
        return 'a text with ": " in it needs quotes'
    if "cannot start any token" in said:
        return "a text that starts with @, `, % or } needs quotes"
    return None


def report_tabs(document: YamlDocument) -> None:
    """Tabs that libyaml lets pass: outside of quoted text and comments nobody can see them."""
    if "\t" not in document.text:
        return
    inside = [span for location, span in document.values.items() if not _container(document.data, location)]
    inside += document.keys.values()
    for number, line in enumerate(document.text.split("\n"), start=1):
        column = line.find("\t") + 1
        in_text = any((s.line, s.column) <= (number, column) < (s.end_line, s.end_column) for s in inside)
        if column and not in_text and "#" not in line[:column]:
            document.report("L007", Span(number, column, number, column + 1), _TAB)


def _container(data: Any, location: Location) -> bool:
    for part in location:
        data = data[part]
    return isinstance(data, dict | list) and bool(data)
