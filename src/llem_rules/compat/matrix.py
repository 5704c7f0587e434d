"""From the results of single versions to each rule's way through them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from packaging.version import Version

from llem_rules.compat.one import VersionResult, digest_of
from llem_rules.compat.sweep import Sweep
from llem_rules.corpus.matrix import STATES, Cell, Matrix, RuleOverVersions, Span, State, SweptVersion, shows
from llem_rules.rules.kinds import RuleBase


def matrix_of(engine: str, swept: Sweep, before: Matrix | None, rules: Sequence[RuleBase]) -> Matrix:
    """The matrix of a sweep. ``before``: an earlier one, whose versions stay where the rule is still the same.

    What is new counts; a version that failed this time keeps what was known of it.
    """
    columns = {name: {**_earlier(before, name, rules), **one.cells} for name, one in swept.results.items()}
    about = {name: _about(one, columns[name]) for name, one in swept.results.items()}
    about |= {name: SweptVersion(unchecked=why) for name, why in swept.failures.items()}
    for name, one in before.versions.items() if before else ():
        if name not in swept.results and one.unchecked is None:
            cells = _earlier(before, name, rules)
            if cells:
                columns[name], about[name] = cells, one.model_copy(update={"counts": _counts(cells.values())})
        elif name not in about:
            about[name] = one
    versions = {name: about[name] for name in sorted(about, key=Version)}
    order = [name for name in versions if name in columns]
    over = {rule.id: _over(rule, [(name, columns[name].get(rule.id)) for name in order]) for rule in rules}
    return Matrix(engine=engine, versions=versions, rules=dict(sorted(over.items())))


def unknown_in(before: Matrix, version: str, rules: Sequence[RuleBase]) -> list[RuleBase]:
    """The rules of each native type of which some rule was not seen on a version as it is now, in their order.

    A rule is judged on the points of all rules of its type, so a type is known as a whole or not at all.
    """
    known = _earlier(before, version, rules)
    left = {rule.native_type for rule in rules if rule.id not in known or known[rule.id].state == "unchecked"}
    return [rule for rule in rules if rule.native_type in left]


def _about(result: VersionResult, column: Mapping[str, Cell]) -> SweptVersion:
    return SweptVersion(environment=result.environment, unchecked=None, counts=_counts(column.values()))


def _counts(cells: Iterable[Cell]) -> dict[State, int]:
    states = [cell.state for cell in cells]
    return {state: states.count(state) for state in STATES}


def _earlier(before: Matrix | None, version: str, rules: Sequence[RuleBase]) -> dict[str, Cell]:
    """The cells of a version that was swept earlier, of the rules that are still the same."""
    found: dict[str, Cell] = {}
    if before is None or version not in before.order:
        return found
    for rule in rules:
        known = before.known_of(rule.id, digest_of(rule))
        cell = known.at(version, before.order) if known else None
        if cell is not None:
            found[rule.id] = cell
    return found


def _over(rule: RuleBase, cells: Sequence[tuple[str, Cell | None]]) -> RuleOverVersions:
    known = [(version, cell) for version, cell in cells if cell is not None]
    applies = [version for version, cell in known if cell.state == "fires"]
    told = [(version, shows(cell, rule.expected.effect)) for version, cell in known]
    seen = [(version, shown) for version, shown in told if shown is not None]
    there = [index for index, (_, shown) in enumerate(seen) if shown]
    inside = seen[there[0] : there[-1]] if there else []
    return RuleOverVersions(
        digest=digest_of(rule),
        applies_to=tuple(applies),
        introduced=_turn(seen),
        last_seen=seen[there[-1]][0] if there else None,
        removed=_turn(seen[::-1], backwards=True),
        gaps=tuple(version for version, shown in inside if not shown),
        spans=tuple(_spans(cells)),
    )


def _turn(seen: Sequence[tuple[str, bool]], *, backwards: bool = False) -> tuple[str, str] | None:
    """The first change to holding, as (last version without, first with); read backwards, the last change away from it."""
    first = next((index for index, (_, fires) in enumerate(seen) if fires), None)
    if not first:
        return None
    pair = (seen[first - 1][0], seen[first][0])
    return pair[::-1] if backwards else pair


def _spans(cells: Sequence[tuple[str, Cell | None]]) -> list[Span]:
    """Neighbours that are alike, as one. A version on which the rule was not looked at parts them."""
    spans: list[Span] = []
    neighbour = False
    for version, cell in cells:
        if cell is None:
            neighbour = False
            continue
        joins, neighbour = neighbour, True
        if joins and spans[-1].cell.likeness == cell.likeness:
            spans[-1] = Span(first=spans[-1].first, last=version, cell=cell)
        else:
            spans.append(Span(first=version, last=version, cell=cell))
    return spans
