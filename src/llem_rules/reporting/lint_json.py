"""Lint's findings for programs: the document that ``schemas/lint-report.schema.json`` describes."""

from __future__ import annotations

from llem_rules.corpus.lint import LintResult
from llem_rules.corpus.lint.report import LintItem, LintReport, LintSummary


def lint_json(result: LintResult) -> str:
    """The report as JSON text."""
    items = [
        LintItem(
            file=finding.file,
            line=finding.span.line,
            column=finding.span.column,
            end_line=finding.span.end_line,
            end_column=finding.span.end_column,
            code=finding.code,
            message=finding.message,
            suggestion=finding.suggestion,
            hint=finding.hint,
            rule=finding.rule,
        )
        for finding in result.findings
    ]
    summary = LintSummary(
        files=result.files,
        rules=result.rules,
        problems=len(items),
        files_with_problems=len({item.file for item in items}),
    )
    report = LintReport(schema_version=1, command="lint", summary=summary, items=items)
    return report.model_dump_json(indent=2) + "\n"
