"""From paths to findings: which files, which checks, and what could not be read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from llem_rules.corpus.documents import rules_in
from llem_rules.corpus.files import Unreadable
from llem_rules.corpus.findings import Finding
from llem_rules.corpus.lint import circles, effects, examples, meaning, names
from llem_rules.corpus.lint.known import known_about
from llem_rules.corpus.lint.subject import Check, Subject
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.corpus.reader import YamlDocument, read_yaml

CHECKS: tuple[Check, ...] = (*names.CHECKS, *effects.CHECKS, *examples.CHECKS, *meaning.CHECKS)
UNREADABLE = "L001"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class LintResult:
    """What was looked at, and what was found, by file and place. ``texts`` are the files' contents, for code frames."""

    findings: tuple[Finding, ...]
    files: int
    rules: int
    texts: dict[str, str]

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 a file was unreadable, 4 nothing to check."""
        if any(finding.code == UNREADABLE for finding in self.findings):
            return 2
        if self.findings:
            return 1
        return 0 if self.files else 4


def lint_paths(paths: Iterable[Path] = (), project: Project | None = None) -> LintResult:
    """Lint files, and folders with all they hold; without paths, the project's rules and versions files."""
    project = project or find_project()
    chosen = list(paths) or [project.rules_dir(), project.engine_versions_dir]
    findings: list[Finding] = []
    subjects: list[Subject] = []
    texts: dict[str, str] = {}
    files = expand(chosen)
    for path in files:
        name = shown(path)
        try:
            document = read_yaml(path, name)
        except Unreadable as refused:
            findings.append(refused.finding)
            continue
        texts[name] = document.text
        if is_versions_file(path, document):
            from llem_rules.corpus.versions import versions_from

            findings += versions_from(document, path)[1]
            continue
        loaded = rules_in(document, path)
        findings += loaded.findings
        subjects += [Subject(located, known_about(located.rule.native_type, project)) for located in loaded.rules]
    findings += [finding for subject in subjects for check in CHECKS for finding in check(subject)]
    findings += [*meaning.duplicate_ids(subjects), *meaning.duplicate_predicates(subjects)]
    findings += circles.dormancies_in_circles(subjects)
    return LintResult(tuple(sorted(set(findings), key=_order)), len(files), len(subjects), texts)


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.file, finding.span, finding.code, finding.message)


def is_versions_file(path: Path, document: YamlDocument) -> bool:
    """Whether a file is an engine's versions file: by its folder, or by what is in it."""
    data = document.data
    return path.absolute().parent.name == "engine_versions" or (
        isinstance(data, dict) and "engine" in data and "library" in data
    )


def expand(paths: Iterable[Path]) -> list[Path]:
    """Files as given, folders with all YAML files in them (hidden ones left out), each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        for folder, inner, names_here in os.walk(path):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(names_here):
                if name.endswith(_SUFFIXES) and not name.startswith("."):
                    found[Path(folder) / name] = None
    return list(found)
