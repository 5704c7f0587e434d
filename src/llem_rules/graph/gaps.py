"""What was observed at run time and no rule says: a line for each rule that ``report-gaps`` proposes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llem_rules.corpus.artefacts import load_yaml
from llem_rules.corpus.locate import Project, shown
from llem_rules.engines import find_engine
from llem_rules.rules.failure import Failure

FILE_NAME = "runtime_gaps.yaml"


def runtime_gaps(engine: str, project: Project, path: Path | None = None) -> list[str]:
    """A line for each proposed rule of an engine: its id, and what the library said. Sorted.

    Without a path it is ``corpus/<engine>/runtime_gaps.yaml``, and none where there is no such file.

    Raises:
        Failure: (2) the file that was asked for is not there, or it is no list of rules with ids.
    """
    file = path or project.corpus_dir(engine) / FILE_NAME
    if path is None and not file.is_file():
        return []
    document = load_yaml(file)
    if document is None:
        return []
    if not isinstance(document, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in document
    ):
        raise Failure(f"{shown(file)} is no list of proposed rules", hint="it is what report-gaps writes")
    package = find_engine(engine).package
    return sorted(_line(one) for one in document if one["id"].partition(".")[0] == package)


def _line(proposed: dict[str, Any]) -> str:
    said = proposed.get("message_template")
    return f"{proposed['id']}: {' '.join(said.split())}" if isinstance(said, str) else proposed["id"]
