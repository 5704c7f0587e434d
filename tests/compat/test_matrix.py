"""Which versions are chosen, and what a row of the matrix says of a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from llem_rules.compat import Sweep, choose, matrix_of, unknown_in
from llem_rules.compat.one import VersionResult, digest_of
from llem_rules.corpus.matrix import Cell, Matrix, Sight, matrix_text, shows
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import RuleBase, rule_from

RELEASES = ["5.10.4", "5.0.0", "4.57.6", "4.57.5", "4.49.0", "5.1.0rc1", "5.1.0", "6.0.0", "strange"]
CHOSEN = [
    (">=4.49,<6", False, ["4.49.0", "4.57.5", "4.57.6", "5.0.0", "5.1.0", "5.10.4"]),
    (">=4.49,<6", True, ["4.49.0", "4.57.6", "5.0.0", "5.1.0", "5.10.4"]),
    ("4.57-5.0", True, ["4.57.6", "5.0.0"]),
    ("==5.*", False, ["5.0.0", "5.1.0", "5.10.4"]),
]


@pytest.mark.parametrize(("wanted", "every_minor", "chosen"), CHOSEN)
def test_versions_are_chosen(wanted: str, every_minor: bool, chosen: list[str]) -> None:
    assert choose(RELEASES, wanted, every_minor=every_minor) == chosen


@pytest.mark.parametrize(
    ("wanted", "said", "code"),
    [("==7.0", "no release lies in '==7.0'; there are 4.49.0 to 6.0.0", 4), ("new", "no range", 2)],
)
def test_none_is_chosen(wanted: str, said: str, code: int) -> None:
    with pytest.raises(Failure, match=said) as failed:
        choose(RELEASES, wanted, every_minor=False)
    assert failed.value.code == code


RULE = rule_from(
    {
        "id": "lib.Type.n-below-two",
        "kind": "invalidity",
        "native_type": "lib.Type",
        "match": {"n": {"<": 2}},
        "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
        "kwargs_positive": {"n": 1},
        "kwargs_negative": {"n": 2},
    }
)


def _changed(effect: str, negative: str = "negative_confirmed") -> Cell:
    return Cell(
        state="changed",
        why="x",
        positive=Sight(verdict="wrong", effect=effect),
        negative=Sight(verdict=negative, effect="pass"),
    )


F = Cell(state="fires", positive=Sight(verdict="positive_confirmed", effect="error"))
A, U = Cell(state="absent", why="no field n"), Cell(state="unchecked", why="timeout")
W, P, N = _changed("error"), _changed("pass"), _changed("error", "noisy")


@pytest.mark.parametrize(
    ("cell", "effect", "shown"),
    [
        (F, "error", True), (A, "error", False), (U, "error", None),
        (W, "error", True), (P, "error", False), (N, "error", None),
        (_changed("dormant_announced"), "warn", True), (_changed("dormant_silent"), "warn", False),
    ],
)  # fmt: skip
def test_whether_the_effect_is_there(cell: Cell, effect: str, shown: bool | None) -> None:
    assert shows(cell, effect) is shown  # type: ignore[arg-type]


# cells by version; applies to, introduced, last seen, removed, gaps, number of spans
ROWS = [
    ([F, F, F], ["1", "2", "3"], None, "3", None, [], 1),
    ([A, F, F], ["2", "3"], ("1", "2"), "3", None, [], 2),
    ([A, P, F], ["3"], ("2", "3"), "3", None, [], 3),
    ([F, F, A], ["1", "2"], None, "2", ("2", "3"), [], 2),
    ([F, P, F], ["1", "3"], None, "3", None, ["2"], 3),
    ([A, F, P], ["2"], ("1", "2"), "2", ("2", "3"), [], 3),
    # Another exception is the same effect in other words: the rule does not apply to the letter, and was not introduced later.
    ([W, F, F], ["2", "3"], None, "3", None, [], 2),
    ([A, W, F], ["3"], ("1", "2"), "3", None, [], 3),
    # What was not seen proves nothing.
    ([U, F, F], ["2", "3"], None, "3", None, [], 2),
    ([A, U, F], ["3"], ("1", "3"), "3", None, [], 3),
    ([A, None, F], ["3"], ("1", "3"), "3", None, [], 2),
    ([F, None, F], ["1", "3"], None, "3", None, [], 2),
    ([A, A, A], [], None, None, None, [], 1),
]  # fmt: skip


def swept(rules: Sequence[RuleBase], cells: Mapping[str, Cell | None]) -> Sweep:
    results = {
        version: VersionResult(
            engine="lib",
            version=version,
            environment={},
            probes={},
            rules={},
            cells={} if cell is None else {rules[0].id: cell},
        )
        for version, cell in cells.items()
    }
    return Sweep(results, {})


@pytest.mark.parametrize(("cells", "applies", "introduced", "last", "removed", "gaps", "spans"), ROWS)
def test_a_row(
    cells: list[Cell | None],
    applies: list[str],
    introduced: tuple[str, str] | None,
    last: str | None,
    removed: tuple[str, str] | None,
    gaps: list[str],
    spans: int,
) -> None:
    matrix = matrix_of("lib", swept([RULE], dict(zip("123", cells, strict=True))), None, [RULE])
    row = matrix.rules[RULE.id]
    assert (list(row.applies_to), row.introduced, row.last_seen, row.removed, list(row.gaps)) == (
        applies,
        introduced,
        last,
        removed,
        gaps,
    )
    assert len(row.spans) == spans
    assert [row.at(version, matrix.order) is None for version in "123"] == [cell is None for cell in cells]
    assert Matrix.model_validate_json(matrix_text(matrix)) == matrix


def test_an_earlier_sweep_is_joined_as_far_as_the_rule_is_the_same() -> None:
    before = matrix_of("lib", swept([RULE], {"1": A, "2": F}), None, [RULE])
    later = Sweep(swept([RULE], {"3": F}).results, {"2": "the index is away", "4": "it cannot be imported"})
    joined = matrix_of("lib", later, before, [RULE])
    assert joined.order == ["1", "2", "3"]
    assert joined.versions["4"].unchecked == "it cannot be imported"
    assert joined.rules[RULE.id].introduced == ("1", "2")
    edited = RULE.model_copy(update={"kwargs_negative": {"n": 3}})
    assert digest_of(edited) != digest_of(RULE)
    assert matrix_of("lib", later, before, [edited]).order == ["3"]
    retold = RULE.model_copy(update={"summary": "other words"})
    assert matrix_of("lib", later, before, [retold]).order == ["1", "2", "3"]


OTHER = RULE.model_copy(update={"id": "lib.Type.other"})
APART = RULE.model_copy(update={"id": "lib.Apart.n", "native_type": "lib.Apart"})
EDITED = {"kwargs_negative": {"n": 3}}
# rules as they are now; what a sweep of version 1, on which the first two were seen, has to ask
LEFT = [
    ([RULE, APART], []),
    ([RULE, OTHER, APART], [RULE, OTHER]),
    ([RULE.model_copy(update=EDITED), APART], [RULE.model_copy(update=EDITED)]),
    ([RULE, APART.model_copy(update=EDITED)], [APART.model_copy(update=EDITED)]),
    ([APART], []),
]


@pytest.mark.parametrize(("rules", "left"), LEFT)
def test_types_of_which_all_is_known_are_not_asked_again(rules: list[RuleBase], left: list[RuleBase]) -> None:
    result = VersionResult(
        engine="lib", version="1", environment={}, probes={}, rules={}, cells={RULE.id: F, APART.id: A}
    )
    before = matrix_of("lib", Sweep({"1": result}, {}), None, [RULE, APART])
    assert unknown_in(before, "1", rules) == left
    assert unknown_in(before, "2", rules) == rules
    # What is asked joins what is known.
    cells = {rule.id: F for rule in left}
    joined = matrix_of("lib", Sweep({"1": result.model_copy(update={"cells": cells})}, {}), before, rules)
    assert unknown_in(joined, "1", rules) == []
    assert joined.versions["1"].counts["absent"] == (APART in rules)


def test_what_could_not_be_seen_is_asked_again() -> None:
    before = matrix_of("lib", swept([RULE], {"1": U}), None, [RULE])
    assert unknown_in(before, "1", [RULE]) == [RULE]
