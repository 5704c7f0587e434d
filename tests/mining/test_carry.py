"""Refusals of a section, said of the type that builds it: what is renamed, what is left, and which fields feed which."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from llem_rules.engines.base import Engine, NativeType
from llem_rules.engines.feeding import fed_fields, switches
from llem_rules.mining.carry import Feeding, carry
from llem_rules.mining.model import Candidate
from llem_rules.mining.nest import nest
from llem_rules.rules import Config, parse_predicate, rule_from

ENGINE = Engine(
    name="lib",
    package="lib",
    native_types={
        "lib.Args": NativeType(
            build="make",
            sections=("size_config", "run_config"),
            places={"runs": "run_config.count", "deep": "x.y.z", "least": "run_config.small.least"},
            becomes="lib.Whole",
        ),
        "lib.SizeConfig": NativeType(),
        "lib.RunConfig": NativeType(),
        "lib.SmallRunConfig": NativeType(),
    },
)
FIELDS = {
    "lib.Args": ("width", "count", "runs", "deep", "own", "level", "least"),
    "lib.SmallRunConfig": ("least",),
    "lib.Whole": ("width", "level", "other"),
    "lib.SizeConfig": ("width", "height"),
    "lib.RunConfig": ("count",),
}
DEFAULTS = {
    "lib.Args": {"width": None, "count": 1, "runs": 1, "most": 9, "plain": None, "gap": None},
    "lib.SizeConfig": {"width": 4, "plain": None},
}
FED = {
    "width": ("lib.SizeConfig", "width"),
    "plain": ("lib.SizeConfig", "plain"),
    "gap": ("lib.SizeConfig", "gap"),
    "runs": ("lib.RunConfig", "count"),
    "most": ("lib.RunConfig", "most"),
}
FEEDING = Feeding("lib.Args", FED, DEFAULTS)


def test_which_field_feeds_which() -> None:
    assert fed_fields(ENGINE, "lib.Args", FIELDS) == {
        "width": ("lib.SizeConfig", "width"),
        "count": ("lib.RunConfig", "count"),
        "runs": ("lib.RunConfig", "count"),
        "level": ("lib.Whole", "level"),
        "least": ("lib.SmallRunConfig", "least"),
    }


def candidate(native_type: str, match: dict[str, Any], effect: str = "error") -> Candidate:
    expected = {"effect": effect, "channel": "exception", "exception": "ValueError"}
    plain = {"kind": "invalidity", "native_type": native_type, "match": match, "expected": expected}
    return Candidate(native_type, "count-below-one", plain, "lift")


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (candidate("lib.RunConfig", {"count": {"<": 1}}), {"runs": {"<": 1}}),
        (candidate("lib.RunConfig", {"most": {">": "@count + 1"}}), {"most": {">": "@runs + 1"}}),
        (candidate("lib.RunConfig", {"most": {"<": "len(@count)"}}), {"most": {"<": "len(@count)"}}),
        (
            candidate("lib.SizeConfig", {"width": {"type_is_not": "int"}}),
            {"width": {"type_is_not": ["int"], "!=": None}},
        ),
        (candidate("lib.SizeConfig", {"plain": {"type_is_not": "int"}}), {"plain": {"type_is_not": ["int"]}}),
        (candidate("lib.SizeConfig", {"gap": {"type_is_not": "int"}}), {"gap": {"type_is_not": ["int"], "!=": None}}),
        (candidate("lib.SizeConfig", {"height": {"<": 1}}), None),
        (candidate("lib.RunConfig", {"count": {"<": 1}}, effect="warn"), {"runs": {"<": 1}}),
        (candidate("lib.RunConfig", {"count": {"<": 1}}, effect="pass"), None),
        (candidate("lib.Other", {"count": {"<": 1}}), None),
        (candidate("lib.RunConfig", {"count": {"<": "@lib.SizeConfig.width"}}), None),
    ],
    ids=[
        "a field",
        "a reference",
        "a text",
        "None is left to the section",
        "which has None too",
        "of which that is not known",
        "not fed",
        "a warning",
        "nothing comes of it",
        "no section",
        "two",
    ],
)
def test_what_is_carried(one: Candidate, wanted: dict[str, Any] | None) -> None:
    found = carry([one], FEEDING, "build")
    assert [made.plain["match"] for made in found] == ([] if wanted is None else [wanted])
    assert all(made.native_type == "lib.Args" and made.plain["reach"] == "build" for made in found)
    assert all(made.plain["tags"] == ["carried"] for made in found)


def test_a_section_that_is_asked_for() -> None:
    """It is built only where a field is true, so nothing is refused before."""
    args = replace(ENGINE.native_types["lib.Args"], switches={"run_config": "with_runs", "none_config": "x"})
    engine = replace(ENGINE, native_types={**ENGINE.native_types, "lib.Args": args})
    feeding = replace(FEEDING, switches=switches(engine, "lib.Args", FIELDS))
    found = carry(
        [candidate("lib.RunConfig", {"count": {"<": 1}}), candidate("lib.SizeConfig", {"plain": {"<": 1}})],
        feeding,
        "build",
    )
    falsy: list[Any] = [None, False, "", [], {}, {"$set": []}]
    assert [one.plain["match"] for one in found] == [
        {"runs": {"<": 1}, "with_runs": {"not_in": falsy}},
        {"plain": {"<": 1}},
    ]


def test_the_name_is_that_of_the_feeding_field() -> None:
    [made] = carry([candidate("lib.RunConfig", {"count": {"<": 1}})], FEEDING, "build")
    assert made.name == "runs-below-one"


@pytest.mark.parametrize(
    ("dormant", "wanted"),
    [
        (["count"], ["runs"]),
        ({"count": {"effective": 1}}, {"runs": {"effective": 1}}),
        ({"count": {"effective": "@most"}, "most": {}}, {"runs": {"effective": "@most"}, "most": {}}),
        ({"most": {"effective": "@count + 1"}}, {"most": {"effective": "@runs + 1"}}),
        (["height"], None),
    ],
)
def test_what_becomes_of_the_feeding_fields(dormant: Any, wanted: Any) -> None:
    one = candidate("lib.RunConfig", {"count": {"<": 1}}, effect="dormant_silent")
    one = replace(one, plain={**one.plain, "kind": "dormancy", "dormant": dormant})
    found = carry([one], FEEDING, "build")
    assert [made.plain["dormant"] for made in found] == ([] if wanted is None else [wanted])


@pytest.mark.parametrize(
    ("match", "wanted"),
    [
        ({"count": {"<": 1}}, {"file": "lib/run.py", "function": "RunConfig", "field": "count"}),
        ({"most": {"<": 1}}, {"file": "lib/run.py", "function": "RunConfig"}),
        ({"count": {"<": 1}, "most": {"<": 1}}, {"file": "lib/run.py", "function": "RunConfig"}),
    ],
    ids=["renamed", "the same name", "two fields"],
)
def test_what_the_section_calls_the_field(match: dict[str, Any], wanted: dict[str, str]) -> None:
    one = candidate("lib.RunConfig", match)
    one = replace(one, plain={**one.plain, "source": {"file": "lib/run.py", "function": "RunConfig"}})
    [made] = carry([one], FEEDING, "build")
    assert made.plain["source"] == wanted


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (
            candidate("lib.RunConfig", {"count": {"<": 1}}),
            {"run": {"present": True}, "required_key": {"run": ["count"]}, "run.count": {"<": 1}},
        ),
        (
            candidate("lib.RunConfig", {"size.width": {"<": 1}}),
            {"run": {"present": True}, "required_key": {"run": ["size"]}, "run.size.width": {"<": 1}},
        ),
        (candidate("lib.RunConfig", {"count": {"<": 1}, "most": {"<": 1}}), None),
        (candidate("lib.RunConfig", {"count": {"<": "@most"}}), None),
        (candidate("lib.RunConfig", {"count": {"<": 1}}, effect="warn"), None),
        (candidate("lib.SizeConfig", {"width": {"<": 1}}), None),
    ],
    ids=["an entry", "an entry of an entry", "two fields", "a reference", "no refusal", "held nowhere"],
)
def test_what_is_nested(one: Candidate, wanted: dict[str, Any] | None) -> None:
    found = nest([one], "lib.Args", {"run": "lib.RunConfig"})
    expected = [] if wanted is None else [parse_predicate(wanted)]
    assert [parse_predicate(made.plain["match"]) for made in found] == expected
    assert all(made.native_type == "lib.Args" and made.name == "run-count-below-one" for made in found)


@pytest.mark.parametrize(
    ("kwargs", "fires"),
    [
        ({}, False),
        ({"run": None}, False),
        ({"run": {}}, False),
        ({"run": {"most": 3}}, False),
        ({"run": {"count": 1}}, False),
        ({"run": {"count": "a"}}, True),
        ({"run": {"count": None}}, True),
        ({"run": {"$native": "lib.RunConfig", "kwargs": {"count": "a"}}}, True),
    ],
)
def test_a_nested_requirement_speaks_of_what_is_there(kwargs: dict[str, Any], fires: bool) -> None:
    expected = {"effect": "error", "channel": "exception", "exception": "ValueError"}
    plain = {"kind": "invariant", "require": {"count": {"type_is": "int"}}, "expected": expected}
    [made] = nest([Candidate("lib.RunConfig", "count-not-int", plain, "lift")], "lib.Args", {"run": "lib.RunConfig"})
    pair = {"id": "lib.Args.x", "kwargs_positive": {}, "kwargs_negative": {}}
    assert rule_from({**made.plain, **pair}).fires(Config.of(kwargs, {"run": {"count": "default"}})) is fires
