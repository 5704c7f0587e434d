"""Labels, the roll-up, and approvals."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from llem_rules.corpus.locate import Project
from llem_rules.graph.approvals import Approval, Approvals, load_approvals
from llem_rules.graph.comparison import Comparison
from llem_rules.graph.labels import labels_of, roll_up
from llem_rules.graph.step import Step, read_step
from llem_rules.graph.usage import Parameter, Usage
from llem_rules.reporting.diff_report import notes, steps
from llem_rules.rules.failure import Failure
from tests.graph.build import TYPE, compared, rule, side

LOW, LOWER = rule({"n": {"<": 1}}), rule({"n": {"<": 0}})
FIELDS: dict[str, Any] = {"n": {}, "m": {}}
NOBODY = Usage(())
SOMEBODY = Usage((Parameter("Sampling.n", TYPE, "n"),))
CASES: dict[str, tuple[Comparison, set[str]]] = {
    "nothing": (compared(side([LOW], {}), side([LOW], {})), set()),
    "an error more": (
        compared(side([], FIELDS), side([LOW], FIELDS)), {"invariants-changed", "invariants-breaking", "corpus-changed"}),
    "an error more, on an exposed field": (
        compared(side([]), side([LOW]), usage=SOMEBODY), {"invariants-changed", "invariants-breaking", "corpus-changed"}),
    "an error more, on a field that nobody uses": (compared(side([]), side([LOW]), usage=NOBODY), {"corpus-changed"}),
    "a new name": (compared(side([LOW]), side([{**LOW, "id": "m.Thing.s"}])), {"corpus-changed"}),
    "a warning more": (
        compared(side([]), side([rule({"n": 1}, "warn")])), {"invariants-changed", "corpus-changed"}),
    "a field less": (
        compared(side(fields={"n": {}}), side(fields={})), {"schemas-changed", "schemas-breaking"}),
    "a field less that nobody uses": (compared(side(fields={"n": {}}), side(fields={}), usage=NOBODY), set()),
    "a field more": (compared(side(fields={}), side(fields={"n": {}})), {"schemas-changed"}),
    "the first rules": (compared(side(), side([LOW])), {"corpus-changed"}),
    "the first schema": (compared(side(), side(fields={})), {"schemas-changed"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_labels(case: str) -> None:
    comparison, expected = CASES[case]
    assert set(labels_of(comparison)) == expected


def test_what_reaches_nothing_is_notable_at_most() -> None:
    [item] = compared(side([]), side([LOW]), usage=NOBODY).items
    assert (item.verdicts.authors, item.reach.paths) == ("notable", ())
    [item] = compared(side([]), side([LOW]), usage=SOMEBODY).items
    assert item.verdicts.authors == "breaking"
    assert item.reach.paths == (("rule m.Thing.r", "field m.Thing.n", "parameter Sampling.n"),)


def test_a_first_version_is_said_to_be_one() -> None:
    comparison = compared(side(), side([LOW], {}))
    assert comparison.first == ("invariants", "schemas")
    assert not comparison.items
    assert "first version" in notes(comparison)[0]


@pytest.mark.parametrize(
    ("head", "safe"),
    [
        (side([LOW], FIELDS), True),
        (side([LOW, {**rule({"m": 1}, name="s"), "verdict": "unchecked"}], FIELDS), False),
        (side([LOW, {**rule({"m": 1}, name="s"), "verdict": "divergent"}], FIELDS), False),
        (side([LOW, rule({"m": 1}, name="s")], FIELDS), False),
        (side([LOW, rule({"m": 1}, "warn", "s")], FIELDS), True),
    ],
)
def test_roll_up_of_real_steps(head: Any, safe: bool) -> None:
    found = roll_up(steps(compared(side([LOW], FIELDS), head)))
    assert ("safe-bump" in found) == safe


def _step(**more: Any) -> Step:
    return Step(**{"engine": "e", "concern": "invariants", "base": "a", "head": "b", **more})


STEPS: dict[str, tuple[list[Step], tuple[str, ...]]] = {
    "nothing ran": ([], ()),
    "one": ([_step()], ("safe-bump",)),
    "one that did not run": ([_step(ran=False)], ()),
    "one of two did not run": ([_step(), _step(ran=False)], ()),
    "unchecked": ([_step(), _step(unchecked=1)], ()),
    "blocked": ([_step(), _step(blocked="landmark gone", ran=False)], ("probe-blocked",)),
    "a first version": ([_step(first_version=True, labels=("corpus-changed",))], ("corpus-changed",)),
    "changed": ([_step(labels=("schemas-changed",)), _step()], ("schemas-changed", "safe-bump")),
    "breaking": ([_step(labels=("schemas-breaking",), breaking=1), _step()], ("schemas-breaking",)),
    "in the order of the list": (
        [_step(labels=("corpus-changed",)), _step(labels=("invariants-changed",))],
        ("invariants-changed", "corpus-changed", "safe-bump")),
}  # fmt: skip


@pytest.mark.parametrize("case", STEPS)
def test_roll_up(case: str) -> None:
    given, expected = STEPS[case]
    assert roll_up(given) == expected


@pytest.mark.parametrize("text", ["", "[]", "engine: e", "{engine: e, concern: x, base: a, head: b}", "a: [", "\0"])
def test_a_bad_step_is_no_step(text: str, tmp_path: Path) -> None:
    path = tmp_path / "engine-step-diff-e-invariants.yaml"
    path.write_text(text)
    with pytest.raises(Failure) as caught:
        read_step(path)
    assert caught.value.code == 2


# ---------------------------------------------------------------- approvals

DAY = datetime.date(2026, 11, 23)


def _approvals(fingerprint: str, expires: datetime.date | None = None) -> Approvals:
    return Approvals(
        (Approval(fingerprint=fingerprint, engine="e", reason="known", author="Ada", expires=expires),), DAY
    )


def test_an_approved_change_breaks_nothing() -> None:
    plain = compared(side([]), side([LOW]))
    [item] = plain.items
    accepted = compared(side([]), side([LOW]), approvals=_approvals(item.change.fingerprint))
    assert (plain.breaking, accepted.breaking) == (1, 0)
    assert set(labels_of(accepted)) == {"invariants-changed", "corpus-changed"}


def test_an_expired_approval_does_not_count_and_is_told() -> None:
    [item] = compared(side([]), side([LOW])).items
    late = _approvals(item.change.fingerprint, DAY - datetime.timedelta(days=1))
    today = _approvals(item.change.fingerprint, DAY)
    assert compared(side([]), side([LOW]), approvals=late).breaking == 1
    assert any("expired" in note for note in notes(compared(side([]), side([LOW]), approvals=late)))
    assert compared(side([]), side([LOW]), approvals=today).breaking == 0


def test_an_unused_approval_is_told() -> None:
    whole = compared(side([], {}), side([LOW], {}), approvals=_approvals("0" * 16))
    assert any("no change here" in note for note in notes(whole))
    part = compared(side([], {}), side([LOW], {}), approvals=_approvals("0" * 16), concerns=("invariants",))
    assert not any("no change here" in note for note in notes(part))


def test_a_fingerprint_survives_order_versions_and_neighbours() -> None:
    other = rule({"m": 1}, name="s")
    one = compared(side([other]), side([LOW, other], version="2")).items
    two = compared(side([other, rule({"k": 1}, name="t")], version="3"), side([other, LOW], version="9")).items
    found = [
        next(item.change.fingerprint for item in items if item.change.kind == "rule_added") for items in (one, two)
    ]
    assert found[0] == found[1]


def test_a_fingerprint_is_of_one_change() -> None:
    found = [
        compared(side([LOWER]), side([rule({"n": {"<": bound}})])).items[0].change.fingerprint for bound in (1, 2, 3)
    ]
    assert len(set(found)) == 3


FILES = {
    "- {fingerprint: 0123456789abcdef, engine: e, reason: r, author: a}": 1,
    "- {fingerprint: 0123456789abcdef, engine: other, reason: r, author: a}": 0,
    "- {fingerprint: 0123456789abcdef, engine: e, reason: r, author: a, expires: 2027-01-31}": 1,
    "[]": 0,
    "": 0,
    "- {fingerprint: 0123, engine: e, reason: r, author: a}": None,
    "- {fingerprint: 0123456789abcdef, engine: e, author: a}": None,
    "- {fingerprint: 0123456789abcdef, engine: e, reason: '', author: a}": None,
    "- {fingerprint: 0123456789abcdef, engine: e, reason: r, author: a, expires: soon}": None,
    "- {fingerprint: 0123456789abcdef, engine: e, reason: r, author: a, more: 1}": None,
    "fingerprint: 0123456789abcdef": None,
    "- [": None,
}


@pytest.mark.parametrize("text", FILES)
def test_approvals_files(text: str, tmp_path: Path) -> None:
    (tmp_path / "approvals.yaml").write_text(text)
    project, expected = Project(tmp_path, "tree"), FILES[text]
    if expected is None:
        with pytest.raises(Failure) as caught:
            load_approvals("e", project, today=DAY)
        assert caught.value.code == 2
        assert "approvals.yaml" in caught.value.message
    else:
        assert len(load_approvals("e", project, today=DAY).known) == expected


def test_no_approvals_file_is_fine_unless_it_was_named(tmp_path: Path) -> None:
    project = Project(tmp_path, "tree")
    assert load_approvals("e", project).known == ()
    with pytest.raises(Failure):
        load_approvals("e", project, tmp_path / "mine.yaml")
