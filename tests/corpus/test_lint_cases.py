"""The folders are the table: ``lint/<code>/bad-*.yaml`` says in its first lines what lint has to find, ``good-*`` nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llem_rules.corpus.lint import lint_paths
from llem_rules.corpus.lint.codes import codes
from llem_rules.corpus.locate import Project

HERE = Path(__file__).parent
PROJECT = Project(HERE / "project", "tree")
CASES = sorted((HERE / "lint").rglob("*.yaml"))
EXPECTED = re.compile(r"# expect: (\d+):(\d+) (L\d{3})")


def _name(case: Path) -> str:
    return str(case.relative_to(HERE / "lint"))


def _code(case: Path) -> str:
    return _name(case)[:4]


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_finds_what_the_case_says(case: Path) -> None:
    expected = [(int(line), int(column), code) for line, column, code in EXPECTED.findall(case.read_text())]
    result = lint_paths([case], PROJECT)
    found = [(finding.span.line, finding.span.column, finding.code) for finding in result.findings]
    assert found == expected
    assert result.exit_code == (1 if expected else 0)


@pytest.mark.parametrize("case", [case for case in CASES if case.name.startswith("bad")], ids=_name)
def test_a_bad_case_is_about_its_own_code(case: Path) -> None:
    assert _code(case) in {code for _, _, code in EXPECTED.findall(case.read_text())}


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_case(code: str) -> None:
    if code != "L001":  # what cannot be read cannot well be committed: test_files.py makes those
        assert list((HERE / "lint" / code).rglob("bad-*.yaml"))


def test_no_case_stands_twice() -> None:
    texts = [EXPECTED.sub("", case.read_text()).strip() for case in CASES if _code(case) not in {"L009", "L023"}]
    bad = [text for text, case in zip(texts, CASES, strict=False) if case.name.startswith("bad")]
    assert len(bad) == len(set(bad))


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_place_is_in_the_file(case: Path) -> None:
    lines = case.read_text().removeprefix("\ufeff").split("\n")
    for finding in lint_paths([case], PROJECT).findings:
        line, column, end_line, end_column = finding.span
        assert (line, column) <= (end_line, end_column)
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert "{" not in finding.message.replace("{field", "").replace("{*}", "") or finding.code != "L010"
