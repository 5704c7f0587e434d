"""What the guides show is what their commands print; links of the site lead somewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llem_rules.check.load import validated_document
from llem_rules.cli.app import run
from llem_rules.corpus.locate import find_project
from llem_rules.engines.registry import engine_names
from llem_rules.reporting.rule_pages import pages
from tests.docs.guides import PAGES, ROOT, likeness, told

sys.path.insert(0, str(ROOT / "docs/site"))
from links import broken  # type: ignore[import-not-found]


@pytest.mark.slow
@pytest.mark.xdist_group("guides")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_guide_shows_is_what_happens(page: Path) -> None:
    shown = page.read_text(encoding="utf-8")
    assert likeness(shown) == likeness(told(page)), f"python -m tests.docs.guides --write {page.relative_to(ROOT)}"


def test_a_changed_output_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '```yaml title="a.yaml"\nvllm.SamplingParams: {n: 1}\n```\n\n```console\n$ cat a.yaml | tr n N\nother\n```\n'
    )
    assert told(page).splitlines()[5:7] == ["$ cat a.yaml | tr n N", "vllm.SampliNgParams: {N: 1}"]
    assert likeness(told(page)) != likeness(page.read_text())
    assert likeness("182 rules  x") == likeness("1,345 rules x")


BROKEN = {
    "fine": ('<a id="x" href="other/#y">', []),
    "no such file": ('<a href="gone/">', ["index.html: gone/"]),
    "no such place": ('<a href="other/#z">', ["index.html: other/#z"]),
    "no such place here": ('<a href="#nowhere">', ["index.html: #nowhere"]),
    "elsewhere": ('<a href="https://example.org/x">', []),
    "no such picture": ('<img src="none.png">', ["index.html: none.png"]),
}


@pytest.mark.parametrize(("page", "found"), BROKEN.values(), ids=BROKEN)
def test_broken_links(page: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(page)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/index.html").write_text('<h2 id="y">y</h2>')
    assert broken(tmp_path) == found


def test_explain_names_a_place_that_the_pages_have(capsys: pytest.CaptureFixture[str]) -> None:
    document = validated_document("transformers")
    assert run(["explain", document["rules"][0]["id"]]) == 0
    file, place = capsys.readouterr().out.split("\n           ")[-1].split()[0].split("/#")
    assert f"{{ #{place} }}" in pages("transformers", document)[f"{file}.md"]


def test_every_rule_has_its_place() -> None:
    made = pages("transformers", validated_document("transformers"))
    count = sum(text.count(" }\n") for file, text in made.items() if not file.endswith("index.md"))
    assert count == len(validated_document("transformers")["rules"])


def test_the_engines_of_the_guide_are_those_there_are() -> None:
    guide = (find_project(ROOT).root / "docs/guides/engines.md").read_text()
    assert [name for name in engine_names() if f"| `{name}` |" not in guide] == []
