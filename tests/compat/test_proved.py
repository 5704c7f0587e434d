"""What the committed sweeps say, asked again: rules came with a version, and the live libraries on both sides show it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from llem_rules.cli.app import run
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.matrix import Cell, Matrix, load_matrix
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.reporting.compat_report import summary_of
from llem_rules.rules.kinds import RuleBase

ENGINES = ["transformers", pytest.param("vllm", marks=pytest.mark.xdist_group("vllm"))]


def matrix_of(engine: str) -> Matrix:
    found = load_matrix(engine, find_project())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("engine", "versions", "first", "last"), [("transformers", 15, "4.49", "5.23"), ("vllm", 6, "0.8", "0.32")]
)
def test_enough_was_swept(engine: str, versions: int, first: str, last: str) -> None:
    matrix = matrix_of(engine)
    minors = {Version(one).release[:2] for one in matrix.order}
    assert len(minors) >= versions
    assert {Version(first).release, Version(last).release} <= minors
    total = summary_of(matrix)
    assert total.unchecked_share < 0.02
    assert total.introduced + total.removed >= 10
    cells = [span.cell for row in matrix.rules.values() for span in row.spans]
    assert all(cell.why for cell in cells if cell.state in ("unchecked", "absent", "changed"))


def turns(engine: str) -> dict[tuple[str, str], list[RuleBase]]:
    """Rules whose effect came between two versions that both have what the rule speaks of, by these versions."""
    matrix = matrix_of(engine)
    found: dict[tuple[str, str], list[RuleBase]] = {}
    for rule in read_rulebook(engine, find_project()).rules:
        row = matrix.rules.get(rule.id)
        if row is None or row.introduced is None:
            continue
        before, after = (row.at(version, matrix.order) for version in row.introduced)
        if _shown(before) and after is not None and after.state == "fires":
            found.setdefault(row.introduced, []).append(rule)
    return found


def _shown(cell: Cell | None) -> bool:
    return cell is not None and cell.positive is not None and cell.positive.effect is not None


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_both_sides_of_ten_turns(engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_pair = turns(engine)
    pair = max(by_pair, key=lambda one: len(by_pair[one]))
    rules = by_pair[pair][:10]
    assert len(rules) == 10, Counter({one: len(rules) for one, rules in by_pair.items()})
    lines = [{"native_type": one.native_type, "kwargs": one.kwargs_positive, "reach": one.reach} for one in rules]
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    seen: dict[str, list[dict[str, Any]]] = {}
    for version in pair:
        capsys.readouterr()
        assert run(["try", engine, "--jsonl", str(path), "--version", version]) == 0
        seen[version] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for rule, before, after in zip(rules, seen[pair[0]], seen[pair[1]], strict=True):
        said = {"warn", "dormant_announced"}
        wanted = said if rule.expected.effect in said else {rule.expected.effect}
        assert after["effect"] in wanted, rule.id
        assert before["effect"] not in wanted, rule.id
