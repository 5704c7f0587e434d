"""The registry of lint's codes: what each means, what to avoid, what to prefer, and why."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llem_rules.corpus.reader import read_yaml


@dataclass(frozen=True)
class Code:
    """One entry of ``codes.yaml``."""

    code: str
    title: str
    summary: str
    avoid: str
    prefer: str
    rationale: str


@cache
def codes() -> dict[str, Code]:
    """All codes, sorted."""
    document = read_yaml(Path(__file__).with_name("codes.yaml"))
    return {code: Code(code, **about) for code, about in sorted(document.data.items())}


def as_markdown() -> str:
    """The page ``docs/lint-codes.md``; ``python -m llem_rules.corpus.lint.codes`` prints it."""
    parts = [
        "# Lint codes",
        "Made from `src/llem_rules/corpus/lint/codes.yaml`:\n"
        "`python -m llem_rules.corpus.lint.codes > docs/lint-codes.md`.",
        "| code | meaning |\n|---|---|\n"
        + "\n".join(f"| [{one.code}](#{_anchor(one)}) | {one.title} |" for one in codes().values()),
    ]
    for one in codes().values():
        parts += [
            f"## {one.code} {one.title}",
            one.summary,
            f"Avoid\n\n```yaml\n{one.avoid}\n```",
            f"Prefer\n\n```yaml\n{one.prefer}\n```",
            one.rationale,
        ]
    return "\n\n".join(parts) + "\n"


def _anchor(one: Code) -> str:
    kept = "".join(char for char in f"{one.code} {one.title}".lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
