"""Guides that can be run. ``python -m tests.docs.guides --write`` puts into them what their commands print now.

A fenced block with ``title="FILE"`` is a file. In a ``console`` block every line that begins with ``$`` is a command, and
what stands below it is its output. Commands of one page run in order, in one copy of the project's data.
A block whose first line is ``# not run`` shows commands that take too long, or need what is not here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from llem_rules.corpus.locate import find_project

ROOT = find_project(Path(__file__).parent).root
PAGES = sorted([ROOT / "docs/index.md", *(ROOT / "docs/guides").glob("*.md"), *(ROOT / "docs/reference").glob("*.md")])
_BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LONGEST = 40


def told(page: Path) -> str:
    """A page with the outputs that its commands print now."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in ("rules", "engine_versions", "corpus", "schemas"):
            shutil.copytree(ROOT / name, folder / name)
        return _BLOCK.sub(lambda block: _block(block, folder), page.read_text(encoding="utf-8"))


def _block(block: re.Match[str], folder: Path) -> str:
    language, title, body = block.groups()
    if title:
        file = folder / title
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, encoding="utf-8")
    if language != "console" or body.startswith("# not run"):
        return block[0]
    commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
    return "```console\n" + "".join(f"$ {command}\n{_output(command, folder)}" for command in commands) + "```"


def _output(command: str, folder: Path) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "120"}
    shell = ["bash", "-c", command]
    both: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    ended = subprocess.run(shell, cwd=folder, env=environment, text=True, check=False, **both)
    lines = [line.rstrip().replace(str(folder), "…") for line in ended.stdout.splitlines()]
    kept = lines if len(lines) <= _LONGEST else [*lines[: _LONGEST - 1], "…"]
    return "".join(f"{line}\n" for line in kept)


def likeness(text: str) -> list[str]:
    """Lines without what a new corpus, version or cache changes in passing: figures, and the width of columns."""
    text = re.sub(r" \(\d+ remembered\)", "", text)
    return [" ".join(re.sub(r"[\d,.]*\d", "0", re.sub("─+", "─", line)).split()) for line in text.splitlines()]


if __name__ == "__main__":
    chosen = [Path(one).resolve() for one in sys.argv[2:]] or PAGES
    for one in chosen:
        new = told(one)
        if sys.argv[1:2] == ["--write"]:
            one.write_text(new, encoding="utf-8")
        sys.stdout.write(f"{one.relative_to(ROOT)}\n")
