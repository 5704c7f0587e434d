"""Who uses what, the severity table, and matching by meaning from either side."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import example, given, settings
from pydantic import BaseModel

from llem_rules.graph.changes import KINDS
from llem_rules.graph.matching import match
from llem_rules.graph.relation import relate
from llem_rules.graph.severity import default_table, missing_rows
from llem_rules.graph.sides import Side
from llem_rules.graph.usage import Parameter, curated_parameters, read_configs
from llem_rules.mining.ground import Ground
from llem_rules.rules import compile_predicate, parse_predicate
from llem_rules.rules.failure import Failure
from tests.graph.build import compared, entry, rule
from tests.graph.test_refusals import sides
from tests.rules.strategies import predicates


class Sampling(BaseModel):
    """A curated model as the project writes them."""

    native_type: ClassVar[str] = "m.Thing"
    n: int = 1
    mode: Literal["a", "b"] | None = None


class Elsewhere(BaseModel):
    """One of another engine."""

    native_type: ClassVar[str] = "other.Thing"
    n: int = 1


def test_curated_models(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("tests_curated")
    vars(module).update(Sampling=Sampling, Elsewhere=Elsewhere, BaseModel=BaseModel, other=1)
    module.__spec__ = type("Spec", (), {"name": "tests_curated"})()
    monkeypatch.setitem(sys.modules, "tests_curated", module)
    assert curated_parameters("m", "tests_curated") == (
        Parameter("Sampling.n", "m.Thing", "n"),
        Parameter("Sampling.mode", "m.Thing", "mode", ("a", "b")),
    )


def test_no_curated_models() -> None:
    assert curated_parameters("m", "tests.no_such_module") is None
    assert curated_parameters("m", "tests.graph.build") is None


CONFIGS: dict[str, tuple[str, list[tuple[str, dict[str, Any]]] | None]] = {
    "one.yaml": ("m.Thing: {n: 1}", [("m.Thing", {"n": 1})]),
    "two.yaml": ("m.Thing: {n: 1}\nm.Other:\n", [("m.Thing", {"n": 1}), ("m.Other", {})]),
    "study.yaml": ("- m.Thing: {n: 1}\n- m.Thing: {n: 2}\n", [("m.Thing", {"n": 1}), ("m.Thing", {"n": 2})]),
    "one.json": ('{"m.Thing": {"n": 1}}', [("m.Thing", {"n": 1})]),
    "lines.jsonl": ('{"native_type": "m.Thing", "kwargs": {"n": 1}}\n\n', [("m.Thing", {"n": 1})]),
    "empty.yaml": ("", None),
    "no-type.yaml": ("n: 1", None),
    "text.yaml": ("hello", None),
    "arguments.yaml": ("m.Thing: [1]", None),
    "broken.yaml": ("a: [", None),
    "broken.jsonl": ("{", None),
    "no-type.jsonl": ('{"kwargs": {}}', None),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_configs(name: str, tmp_path: Path) -> None:
    text, expected = CONFIGS[name]
    (tmp_path / name).write_text(text)
    if expected is None:
        with pytest.raises(Failure) as caught:
            read_configs([tmp_path / name])
        assert caught.value.code == 2
    else:
        assert [(one.native_type, dict(one.kwargs)) for one in read_configs([tmp_path / name])] == expected


def test_every_kind_has_rows_and_every_row_a_kind() -> None:
    assert missing_rows() == []
    for kind, facets in default_table().rows.items():
        for facet, row in facets.items():
            assert set(row) == {"authors", "coverage"}, (kind, facet)
            assert set(row.values()) <= {"safe", "notable", "breaking"}, (kind, facet)


BAD_ROWS: list[Any] = [
    [],
    {"rule_aded": {}},
    {"rule_added": 1},
    {"rule_added": {"eror": {"authors": "safe"}}},
    {"rule_added": {"error": {"author": "safe"}}},
    {"rule_added": {"error": {"authors": "fine"}}},
]


@pytest.mark.parametrize("rows", BAD_ROWS)
def test_rows_that_are_none(rows: Any) -> None:
    with pytest.raises(Failure) as caught:
        default_table().with_rows(rows, "here")
    assert "here" in caught.value.message


def test_rows_of_a_project() -> None:
    table = default_table().with_rows(
        {"rule_added": {"authors": "notable"}, "message_changed": {"words": {"coverage": "breaking"}}}, "here"
    )
    assert {row["authors"] for row in table.rows["rule_added"].values()} == {"notable"}
    assert table.rows["message_changed"]["words"] == {"authors": "safe", "coverage": "breaking"}
    assert default_table().rows["message_changed"]["words"]["coverage"] == "safe"


# ---------------------------------------------------------------- matching


@given(sides("1"), sides("2"))
@settings(max_examples=60)
def test_swapping_mirrors_any_two_corpora(one: Side, other: Side) -> None:
    # Conditions are compared with the head's defaults; a default that changed is told by itself, and mirrored elsewhere.
    two = replace(other, schema=one.schema)
    there = sorted(KINDS[item.change.kind].mirror for item in compared(one, two).items)
    back = sorted(item.change.kind for item in compared(two, one).items)
    assert there == back


@given(sides("1"), sides("2"))
@settings(max_examples=60)
def test_every_rule_is_matched_once_or_left_over(one: Side, two: Side) -> None:
    found = match(one.entries or (), two.entries or ())
    before = [*(pair[0].rule.id for pair in found.pairs), *(left.rule.id for left in found.removed)]
    after = [*(pair[1].rule.id for pair in found.pairs), *(left.rule.id for left in found.added)]
    for seen, side, other in ((before, one, two), (after, two, one)):
        there = {left.rule.id for left in other.entries or ()}
        told = {left.rule.id for left in side.entries or () if left.in_force or left.rule.id not in there}
        assert len(seen) == len(set(seen))
        assert told <= set(seen) <= {left.rule.id for left in side.entries or ()}


def test_a_rule_in_force_is_matched_with_one_in_force() -> None:
    """What the old version contradicted stands there under its own name; the rule that held before is the partner."""
    authored = rule({"n": {"in": [None, 0]}}, name="n-off", message_template="n is off: {n}")
    mined = rule({"n": 0}, name="n-is-0", message_template="n is off: {n}")
    [pair] = match([entry(authored, "divergent"), entry(mined)], [entry(authored)]).pairs
    assert [one.rule.id for one in pair] == ["m.Thing.n-is-0", "m.Thing.n-off"]
    found = match([entry(authored, "divergent"), entry(mined)], [entry(authored)])
    assert (found.removed, found.added) == ((), ())


def test_the_most_alike_are_paired() -> None:
    old = [entry(rule({"n": {"<": 1}}, name="n-low", message_template="n must be at least 1, got {n}"))]
    new = [
        entry(rule({"n": {"type_is": "str"}}, name="n-text", message_template="n must be a number, got {n}")),
        entry(rule({"n": {"<": 2}}, name="n-too-low", message_template="n must be at least 2, got {n}")),
    ]
    [(_, partner)] = match(old, new).pairs
    assert partner is new[1]


# ---------------------------------------------------------------- the whole language


@given(predicates, predicates)
@example({"a": {"==": 0.5}}, {"a": {"multiple_of": 10**400}})
@settings(max_examples=60)
def test_any_two_predicates_compare_and_every_witness_is_true(one: dict[str, Any], two: dict[str, Any]) -> None:
    old, new = parse_predicate(one), parse_predicate(two)
    relation = relate(old, new, Ground())
    before, after = compile_predicate(old), compile_predicate(new)
    for point, truths in ((relation.only_old, (True, False)), (relation.only_new, (False, True))):
        if point is not None:
            config = point.config({})
            assert (before(config), after(config)) == truths
            assert isinstance(point.to_plain()["kwargs"], dict)
