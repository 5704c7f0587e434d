"""The shape of ``lint --format json``; its schema is published as ``schemas/lint-report.schema.json``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from llem_rules.rules.kinds import Model


class LintItem(Model):
    """One finding. Lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str = Field(pattern=r"^L\d{3}$")
    message: str
    suggestion: str | None = Field(description="The word that was probably meant.")
    hint: str | None = Field(description="The way out.")
    rule: str | None = Field(description="The id of the rule, where the finding is about one.")


class LintSummary(Model):
    """How much was looked at and found."""

    files: int
    rules: int
    problems: int
    files_with_problems: int


class LintReport(Model):
    """The whole report, sorted by file and place."""

    schema_version: Literal[1]
    command: Literal["lint"]
    summary: LintSummary
    items: list[LintItem]
