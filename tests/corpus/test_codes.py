"""The registry of codes: complete, and in step with the checks and with the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llem_rules.corpus.lint.codes import Code, as_markdown, codes

ROOT = Path(__file__).parents[2]


def test_registry_holds_exactly_the_codes_in_use() -> None:
    sources = [*(ROOT / "src/llem_rules/corpus").rglob("*.py"), *(ROOT / "src/llem_rules/rules").glob("*.py")]
    used = {code for path in sources for code in re.findall(r'"(L\d{3})"', path.read_text())}
    assert used == set(codes())


def test_page_is_fresh() -> None:
    assert (ROOT / "docs/lint-codes.md").read_text() == as_markdown()


@pytest.mark.parametrize("about", codes().values(), ids=lambda about: about.code)
def test_entry_is_written_for_people(about: Code) -> None:
    assert about.summary.endswith(".")
    assert about.rationale.endswith(".")
    assert about.avoid != about.prefer
