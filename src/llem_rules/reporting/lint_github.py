"""Lint's findings as GitHub workflow commands, which annotate the lines of a pull request."""

from __future__ import annotations

from llem_rules.corpus.lint import LintResult


def lint_github(result: LintResult) -> str:
    """One ``::error`` line for each finding."""
    lines = []
    for finding in result.findings:
        text = finding.sentence + (f"\n{finding.hint}" if finding.hint else "")
        span = finding.span
        where = f"file={_property(finding.file)},line={span.line},col={span.column}"
        where += f",endLine={span.end_line},title={finding.code}"
        lines.append(f"::error {where}::{_data(text)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
