"""A matrix of rules over versions: for a person, and as the document that ``schemas/compat-report.schema.json`` describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from llem_rules.corpus.matrix import STATES, Cell, Matrix, RuleOverVersions, State, SweptVersion
from llem_rules.reporting.compat_html import html
from llem_rules.rules.kinds import Model

WORDS: dict[State, str] = {
    "fires": "fire",
    "changed": "changed",
    "absent": "do not exist",
    "unchecked": "unchecked",
}
_MOST = 40


class CompatSummary(Model):
    """Cells of the matrix by state, and rules by what is proved of them."""

    engine: str
    versions: dict[str, SweptVersion]
    rules: int
    cells: int = Field(description="Rules times versions that were replayed.")
    fires: int
    changed: int
    absent: int
    unchecked: int
    unchecked_share: float
    introduced: int = Field(description="Rules with a proved version in which they came.")
    removed: int = Field(description="Rules with a proved version in which they went.")
    with_gaps: int


class CompatItem(RuleOverVersions):
    """One rule."""

    id: str


class CompatReport(Model):
    """``compat --format json``."""

    schema_version: Literal[1] = 1
    command: Literal["compat"] = "compat"
    summary: CompatSummary
    items: tuple[CompatItem, ...]


def cells_of(matrix: Matrix) -> Iterator[tuple[str, str, Cell]]:
    """Every rule on every version that was replayed: (rule, version, cell)."""
    order = matrix.order
    for name, one in matrix.rules.items():
        for version in order:
            cell = one.at(version, order)
            if cell is not None:
                yield name, version, cell


def summary_of(matrix: Matrix) -> CompatSummary:
    """The counts of a matrix."""
    states = [cell.state for _, _, cell in cells_of(matrix)]
    counts = {state: states.count(state) for state in STATES}
    rules = matrix.rules.values()
    return CompatSummary(
        engine=matrix.engine,
        versions=matrix.versions,
        rules=len(matrix.rules),
        cells=len(states),
        **counts,
        unchecked_share=round(counts["unchecked"] / len(states), 4) if states else 0.0,
        introduced=sum(one.introduced is not None for one in rules),
        removed=sum(one.removed is not None for one in rules),
        with_gaps=sum(bool(one.gaps) for one in rules),
    )


def report_of(matrix: Matrix) -> CompatReport:
    """The report of a matrix."""
    items = tuple(CompatItem(id=name, **dict(one)) for name, one in matrix.rules.items())
    return CompatReport(summary=summary_of(matrix), items=items)


def rendered(matrix: Matrix, form: str) -> str:
    """A matrix as ``text``, ``json`` or ``html``."""
    if form == "json":
        return json.dumps(report_of(matrix).model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    if form == "html":
        return html(matrix)
    return "\n".join(_lines(matrix)) + "\n"


def _lines(matrix: Matrix) -> Iterator[str]:
    total = summary_of(matrix)
    yield f"{matrix.engine} · {total.rules} rules · {len(matrix.order)} versions · {total.cells:,} cells"
    yield ""
    yield f"{'version':<16}" + "".join(f"{WORDS[state]:>14}" for state in STATES)
    for name, one in matrix.versions.items():
        if one.unchecked is not None:
            yield f"{name:<16}  nothing could be seen: {one.unchecked.splitlines()[0]}"
        else:
            counts = _counts(matrix, name)
            yield f"{name:<16}" + "".join(f"{counts[state]:>14}" for state in STATES)
    yield ""
    yield from _turns(matrix)
    yield from _unchecked(matrix)
    yield (
        f"{total.introduced} rules with a proved introduction, {total.removed} with a proved removal, "
        f"{total.with_gaps} with gaps; unchecked {total.unchecked} of {total.cells:,} ({total.unchecked_share:.2%})"
    )


def _counts(matrix: Matrix, version: str) -> dict[State, int]:
    cells = [one.at(version, matrix.order) for one in matrix.rules.values()]
    return {state: sum(cell is not None and cell.state == state for cell in cells) for state in STATES}


def _turns(matrix: Matrix) -> Iterator[str]:
    """Where rules came and went, by version."""
    for word, pick in (("came with", 0), ("gone with", 1)):
        by_version: dict[str, list[str]] = {}
        for name, one in matrix.rules.items():
            pair = one.removed if pick else one.introduced
            if pair is not None:
                by_version.setdefault(pair[1], []).append(name)
        for version in (name for name in matrix.order if name in by_version):
            names = by_version[version]
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            yield f"{word} {version:<14} {len(names):>4}  {shown}"
    yield ""


def _unchecked(matrix: Matrix) -> Iterator[str]:
    found = [(name, version, cell) for name, version, cell in cells_of(matrix) if cell.state == "unchecked"]
    for name, version, cell in found[:_MOST]:
        yield f"unchecked    {version}  {name}: {cell.why}"
    if len(found) > _MOST:
        yield f"             and {len(found) - _MOST} more; --format json has them all"
    if found:
        yield ""
