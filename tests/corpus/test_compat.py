"""Probe results on disk: oldest version first, the same bytes for the same results, and a damaged file is told."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from llem_rules.corpus.compat import Compatibility, Lost, ProbeResult, compat_path, read_compat, write_compat
from llem_rules.corpus.locate import Project
from llem_rules.corpus.schemas import schema
from llem_rules.rules.failure import Failure

PASS = ProbeResult(verdict="pass", pin=">=1", landmarks=3, fingerprint="ab", declared="cd")
FAIL = PASS.model_copy(
    update={"verdict": "fail", "reasons": ("landmark-missing",), "missing": (Lost(landmark="a.B", why="gone"),)}
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "engine_versions").mkdir()
    return Project(tmp_path, "tree")


def test_results_come_back(project: Project) -> None:
    kept = read_compat("tiny", project)
    assert kept.result("1.0", "schemas") is None
    for version, result in (("1.10", PASS), ("1.9", FAIL)):
        kept = kept.with_result(version, "schemas", result).with_result(version, "invariants", PASS)
    assert write_compat(kept, project)
    assert not write_compat(kept, project)
    document = json.loads(compat_path("tiny", project).read_text())
    assert list(document["versions"]) == ["1.9", "1.10"]
    assert list(document["versions"]["1.9"]) == ["invariants", "schemas"]
    jsonschema.validate(document, schema("compat"))
    assert read_compat("tiny", project) == Compatibility.model_validate(document)
    assert read_compat("tiny", project).result("1.9", "schemas") == FAIL


@pytest.mark.parametrize("text", ["", "[]", '{"engine": 1}', '{"schema_version": 2, "engine": "tiny"}'])
def test_a_damaged_file_is_told(project: Project, text: str) -> None:
    compat_path("tiny", project).write_text(text)
    with pytest.raises(Failure, match="holds no probe results"):
        read_compat("tiny", project)
