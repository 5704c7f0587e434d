"""Refusals of a section, said of the type that builds it: what is renamed, what is left, and which fields feed which."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.engines.base import Engine, NativeType
from llem_rules.engines.feeding import fed_fields
from llem_rules.mining.carry import carry
from llem_rules.mining.model import Candidate

ENGINE = Engine(
    name="lib",
    package="lib",
    native_types={
        "lib.Args": NativeType(
            build="make", sections=("size_config", "run_config"), places={"runs": "run_config.count", "deep": "x.y.z"}
        ),
        "lib.SizeConfig": NativeType(),
        "lib.RunConfig": NativeType(),
    },
)
FIELDS = {
    "lib.Args": ("width", "count", "runs", "deep", "own"),
    "lib.SizeConfig": ("width", "height"),
    "lib.RunConfig": ("count",),
}
DEFAULTS = {"width": None, "count": 1, "runs": 1, "most": 9}
FED = {"width": ("lib.SizeConfig", "width"), "runs": ("lib.RunConfig", "count"), "most": ("lib.RunConfig", "most")}


def test_which_field_feeds_which() -> None:
    assert fed_fields(ENGINE, "lib.Args", FIELDS) == {
        "width": ("lib.SizeConfig", "width"),
        "count": ("lib.RunConfig", "count"),
        "runs": ("lib.RunConfig", "count"),
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
        (candidate("lib.SizeConfig", {"height": {"<": 1}}), None),
        (candidate("lib.RunConfig", {"count": {"<": 1}}, effect="warn"), None),
        (candidate("lib.Other", {"count": {"<": 1}}), None),
        (candidate("lib.RunConfig", {"count": {"<": "@lib.SizeConfig.width"}}), None),
    ],
    ids=[
        "a field",
        "a reference",
        "a text",
        "None is left to the section",
        "not fed",
        "no refusal",
        "no section",
        "two",
    ],
)
def test_what_is_carried(one: Candidate, wanted: dict[str, Any] | None) -> None:
    found = carry([one], "lib.Args", FED, DEFAULTS, "build")
    assert [made.plain["match"] for made in found] == ([] if wanted is None else [wanted])
    assert all(made.native_type == "lib.Args" and made.plain["reach"] == "build" for made in found)
    assert all(made.plain["tags"] == ["carried"] for made in found)


def test_the_name_is_that_of_the_feeding_field() -> None:
    [made] = carry([candidate("lib.RunConfig", {"count": {"<": 1}})], "lib.Args", FED, DEFAULTS, "build")
    assert made.name == "runs-below-one"
