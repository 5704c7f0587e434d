"""Hooks of mkdocs: the pages of rules are made from the corpora while the site is built; they are no files of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from llem_rules.check.load import validated_document
from llem_rules.corpus.locate import find_project
from llem_rules.engines.registry import engine_names
from llem_rules.reporting.rule_pages import pages

_DOCS = Path(__file__).parent.parent
_MADE = "Nothing has to be loaded to read them all in one place: `llem-rules report` writes them as one file, with search.\n"


def on_config(config: Any) -> Any:
    """Fill the two parts of the navigation that are folders."""
    proved, examples = _proved(), sorted(one.relative_to(_DOCS).as_posix() for one in _DOCS.glob("examples/**/*.md"))
    rules = [
        {engine: [f"rules/{engine}/index.md", *sorted(set(made) - {f"rules/{engine}/index.md"})]}
        for engine, made in proved.items()
    ]
    config["made_pages"] = {file: text for made in proved.values() for file, text in made.items()}
    config["made_pages"]["rules/index.md"] = _list(proved)
    found = {"rules/": ["rules/index.md", *rules], "examples/": examples}
    config["nav"] = _filled(config["nav"], found)
    return config


def _proved() -> dict[str, dict[str, str]]:
    project = find_project(_DOCS)
    return {
        name: pages(name, validated_document(name, project))
        for name in engine_names()
        if project.corpus_dir(name).is_dir()
    }


def _list(proved: dict[str, dict[str, str]]) -> str:
    lines = ["# Rules", "", *(f"- [{name}]({name}/index.md)" for name in proved), "", _MADE]
    return "\n".join(lines)


def _filled(nav: Any, found: dict[str, Any]) -> Any:
    if isinstance(nav, list):
        return [_filled(one, found) for one in nav]
    if isinstance(nav, dict):
        return {name: _filled(one, found) for name, one in nav.items()}
    return found.get(nav, nav)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that were made."""
    for file, text in config["made_pages"].items():
        files.append(File.generated(config, file, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Records say again what the rules say: a search would find everything twice."""
    if page.file.src_uri.startswith(("generated/", "examples/")):
        page.meta.setdefault("search", {})["exclude"] = True
    return markdown
